import {
  CodePipelineClient,
  GetPipelineCommand,
  paginateListActionExecutions,
  paginateListPipelineExecutions,
  paginateListPipelines,
  type ActionExecutionDetail,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline'
import { absent } from '../absent.ts'
import type { ClientConnection } from '../installation.ts'

/** All that CodePipeline still knows of what one pipeline ran. */
export interface PipelineHistory {
  pipeline: string
  runs: readonly Run[]
  /** Execution → the execution whose artifacts its rollback deployed again. */
  rollbacks: ReadonlyMap<string, string>
  /** By the version of the pipeline; a version that CodePipeline does not have any more is missing. */
  definitions: ReadonlyMap<number, Definition>
}

/** One run of an action. */
export interface Run {
  executionId: string
  version: number | null
  stage: string
  action: string
  category: string
  /** As CodePipeline names it: `Succeeded`, `Failed`, … */
  status: string
  /** Epoch milliseconds. */
  startedAt: number
  updatedAt: number
  /** The token of an approval. */
  externalId: string | null
}

/** The stages of a pipeline, in order. */
export type Definition = readonly { stage: string; actions: readonly DefinedAction[] }[]

interface DefinedAction {
  action: string
  category: string
  /** Actions with the same number run at the same time. */
  runOrder: number
}

/** @returns the names of the pipelines in an account and Region. */
export const pipelineNames = async (connection: ClientConnection): Promise<string[]> => {
  const client = new CodePipelineClient(connection)
  const names: string[] = []
  for await (const { pipelines = [] } of paginateListPipelines({ client }, {}))
    names.push(...pipelines.flatMap(({ name }) => name ?? []))
  return names
}

/**
 * Reads every page: CodePipeline documents no order for them. Null if the pipeline does not exist.
 *
 * Sources: "ListActionExecutions", "ListPipelineExecutions" and "GetPipeline", CodePipeline API Reference.
 */
export const readPipelineHistory = async (
  connection: ClientConnection,
  pipelineName: string,
): Promise<PipelineHistory | null> => {
  const client = new CodePipelineClient(connection)
  const page = { client, pageSize: 100 }
  const missing = absent('PipelineNotFoundException')
  const current = await client.send(new GetPipelineCommand({ name: pipelineName })).catch(missing)
  if (!current) return null
  const runs: Run[] = []
  for await (const { actionExecutionDetails = [] } of paginateListActionExecutions(page, { pipelineName }))
    runs.push(...actionExecutionDetails.map(runOf))
  const rollbacks = new Map<string, string>()
  for await (const { pipelineExecutionSummaries = [] } of paginateListPipelineExecutions(page, { pipelineName }))
    for (const { pipelineExecutionId, rollbackMetadata } of pipelineExecutionSummaries) {
      const target = rollbackMetadata?.rollbackTargetPipelineExecutionId
      if (pipelineExecutionId && target) rollbacks.set(pipelineExecutionId, target)
    }
  const definitions = new Map<number, Definition>()
  for (const version of new Set(runs.flatMap((run) => run.version ?? []))) {
    const answer = await client
      .send(new GetPipelineCommand({ name: pipelineName, version }))
      .catch(absent('PipelineVersionNotFoundException', 'PipelineNotFoundException'))
    if (answer?.pipeline) definitions.set(version, definitionOf(answer.pipeline))
  }
  return { pipeline: pipelineName, runs, rollbacks, definitions }
}

const runOf = ({ input, output, ...run }: ActionExecutionDetail): Run => ({
  executionId: run.pipelineExecutionId ?? '',
  version: run.pipelineVersion ?? null,
  stage: run.stageName ?? '',
  action: run.actionName ?? '',
  category: input?.actionTypeId?.category ?? '',
  status: run.status ?? '',
  startedAt: run.startTime?.getTime() ?? 0,
  updatedAt: run.lastUpdateTime?.getTime() ?? 0,
  externalId: output?.executionResult?.externalExecutionId ?? null,
})

const definitionOf = ({ stages = [] }: PipelineDeclaration): Definition =>
  stages.map(({ name: stage = '', actions = [] }) => ({
    stage,
    actions: actions.map(({ name: action = '', actionTypeId, runOrder = 1 }) => ({
      action,
      category: actionTypeId?.category ?? '',
      runOrder,
    })),
  }))
