import type { Deploying, Past, PastRun, StageActions } from './past.ts'
import { KNOWN_KINDS } from './past.ts'

/** Where an approval lets a change go. */
export interface Reach {
  /** The stages that it would be deployed to, as far as the kinds of their actions are known. */
  into: string[]
  /** The stages that it may be deployed to: a change is live only once it is live in all of them. */
  liveIn: Deploying[]
  /** The actions whose kind or order would change the answer and is told by none of the runs. */
  unknown: { stage: string; action: string }[]
}

/** An approval of an execution. */
export interface AskedApproval {
  executionId: string
  stage: string
  action: string
}

/**
 * The stages into which an approval lets a change. They begin with what its own stage still does once it is given. If that
 * deploys, its own stage is the only one. Else they are the stages behind it, up to the next that asks: those that deploy.
 * If none is known to deploy, they are its own stage if that does other work, or all behind it.
 *
 * CodePipeline's state names the actions of each stage without their kinds; the kinds come from earlier runs. An action
 * without a known kind may ask, or may deploy. Where a change is live, and so who wrote what is not, then follows from
 * every stage that it may be deployed to.
 */
export const deploysTo = (
  { executionId, stage, action }: AskedApproval,
  { stages, runs }: Pick<Past, 'stages' | 'runs'>,
): Reach => {
  const known = runs.filter(({ category }) => KNOWN_KINDS.has(category))
  const kinds = new Map(known.toReversed().map((run) => [`${run.stage}/${run.action}`, run.category]))
  const kindOf = (one: StageActions, name: string): string | undefined =>
    one.stage === stage && name === action ? 'Approval' : kinds.get(`${one.stage}/${name}`)
  const knownStage = (one: StageActions): KnownStage => {
    const all = one.actions.map((name) => kindOf(one, name))
    return {
      ...one,
      onlyAsks: all.every((kind) => kind === 'Approval'),
      mayOnlyAsk: all.every((kind) => kind === 'Approval' || kind === undefined),
      asks: all.includes('Approval'),
      deploys: all.includes('Deploy'),
      isUnseen: all.every((kind) => kind === undefined),
      isUnclear: all.includes(undefined),
      unknown: one.actions.filter((name) => kindOf(one, name) === undefined),
    }
  }
  /**
   * What a stage that asks does before that, by the newest execution that asked there and whose runs are told from an earlier
   * stage on. While the runs tell of no such execution, the order of
   * its actions is unknown.
   */
  const beforeAsking = (one: KnownStage): KnownStage => {
    const isApproval = (name: string): boolean => kindOf(one, name) === 'Approval'
    const work = one.actions.filter((name) => !isApproval(name))
    const isAsked = (run: PastRun): boolean => run.stage === one.stage && isApproval(run.action)
    const asked = runs.filter(isAsked).toSorted((run, other) => other.startedAt - run.startedAt)
    const whole = asked.find(({ executionId }) => isToldFromBefore(one.stage, here(executionId)))
    if (!whole) return { ...knownStage({ ...one, actions: [] }), unknown: work }
    const earlier = begunBefore(one.actions.filter(isApproval), here(whole.executionId, one.stage))
    return knownStage({ ...one, actions: work.filter((name) => earlier.has(name)) })
  }
  const here = (executionId: string, stage?: string): PastRun[] =>
    runs.filter((run) => run.executionId === executionId && (stage === undefined || run.stage === stage))

  const at = stages.findIndex((one) => one.stage === stage)
  if (!stages[at]) return { into: [stage], liveIn: [{ stage, by: BY_DEPLOYMENT }], unknown: [] }
  const earlier = begunBefore([action], here(executionId, stage))
  const own = knownStage({ stage, actions: stages[at].actions.filter((name) => !earlier.has(name)) })
  if (own.deploys) return { into: [stage], liveIn: [deployingStage(own)], unknown: [] }

  const behind = stages.slice(at + 1).map(knownStage)
  const first = own.mayOnlyAsk ? [] : [own]
  const next = { behind, beforeAsking }
  const upToAsking = upToNext(first, next, ({ asks }) => asks)
  const all = [...new Set([own, ...upToAsking])]
  const unknown = all.flatMap(unknownIn)
  const reached = upToAsking.filter(doesAnything)
  // For a name, a stage in which nothing has ever run is taken for the next one that asks.
  const named = upToNext(first, next, ({ asks, isUnseen }) => asks || isUnseen).filter(doesAnything)
  const mayDeploy = ({ deploys, isUnclear }: KnownStage): boolean => deploys || isUnclear
  if (first.length > 0 && !named.some(({ deploys }) => deploys)) {
    const liveIn = all.filter((one) => one === own || mayDeploy(one)).map(deployingStage)
    return { into: [stage], liveIn, unknown }
  }

  const into = deploying(named, ({ deploys }) => deploys).map((one) => one.stage)
  const after = new Set([...into, ...deploying(reached, mayDeploy).map((one) => one.stage)])
  return {
    into: !own.isUnclear && into.length > 0 ? into : [stage],
    liveIn:
      own.onlyAsks && after.size === 0
        ? [{ stage, by: KNOWN_KINDS }]
        : all.filter((one) => (one === own ? own.isUnclear : after.has(one.stage))).map(deployingStage),
    unknown,
  }
}

/**
 * The actions of a stage that do not wait for these approvals there, by an execution's runs in that stage: they began before
 * the first of the approvals was given. A retry runs all again in the same order, so the first run of each counts. An action
 * that has not begun, or of which CodePipeline does not say when, waits for them.
 */
const begunBefore = (approvals: readonly string[], runs: readonly PastRun[]): ReadonlySet<string> => {
  const first = new Map<string, PastRun>()
  for (const run of runs.toSorted((one, other) => one.startedAt - other.startedAt))
    if (!first.has(run.action)) first.set(run.action, run)
  const ends = approvals.map((name) => first.get(name)).map(endedAt)
  const begun = [...first.values()].filter(({ startedAt }) => startedAt > 0 && startedAt < Math.min(...ends))
  return new Set(begun.flatMap((run) => (approvals.includes(run.action) ? [] : run.action)))
}

/** By an execution's runs: it came into the stage from another one, so all its runs in the stage are among them. */
const isToldFromBefore = (stage: string, runs: readonly PastRun[]): boolean => {
  const entered = Math.min(...runs.flatMap((run) => (run.stage === stage ? run.startedAt : [])))
  return runs.some((run) => run.stage !== stage && run.startedAt < entered)
}

const endedAt = (run: PastRun | undefined): number =>
  run === undefined || run.status === 'InProgress' ? Infinity : run.updatedAt

const BY_DEPLOYMENT: ReadonlySet<string> = new Set(['Deploy'])
const BY_WORK: ReadonlySet<string> = new Set([...KNOWN_KINDS].filter((kind) => kind !== 'Approval'))

/** An action without a known kind may be the one that deploys: what passed the stage without it was not deployed. */
const deployingStage = ({ stage, deploys, isUnclear }: KnownStage): Deploying => ({
  stage,
  by: deploys || isUnclear ? BY_DEPLOYMENT : BY_WORK,
})

interface KnownStage extends StageActions {
  onlyAsks: boolean
  mayOnlyAsk: boolean
  asks: boolean
  deploys: boolean
  isUnseen: boolean
  /** The kind of some action is not known. */
  isUnclear: boolean
  unknown: string[]
}

const doesAnything = ({ actions }: StageActions): boolean => actions.length > 0

const unknownIn = ({ stage, unknown }: KnownStage) => unknown.map((action) => ({ stage, action }))

/**
 * These and the next stages, up to one that asks, with what that does before it asks. Approvals that follow at once are given
 * before any deployment.
 */
const upToNext = (
  first: readonly KnownStage[],
  { behind, beforeAsking }: { behind: readonly KnownStage[]; beforeAsking: (stage: KnownStage) => KnownStage },
  mayAsk: (stage: KnownStage) => boolean,
): KnownStage[] => {
  const reached = [...first]
  for (const one of behind) {
    if (reached.length === 0 && one.onlyAsks) continue
    if (reached.length > 0 && mayAsk(one)) return [...reached, beforeAsking(one)]
    reached.push(one)
    if (one.asks) break
  }
  return reached
}

/** Those that deploy; all if none does. */
const deploying = (reached: readonly KnownStage[], deploys: (stage: KnownStage) => boolean): readonly KnownStage[] => {
  const some = reached.filter(deploys)
  return some.length > 0 ? some : reached
}
