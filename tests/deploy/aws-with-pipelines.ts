import {
  createCodePipeline,
  parsePipeline,
  type ApprovalNotice,
  type CodePipelineEvent,
} from '../../local/aws/codepipeline/codepipeline.ts'
import { createWorkspaceClock } from '../../local/clock.ts'
import { listen } from '../../local/http-server.ts'
import { ACCOUNT, REGION } from './installation.ts'

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:approvals`
const DECIDER = `arn:aws:sts::${ACCOUNT}:assumed-role/greenlight-decider/greenlight`

/** One address for AWS: moto, with the workspace's CodePipeline, because moto's runs nothing. */
export const awsWithPipelines = async (moto: string) => {
  const clock = createWorkspaceClock()
  const notices: ApprovalNotice[] = []
  const events: CodePipelineEvent[] = []
  const verdicts: string[] = []
  const announced: unknown[] = []
  let isDown = false
  const source = async () =>
    Promise.resolve({
      status: 'Succeeded' as const,
      outputVariables: { CommitId: 'a1b2c3d', CommitMessage: 'Show the basket', AuthorDisplayName: 'Ana' },
      revision: {
        revisionId: 'a1b2c3d',
        revisionSummary: 'Show the basket',
        revisionUrl: 'https://example.com',
        created: 0,
      },
    })
  const engine = createCodePipeline({
    accountId: ACCOUNT,
    region: REGION,
    clock: { now: () => clock.now(), newId: () => crypto.randomUUID() },
    timers: { at: (ms, fire) => clock.at(ms, fire) },
    runners: { 'Source/S3': source, 'Deploy/CodeDeploy': () => Promise.resolve({ status: 'Succeeded' as const }) },
    publishNotice: (_, notice) => void notices.push(notice),
    putEvent: (event) => void events.push(event),
  })
  const server = await listen(async (request) => {
    const target = request.headers.get('x-amz-target') ?? ''
    const text = await request.text()
    if (target.startsWith('CodePipeline_')) {
      if (isDown) return Response.json({ __type: 'ServiceUnavailable', message: '503' }, { status: 503 })
      const { status, body } = engine.answer(target, JSON.parse(text), DECIDER)
      if (target.endsWith('.PutApprovalResult') && status === 200)
        verdicts.push((JSON.parse(text) as { pipelineName: string }).pipelineName)
      return Response.json(body, { status, headers: { 'content-type': 'application/x-amz-json-1.1' } })
    }
    // moto would start the rule's function, and runs none.
    if (target === 'AWSEvents.PutEvents') {
      const { Entries } = JSON.parse(text) as { Entries: unknown[] }
      announced.push(...Entries)
      return Response.json(
        { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: crypto.randomUUID() })) },
        { headers: { 'content-type': 'application/x-amz-json-1.1' } },
      )
    }
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of ['host', 'content-length', 'connection', 'transfer-encoding']) headers.delete(name)
    const answer = await fetch(`${moto}${pathname}${search}`, {
      method: request.method,
      headers,
      ...(request.method !== 'GET' && request.method !== 'HEAD' && { body: text }),
    })
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: { 'content-type': answer.headers.get('content-type') ?? 'text/plain' },
    })
  }, 0)

  const stage = (name: string, actions: object[]) => ({ name, actions })
  const action = (name: string, category: string, provider: string, rest: object = {}) => ({
    name,
    actionTypeId: { category, owner: 'AWS', provider, version: '1' },
    ...rest,
  })
  return {
    url: server.url,
    notices,
    events,
    /** Whether every call of CodePipeline is answered with 503. */
    setDown: (down: boolean) => void (isDown = down),
    /** The pipelines of which an approval was answered, in order. */
    verdicts,
    /** The events that the bot put on the bus. */
    announced,
    /** Creates a pipeline that starts at once and waits for an approval. */
    createPipeline: (name: string) =>
      engine.createPipeline(
        parsePipeline({
          name,
          roleArn: `arn:aws:iam::${ACCOUNT}:role/pipeline`,
          artifactStore: { type: 'S3', location: 'artifacts' },
          stages: [
            stage('Source', [
              action('Source', 'Source', 'S3', {
                configuration: { S3Bucket: 'source', S3ObjectKey: 'source.zip' },
                outputArtifacts: [{ name: 'Source' }],
              }),
            ]),
            stage('Production', [
              action('Approve', 'Approval', 'Manual', { configuration: { NotificationArn: TOPIC } }),
              action('Deploy', 'Deploy', 'CodeDeploy', {
                runOrder: 2,
                configuration: { ApplicationName: 'app', DeploymentGroupName: 'group' },
                inputArtifacts: [{ name: 'Source' }],
              }),
            ]),
          ],
        }),
        'arn:aws:iam::123456789012:user/ana',
      ),
    /** The status of each pipeline's approval. */
    statusOf: (name: string) =>
      engine.getPipelineState({ name }).stageStates.at(-1)?.actionStates[0]?.latestExecution?.status,
    close: async () => {
      clock.stop()
      await server.close()
    },
  }
}
