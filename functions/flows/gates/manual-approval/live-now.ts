import type { Passage } from '../../../domain/past.ts'
import { approvedBy } from '../../../domain/approved-by.ts'
import type { StageAction } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { Brought } from '../../../domain/past.ts'
import type { ApprovedBy, LiveNow, Revision } from '../../../domain/revision.ts'
import type { Services } from '../../../ports/services.ts'
import { readableApproval, readableExecution } from '../../readable-records.ts'
import type { PastRead } from './read-past.ts'

/** The revisions that these passages brought, as far as CodePipeline lists them. */
export const broughtBy = (
  { executions }: PastRead,
  { executionId }: Pick<Passage, 'executionId'>,
): readonly Brought[] => executions.get(executionId)?.bySource ?? []

/** What is live in each stage, told as people know it, with the people who approved it. */
export const liveNow = async (
  services: Services,
  where: StageAction,
  past: PastRead,
  tell: (brought: Brought) => Revision,
): Promise<LiveNow[]> => {
  const { live } = past.comparison
  const ids = [...new Set(live.map(({ executionId }) => executionId))]
  const approvers = new Map(
    await Promise.all(ids.map(async (id) => [id, await approversOf(services, where, id)] as const)),
  )
  return live.map((passage) => ({
    stage: passage.stage,
    executionId: passage.executionId,
    since: passage.at,
    revisions: broughtBy(past, passage).map(tell),
    approvedBy: approvers.get(passage.executionId) ?? null,
  }))
}

/** Who approved that execution at the same action, by the approval on record. */
const approversOf = async (services: Services, where: StageAction, executionId: string): Promise<ApprovedBy | null> => {
  const execution = await readableExecution(services, { ...pipelineOf(where), executionId })
  const link = execution?.approvals.get(`${where.stage}/${where.action}`)
  const approval = link && (await readableApproval(services, link.id))
  return approval ? approvedBy(approval) : null
}
