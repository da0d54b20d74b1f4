import type { AskedApproval, Reach } from './deploys-to.ts'
import { deploysTo } from './deploys-to.ts'
import type { Brought, Passage, Past, PastExecution } from './past.ts'
import { KNOWN_KINDS, latestPassages, versionsToRead } from './past.ts'

/**
 * What an execution would change, compared with what is live where it would be deployed. The messages about a change,
 * and the authors who count, follow from this.
 */
export interface Comparison {
  /** The stages that it would be deployed to. */
  into: string[]
  /** The stages that it may be deployed to, whose live executions it is compared with. */
  liveIn: string[]
  /** The execution that passed each of them last. */
  live: Passage[]
  /** Where that brought a revision of another branch, the execution with one of the asked branch that passed the stage last. */
  onBranch: OnBranch[]
  /** None of the asked branch is known to have passed some of these stages. */
  lacksOnBranch: boolean
  /** Why no live deployment is known; null if one is. */
  unknown: LiveUnknown | null
  /** The sources whose revision would change, in the order of the execution's. */
  changed: Changed[]
  /**
   * The revisions that would be deployed and are not live, newest first, each with the execution that brought it first.
   */
  news: News[]
  /** A live revision that is newer than the execution's. */
  newerLive: Brought | null
  /** False if CodePipeline does not list some revision that would be deployed. */
  isAllKnown: boolean
  /** An execution passed the whole pipeline before an edit: it counts where no deployment is known. */
  hasWhole: boolean
}

export interface OnBranch extends Passage {
  /** The execution that brought its revision first: the branches of those since then matter. */
  broughtFirstBy: string
}

/** Why no live deployment is known. */
export type LiveUnknown =
  /** There has been none. */
  | 'first'
  /** There may have been one, under other names of stages, before the pipeline was edited. */
  | 'edited'
  /** It is older than the lists that were read. */
  | 'far'

export interface Changed {
  source: string
  /** Null if no revision of the source is live, or CodePipeline does not list it. */
  from: string | null
  to: string
}

export interface News extends Brought {
  executionId: string
}

/**
 * Compares by source action, never by position: AWS promises no order of sources. A revision is as old as the first
 * execution that brought it, so a rollback, or an execution of an older commit, deploys an old revision again. With
 * several stages to deploy to, a change is live once it is live in all of them.
 *
 * Another branch that was deployed since, such as a hotfix, leaves what its own branch has brought before as it is. So where
 * a revision of another branch is live, those of its own branch count as well, from the last that was deployed on.
 */
export const compareWithLive = (approval: AskedApproval, past: Past): Comparison => {
  const { executionId } = approval
  const { into, liveIn } = deploysTo(approval, past)
  const version = versionOf(executionId, past)
  const isTimed = hasTimes(past)
  const live = isTimed ? latestPassages(liveIn, past, version) : []
  const timeline = timelineOf(past.executions)
  const asked = timeline.executions.findIndex((one) => one.executionId === executionId)
  const brought = timeline.executions[asked]?.brought ?? null

  const isEdited = past.runs.some((run) => run.version !== null && version !== null && run.version !== version)
  // Runs of an unknown kind may have deployed.
  const isWhole = past.isWhole && past.runs.every(({ category }) => KNOWN_KINDS.has(category))
  const unknown: LiveUnknown = !isTimed ? 'far' : isEdited ? 'edited' : isWhole ? 'first' : 'far'
  const current = new Set(past.runs.flatMap((run) => (run.version === version ? run.executionId : [])))
  const unpassed = withoutPassage(timeline, unknown, past.isWhole, current)
  const bases = liveIn.flatMap(({ stage }): Base[] => {
    const passage = live.find((one) => one.stage === stage)
    return passage ? [atExecution(timeline, passage.executionId)] : unpassed
  })

  const branches = (brought ?? []).map((to) => branchBehind(to, { past, liveIn, live, timeline, version }))
  const sources = (brought ?? []).map((to, index) => {
    const from = bases
      .map((base) => base.revisionOf(to.source))
      .reduce((one, other) => (other.age < one.age ? other : one))
    return {
      ...to,
      from,
      age: isTimed ? timeline.ageOf(to) : Infinity,
      own: branches[index]!,
      live: bases.map((base) => base.revisionOf(to.source)),
    }
  })
  const changed = sources.filter(({ revisionId, live }) => live.some((one) => one.revisionId !== revisionId))
  const news = changed
    .flatMap(({ source, revisionId, from, age, own }) =>
      timeline.firsts.filter(
        (one) =>
          one.source === source &&
          (one.revisionId === revisionId || (one.age <= age && (one.age > from.age || own.isMissing(one)))),
      ),
    )
    .toSorted((one, other) => other.age - one.age)
  const newerLive = changed.flatMap(({ source, age, live }) =>
    live.flatMap((one) => (one.revisionId !== null && one.age > age ? [{ source, revisionId: one.revisionId }] : [])),
  )[0]
  const since = Math.min(
    ...(sources.length > 0
      ? sources.flatMap(({ from, own }) => [from.age, ...own.since])
      : bases.map(({ age }) => age)),
  )
  return {
    into,
    liveIn: liveIn.map(({ stage }) => stage),
    live,
    onBranch: branches.flatMap(({ passages }) => passages),
    lacksOnBranch: branches.some(({ isLacking }) => isLacking),
    unknown: live.length > 0 ? null : unknown,
    changed: changed.map(({ source, revisionId, from }) => ({ source, from: from.revisionId, to: revisionId })),
    news: news.map(({ source, revisionId, executionId }) => ({ source, revisionId, executionId })),
    newerLive: newerLive ?? null,
    isAllKnown:
      isTimed &&
      brought !== null &&
      bases.every(({ isKnown }) => isKnown) &&
      timeline.executions.slice(Math.max(0, since + 1), asked).every((one) => one.brought !== null),
    hasWhole: isEdited && wholeIn(timeline) !== undefined,
  }
}

interface OwnBranch {
  passages: OnBranch[]
  /** The executions since whose ages all matter. */
  since: number[]
  isLacking: boolean
  /** Whether the revision counts although it is older than what is live. */
  isMissing(one: Timeline['firsts'][number]): boolean
}

/** Where a revision of another branch is live: what the revision's own branch brought before it. */
const branchBehind = (
  { source, branch }: Brought,
  {
    past,
    liveIn,
    live,
    timeline,
    version,
  }: { past: Past; liveIn: Reach['liveIn']; live: readonly Passage[]; timeline: Timeline; version: number | null },
): OwnBranch => {
  const bySource = new Map(
    past.executions.map(({ executionId, brought }) => [executionId, brought?.find((one) => one.source === source)]),
  )
  const broughtBy = (executionId: string): Brought | undefined => bySource.get(executionId)
  const hasOther = (stage: string): boolean => {
    const passage = live.find((one) => one.stage === stage)
    const other = passage && broughtBy(passage.executionId)?.branch
    return branch !== undefined && other !== undefined && other !== branch
  }
  const stages = liveIn.filter(({ stage }) => hasOther(stage))
  if (stages.length === 0) return { passages: [], since: [], isLacking: false, isMissing: () => false }
  const onBranch = new Set(
    past.executions.flatMap(({ executionId }) => (broughtBy(executionId)?.branch === branch ? executionId : [])),
  )
  const runs = past.runs.filter(({ executionId }) => onBranch.has(executionId))
  const passages = latestPassages(stages, { ...past, runs }, version)
  const ages = passages.map(({ executionId }) => timeline.ageOf(broughtBy(executionId)!))
  const isLacking = passages.length < stages.length
  // Only runs tell of branches.
  const ran = new Set(past.runs.map(({ executionId }) => executionId))
  const firstRead = past.isWhole ? -1 : timeline.executions.findIndex(({ executionId }) => ran.has(executionId))
  const told = new Map<string, Set<string>>()
  for (const one of past.executions.flatMap(({ brought }) => brought ?? []))
    if (one.source === source && one.branch !== undefined)
      told.set(one.revisionId, (told.get(one.revisionId) ?? new Set()).add(one.branch))
  return {
    passages: passages.map((passage, index) => ({
      ...passage,
      broughtFirstBy: timeline.executions[ages[index]!]!.executionId,
    })),
    since: isLacking ? [...ages, firstRead] : ages,
    isLacking,
    isMissing: ({ revisionId, age }): boolean => {
      const on = told.get(revisionId)
      const isOwn = branch !== undefined && on?.has(branch) === true
      return (isLacking && isOwn) || ((isOwn || !on) && ages.some((base) => age > base))
    },
  }
}

/** The earlier versions of the pipeline whose stages would tell more of what is live. Newest first. */
export const versionsToCompare = (approval: AskedApproval, past: Past): number[] =>
  hasTimes(past) ? versionsToRead(deploysTo(approval, past).liveIn, past, versionOf(approval.executionId, past)) : []

const versionOf = (executionId: string, { runs }: Past): number | null =>
  runs.find((run) => run.executionId === executionId)?.version ?? null

/** Without a time, neither the order of executions nor the latest deployment is known. */
const hasTimes = ({ executions, runs }: Past): boolean =>
  executions.every(({ startedAt }) => startedAt !== 0) &&
  runs.every(({ startedAt, updatedAt }) => startedAt !== 0 && updatedAt !== 0)

/** A revision's age is the position of the first execution that brought it: the smaller, the older. */
interface Aged {
  revisionId: string | null
  age: number
}

interface Timeline {
  /** Oldest first. */
  executions: readonly PastExecution[]
  /** Each revision of each source, with the execution that brought it first. */
  firsts: readonly (News & { age: number })[]
  ageOf(brought: Brought): number
}

const timelineOf = (past: readonly PastExecution[]): Timeline => {
  // CodePipeline lists the newest first: that tells the order of those that started at the same time.
  const executions = past.toReversed().sort((one, other) => one.startedAt - other.startedAt)
  const firsts = new Map<string, News & { age: number }>()
  for (const [age, { executionId, brought }] of executions.entries())
    for (const one of brought ?? []) {
      const key = keyOf(one)
      if (!firsts.has(key)) firsts.set(key, { ...one, executionId, age })
    }
  return { executions, firsts: [...firsts.values()], ageOf: (one) => firsts.get(keyOf(one))?.age ?? executions.length }
}

const keyOf = ({ source, revisionId }: Brought): string => [source, revisionId].join()

/** What is live in one stage, by source. */
interface Base {
  age: number
  revisionOf(source: string): Aged
  /** False if it is not known which revisions are live. */
  isKnown: boolean
}

/** Older than every execution. */
const NOTHING: Aged = { revisionId: null, age: -1 }

const atExecution = (timeline: Timeline, executionId: string): Base => {
  const age = timeline.executions.findIndex((one) => one.executionId === executionId)
  const brought = timeline.executions[age]?.brought ?? null
  return {
    age,
    // Others may have followed an execution that is not listed. A revision that a rollback deployed again may come from an
    // older one that is not.
    isKnown:
      age >= 0 &&
      !(timeline.executions[age]?.isRollback && timeline.executions.slice(0, age).some((one) => !one.brought)),
    revisionOf: (source) => {
      // If the execution's revisions are not listed, every revision up to it counts as live.
      if (!brought) return { revisionId: null, age }
      const revision = brought.find((one) => one.source === source)
      return revision ? { revisionId: revision.revisionId, age: timeline.ageOf(revision) } : NOTHING
    },
  }
}

/**
 * No execution is known to have passed the stage. After an edit, an execution that passed the whole pipeline was
 * deployed long ago, under whatever names, and a later rollback has undone some of it; about the others nothing is
 * known. `current`: executions of the pipeline as it is now, whose rollbacks concern other stages.
 */
const withoutPassage = (
  timeline: Timeline,
  unknown: LiveUnknown,
  isWhole: boolean,
  current: ReadonlySet<string>,
): Base[] => {
  const { executions } = timeline
  const whole = wholeIn(timeline)
  if (unknown !== 'edited' || !whole) return [{ age: -1, revisionOf: () => NOTHING, isKnown: isWhole }]
  const undone = executions
    .slice(executions.indexOf(whole))
    .filter((one) => one.status === 'Succeeded' && one.isRollback && !current.has(one.executionId))
  return [whole, ...undone].map((one) => ({ ...atExecution(timeline, one.executionId), age: -1 }))
}

const wholeIn = ({ executions }: Timeline): PastExecution | undefined =>
  executions.findLast(({ status, isRollback }) => status === 'Succeeded' && !isRollback)
