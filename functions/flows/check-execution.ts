import type { Execution, Heard, Progress } from '../domain/execution.ts'
import { described, heard, isOver } from '../domain/execution.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import { pipelineOf } from '../domain/pipeline.ts'
import { starterFrom } from '../domain/starter.ts'
import { followUp } from './follow-up.ts'
import type { Performed } from './performed.ts'
import { done } from './performed.ts'
import type { ActionRun, ActionStatus, ExecutionStatus, Services } from './ports.ts'
import { readRevisions } from './read-revisions.ts'

/** Story: an execution has been silent for long. Events may be lost, so the pipeline itself is asked. */
export const checkExecution = async (services: Services, key: ExecutionKey): Promise<Performed> => {
  const { pipelines, executions, clock } = services
  const known = await executions.read(key)
  if (!known || isOver(known)) return done()

  const now = clock.now()
  const [runs, summaries, description] = await Promise.all([
    pipelines.actionRuns(pipelineOf(key), key.executionId),
    pipelines.executions(pipelineOf(key), null),
    describeExecution(services, key),
  ])
  const summary = summaries.find(({ executionId }) => executionId === key.executionId)
  const news: Heard[] = runs.map(actionNews)
  if (summary) news.push({ level: 'pipeline', progress: PROGRESS[summary.status], at: wholeSecond(summary.updatedAt) })

  const checked = await executions.change(key, (execution) => {
    const next = news.reduce((so, one) => heard(so, one, now), described(execution, description, now))
    return [{ ...next, heardAt: now }, next]
  })
  return done(checked ? await followUp(services, checked) : [])
}

/** Facts of an execution that its events do not tell. Before its source has run there is no revision yet. */
export const describeExecution = async (
  services: Services,
  key: ExecutionKey,
): Promise<Partial<Pick<Execution, 'stageOrder' | 'revision' | 'starter'>>> => {
  const [stages, { facts, revisions }] = await Promise.all([
    services.pipelines.stages(key),
    readRevisions(services, key),
  ])
  return {
    ...(stages && { stageOrder: stages.map(({ stage }) => stage) }),
    ...(revisions[0] && { revision: revisions[0] }),
    ...(facts && { starter: starterFrom(facts.trigger) }),
  }
}

const PROGRESS: Record<ExecutionStatus, Progress> = {
  InProgress: 'running',
  Stopping: 'stopping',
  Stopped: 'stopped',
  Succeeded: 'succeeded',
  Superseded: 'superseded',
  Cancelled: 'canceled',
  Failed: 'failed',
}

const ACTION_PROGRESS: Record<ActionStatus, Progress> = {
  InProgress: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Abandoned: 'stopped',
}

/** Events tell whole seconds; the API's fractions would otherwise always seem the newer. */
const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000

const actionNews = (run: ActionRun): Heard => ({
  level: 'action',
  actionExecutionId: run.actionExecutionId,
  stage: run.stage,
  action: run.action,
  category: run.category,
  provider: run.provider,
  summary: run.summary,
  url: run.externalUrl,
  progress: ACTION_PROGRESS[run.status],
  at: wholeSecond(run.status === 'InProgress' ? run.startedAt : run.updatedAt),
})
