import type { Comparison } from '../../../domain/live.ts'
import type { Brought } from '../../../domain/past.ts'
import type { ApprovalRequest } from '../../../domain/approval.ts'
import { webUrl } from '../../../domain/source.ts'
import type { StageAction } from '../../../domain/pipeline.ts'
import type { Change, Revision, Since } from '../../../domain/revision.ts'
import { UNKNOWN_COMMIT_AUTHOR, authorsOf, distinct } from '../../../domain/revision.ts'
import { lastDeployment } from '../../../domain/last-deployment.ts'
import { starterFrom } from '../../../domain/starter.ts'
import type { ActionRun, StageState } from '../../../ports/pipelines.ts'
import type { AskedEvidence, Description } from '../../../ports/gate.ts'
import { KNOWN_KINDS } from '../../../domain/past.ts'
import { namedStarter } from '../../execution/named-starter.ts'
import type { PipelineReader } from '../../execution/read-revisions.ts'
import type { Services } from '../../../ports/services.ts'
import { broughtBy, liveNow } from './live-now.ts'
import { isRollback, readPast } from './read-past.ts'
import { toldRevisions } from './told-revisions.ts'

/** A reader of a message reads no more than this; the compare link has the rest. */
const CHANGES_LISTED = 5

/** What the execution would deploy behind the approval, compared with what is live there, and who started it. */
export const describeChange = async (
  services: Services,
  where: StageAction,
  executionId: string,
  stages: readonly StageState[],
  { withEvidence = false }: AskedEvidence = {},
): Promise<Omit<Description, 'newer' | 'tests' | 'changeSets'> & { runs: readonly ActionRun[] }> => {
  const { past, tell, change, starter } = await readChange(services, where, executionId, stages, { withEvidence })
  const { runs } = past
  return {
    request: requestIn(runs, where, executionId),
    change: withEvidence ? { ...change, live: await liveNow(services, where, past, tell) } : change,
    starter: await namedStarter(services, starter),
    ...approvalsBeside(where, stages, runs),
    runs,
  }
}

/** The change and the start alone, as CodePipeline tells them. */
export const readChange = async (
  services: PipelineReader,
  where: StageAction,
  executionId: string,
  stages: readonly StageState[],
  { withEvidence }: AskedEvidence = {},
) => {
  const past = await readPast(services, where, executionId, stages)
  const { comparison, executions } = past
  const asked = executions.get(executionId)
  const brought = asked?.bySource ?? []
  const last = withEvidence ? lastDeployment(past.deploying, past.runs, (id) => isRollback(executions.get(id))) : null
  const live = [
    ...(last ? broughtBy(past, last) : []),
    ...liveBefore(comparison),
    ...(comparison.newerLive ? [comparison.newerLive] : []),
    ...(withEvidence ? comparison.live.flatMap((passage) => broughtBy(past, passage)) : []),
  ]
  const tell = await toldRevisions(services, where, past, [...brought, ...live, ...comparison.news])
  const revisions = brought.map((one) => tell(one, executionId))
  const news = distinct(comparison.news.map((one) => tell(one)))

  const authors = authorsOf(news.length > 0 ? news : revisions)
  const isAllKnown = comparison.isAllKnown && revisions.length > 0
  const change: Change = {
    revisions,
    into: comparison.into,
    liveIn: comparison.liveIn,
    seen: seenIn(stages, where.stage, comparison.liveIn),
    since: comparison.unknown === null && revisions.length > 0 ? sinceLive(comparison, news, revisions, tell) : null,
    unknown: comparison.unknown,
    live: [],
    ...(last && { last: { ...last, revisions: broughtBy(past, last).map((one) => tell(one)) } }),
    authors: isAllKnown ? authors : [...authors, UNKNOWN_COMMIT_AUTHOR],
  }
  return { past, tell, change, starter: starterFrom(asked?.trigger ?? null, asked?.executionMode) }
}

/** A configuration value's limit ("Quotas in AWS CodePipeline"), which variables in it may exceed once they are resolved. */
const LONGEST_CUSTOM_DATA = 1_000

/** The newest run counts: a retry of the stage is another one. */
const requestIn = (runs: readonly ActionRun[], where: StageAction, executionId: string): ApprovalRequest | null => {
  const run = runs.find(
    (run) => run.executionId === executionId && run.stage === where.stage && run.action === where.action,
  )
  if (!run) return null
  const { CustomData = '', ExternalEntityLink = null } = run.configuration
  return { customData: CustomData.slice(0, LONGEST_CUSTOM_DATA).trim() || null, reviewUrl: webUrl(ExternalEntityLink) }
}

/** The other approval actions of the stage; earlier runs have the kinds of its actions. */
const approvalsBeside = (
  { stage, action }: StageAction,
  stages: readonly StageState[],
  runs: readonly ActionRun[],
): Pick<Description, 'otherApprovals' | 'mayAskMore'> => {
  const inStage = runs.filter((run) => run.stage === stage).toReversed()
  const kinds = new Map(inStage.map((run) => [run.action, run.category]))
  const now = stages.find((one) => one.stage === stage)?.actions ?? []
  const others = now.map((one) => one.action).filter((name) => name !== action)
  return {
    otherApprovals: others.filter((name) => kinds.get(name) === 'Approval'),
    mayAskMore: others.some((name) => {
      const kind = kinds.get(name)
      return kind === undefined || !KNOWN_KINDS.has(kind)
    }),
  }
}

/**
 * What a description depends on: the actions of the approval's stage and of those behind it, which of them have ever
 * run, and the execution that entered each stage to compare with last. In the approval's own stage no other can pass while
 * it waits there.
 */
export const seenIn = (stages: readonly StageState[], own: string, liveIn: readonly string[]): string[] => {
  const from = stages.findIndex(({ stage }) => stage === own)
  const shape = stages.slice(from).map(({ stage, actions }) => {
    const names = actions.map(({ action, status }) => [action, status === null].join())
    return [stage, ...names].join()
  })
  const others = liveIn.filter((name) => name !== own)
  const entered = others.map((name) => {
    const { executionId = null, status = null } = stages.find(({ stage }) => stage === name) ?? {}
    return [executionId, status].join()
  })
  return [...shape, ...entered]
}

/** The live revision of each source that changes, if it is known. */
const liveBefore = ({ changed }: Comparison): Brought[] =>
  changed.flatMap(({ source, from }) => (from === null ? [] : [{ source, revisionId: from }]))

const sinceLive = (
  comparison: Comparison,
  news: readonly Revision[],
  revisions: readonly Revision[],
  tell: (brought: Brought) => Revision,
): Since => ({
  releasedAt: Math.min(...comparison.live.map(({ at }) => at)),
  changed: liveBefore(comparison).map((live) => {
    const from = tell(live)
    const to = revisions.find(({ source }) => source === live.source)!
    return { from: { ...from, repository: from.repository ?? to.repository }, to }
  }),
  included: news.slice(0, CHANGES_LISTED),
  count: news.length,
  more: !comparison.isAllKnown,
  newer: comparison.newerLive && tell(comparison.newerLive),
})
