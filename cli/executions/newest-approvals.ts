import { systemClock } from '../../functions/clock.ts'
import type { Pipeline, StageAction } from '../../functions/domain/pipeline.ts'
import type { Change } from '../../functions/domain/revision.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import { readChange } from '../../functions/flows/gates/manual-approval/describe-change.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { ActionRun, Pipelines } from '../../functions/ports/pipelines.ts'
import { asOf, readOnce } from './as-of.ts'

/** An approval action that has begun, with what routes match of it, as it was then. */
export interface PastApproval {
  where: StageAction
  executionId: string
  /** When it began. Epoch milliseconds. */
  at: number
  change: Change
  starter: Starter
}

/** The newest approvals of a pipeline, newest first; at most `most`. */
export const newestApprovals = async (
  { pipelines, configuration }: { pipelines: Pipelines; configuration: Configuration },
  pipeline: Pipeline,
  most: number,
): Promise<PastApproval[]> => {
  const read = readOnce(pipelines)
  const [stages, runs] = await Promise.all([
    read.stages(pipeline),
    read.runs(pipeline, (all) => all.filter(isApproval).length >= most),
  ])
  const newest = (runs?.runs ?? []).filter(isApproval).sort((a, b) => b.startedAt - a.startedAt)
  const found: PastApproval[] = []
  for (const { executionId, stage, action, startedAt: at } of newest.slice(0, most)) {
    const where = { ...pipeline, stage, action }
    const services = { pipelines: asOf(read, at), configuration, clock: { ...systemClock, now: () => at } }
    const { change, starter } = await readChange(services, where, executionId, stages ?? [])
    found.push({ where, executionId, at, change, starter })
  }
  return found
}

const isApproval = ({ category }: ActionRun): boolean => category === 'Approval'
