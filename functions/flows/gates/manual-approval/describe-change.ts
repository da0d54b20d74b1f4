import type { Comparison } from '../../../domain/live.ts'
import type { StageAction } from '../../../domain/pipeline.ts'
import type { Change, Revision, Since } from '../../../domain/revision.ts'
import { UNKNOWN_COMMIT_AUTHOR, authorsOf, distinct } from '../../../domain/revision.ts'
import type { Starter } from '../../../domain/starter.ts'
import { starterFrom } from '../../../domain/starter.ts'
import type { ActionRun, StageState } from '../../../ports/pipelines.ts'
import type { Services } from '../../../ports/services.ts'
import { readPast } from './read-past.ts'
import { toldRevisions } from './told-revisions.ts'

/** A reader of a message reads no more than this; the compare link has the rest. */
const CHANGES_LISTED = 5

/** What the execution would deploy behind the approval, compared with what is live there, and who started it. */
export const describeChange = async (
  services: Services,
  where: StageAction,
  executionId: string,
  stages: readonly StageState[],
): Promise<{ change: Change; starter: Starter; otherApprovals: string[] }> => {
  const past = await readPast(services, where, executionId, stages)
  const { comparison, executions } = past
  const asked = executions.get(executionId)
  const tell = (all: Parameters<typeof toldRevisions>[3]) => toldRevisions(services, where, past, all)
  const revisions = await tell(asked?.bySource ?? [])
  const news = distinct(await tell(comparison.news))

  const authors = authorsOf(news.length > 0 ? news : revisions)
  const isAllKnown = comparison.isAllKnown && revisions.length > 0
  const change: Change = {
    revisions,
    into: comparison.into,
    seen: seenIn(stages, comparison.into),
    since:
      comparison.unknown === null && revisions.length > 0 ? await sinceLive(comparison, news, revisions, tell) : null,
    unknown: comparison.unknown,
    authors: isAllKnown ? authors : [...authors, UNKNOWN_COMMIT_AUTHOR],
  }
  const otherApprovals = approvalsBeside(where, stages, past.runs)
  return { change, starter: starterFrom(asked?.trigger ?? null), otherApprovals }
}

/** The other approval actions of the stage; earlier runs have the kinds of its actions. */
const approvalsBeside = (
  { stage, action }: StageAction,
  stages: readonly StageState[],
  runs: readonly ActionRun[],
): string[] => {
  const approvals = runs.filter((run) => run.stage === stage && run.category === 'Approval')
  const names = new Set(approvals.map((run) => run.action))
  const now = stages.find((one) => one.stage === stage)?.actions ?? []
  return now.flatMap((one) => (one.action !== action && names.has(one.action) ? one.action : []))
}

/** Whether another execution may have gone live in these stages since then. */
export const seenIn = (stages: readonly StageState[], into: readonly string[]): string[] =>
  into.map((name) => {
    const { executionId = null, status = null } = stages.find(({ stage }) => stage === name) ?? {}
    return [name, executionId, status].join(' ')
  })

const sinceLive = async (
  { live, changed, newerLive, isAllKnown }: Comparison,
  news: readonly Revision[],
  revisions: readonly Revision[],
  tell: (all: { source: string; revisionId: string }[]) => Promise<Revision[]>,
): Promise<Since> => {
  const known = changed.flatMap(({ source, from }) => (from === null ? [] : [{ source, revisionId: from }]))
  const before = await tell(known)
  const [newer = null] = await tell(newerLive ? [newerLive] : [])
  return {
    releasedAt: Math.min(...live.map(({ at }) => at)),
    changed: before.map((from) => {
      const to = revisions.find(({ source }) => source === from.source)!
      return { from: { ...from, repository: from.repository ?? to.repository }, to }
    }),
    included: news.slice(0, CHANGES_LISTED),
    count: news.length,
    more: !isAllKnown,
    newer,
  }
}
