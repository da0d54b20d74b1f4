import type { Deploying, Past, StageActions } from './past.ts'
import { KNOWN_KINDS } from './past.ts'

/** Where an approval lets a change go. */
export interface Reach {
  /** The stages that it would be deployed to, as far as the kinds of their actions are known. */
  into: string[]
  /** The stages that it may be deployed to: a change is live only once it is live in all of them. */
  liveIn: Deploying[]
  /** The actions whose kind would change the answer and is told by none of the runs. */
  unknown: { stage: string; action: string }[]
}

/**
 * The stages into which an approval lets a change. A stage with more than approvals deploys by itself. After a stage of
 * approvals alone, they are the stages behind it, up to the next such stage: those that deploy, or all if none is known
 * to.
 *
 * CodePipeline's state names the actions of each stage without their kinds; the kinds come from earlier runs. An action
 * without a known kind may ask, or may deploy. Where a change is live, and so who wrote what is not, then follows from
 * every stage that it may be deployed to.
 */
export const deploysTo = (
  { stage, action }: { stage: string; action: string },
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

  const here = stages.findIndex((one) => one.stage === stage)
  const own = stages[here] ? knownStage(stages[here]) : null
  if (!own) return { into: [stage], liveIn: [{ stage, by: BY_DEPLOYMENT }], unknown: [] }
  if (!own.mayOnlyAsk)
    return { into: [stage], liveIn: [deployingStage(own)], unknown: own.deploys ? [] : unknownIn(own) }

  const behind = stages.slice(here + 1).map(knownStage)
  const reached = upToNext(behind, ({ asks }) => asks)
  // For a name, a stage in which nothing has ever run is taken for the next one that asks.
  const named = upToNext(behind, ({ asks, isUnseen }) => asks || isUnseen)
  const into = deploying(named, ({ deploys }) => deploys)
  const after = new Set([...into, ...deploying(reached, ({ deploys, isUnclear }) => deploys || isUnclear)])
  return {
    into: own.onlyAsks && into.length > 0 ? into.map((one) => one.stage) : [stage],
    liveIn:
      own.onlyAsks && after.size === 0
        ? [{ stage, by: KNOWN_KINDS }]
        : [...(own.isUnclear ? [own] : []), ...behind.filter((one) => after.has(one))].map(deployingStage),
    unknown: [own, ...reached].flatMap(unknownIn),
  }
}

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

const unknownIn = ({ stage, unknown }: KnownStage) => unknown.map((action) => ({ stage, action }))

/** The next stages, up to one that asks. The approvals that follow at once are given before any deployment. */
const upToNext = (behind: readonly KnownStage[], mayAsk: (stage: KnownStage) => boolean): KnownStage[] => {
  const reached: KnownStage[] = []
  for (const one of behind) {
    if (reached.length === 0 && one.onlyAsks) continue
    if (reached.length > 0 && mayAsk(one)) break
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
