import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline'
import { paginateListActionExecutions } from '@aws-sdk/client-codepipeline'
import type { ExecutionKey } from '../domain/pipeline.ts'
import type { ClientFor } from './codepipeline-clients.ts'

/** What an action of an execution made: an artifact in S3, or an image whose digest CodePipeline knows. */
export type MadeArtifact =
  | { kind: 'object'; name: string; bucket: string; key: string }
  /** `digest`: SHA-256 of the manifest, in hexadecimal. */
  | { kind: 'image'; name: string; digest: string }

/**
 * What the actions of an execution had made by a moment (epoch milliseconds), each action by its newest run ("ListActionExecutions",
 * CodePipeline API reference, which lists the newest first).
 */
export const madeArtifacts =
  (clientFor: ClientFor) =>
  async (key: ExecutionKey, by: number): Promise<MadeArtifact[]> => {
    const client = await clientFor(key, 'reader')
    const filter = { pipelineExecutionId: key.executionId }
    const made = new Map<string, MadeArtifact[]>()
    for await (const { actionExecutionDetails = [] } of paginateListActionExecutions(
      { client },
      { pipelineName: key.pipeline, filter },
    ))
      for (const run of actionExecutionDetails) {
        const action = `${run.stageName}/${run.actionName}`
        const isOver = run.status === 'Succeeded' && (run.lastUpdateTime?.getTime() ?? Infinity) <= by
        if (isOver && !made.has(action)) made.set(action, [...objectsOf(run), ...imagesOf(run)])
      }
    return [...made.values()].flat()
  }

const objectsOf = ({ output }: ActionExecutionDetail): MadeArtifact[] =>
  (output?.outputArtifacts ?? []).flatMap(({ name, s3location }) =>
    name && s3location?.bucket && s3location.key
      ? [{ kind: 'object' as const, name, bucket: s3location.bucket, key: s3location.key }]
      : [],
  )

/** Variables with an image's digest, by provider ("Variables reference" and "ECRBuildAndPublish", CodePipeline user guide). */
const IMAGES: Record<string, { name: string; digest: string }> = {
  ECR: { name: 'ImageURI', digest: 'ImageDigest' },
  ECRBuildAndPublish: { name: 'ECRRepositoryName', digest: 'ECRImageDigestId' },
}

const imagesOf = ({ input, output }: ActionExecutionDetail): MadeArtifact[] => {
  const provider = Object.entries(IMAGES).find(([name]) => name === input?.actionTypeId?.provider)?.[1]
  if (!provider) return []
  const { [provider.name]: name = 'image', [provider.digest]: told = '' } = output?.outputVariables ?? {}
  const digest = /^sha256:([0-9a-f]{64})$/.exec(told)?.[1]
  return digest ? [{ kind: 'image', name, digest }] : []
}
