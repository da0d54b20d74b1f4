import type { Execution } from '../../domain/execution.ts'
import { failedStageOf, isOver, latestActions, waitsForHeld, withItsFailure } from '../../domain/execution.ts'
import type { HeldStage } from '../../domain/held-stage.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { May, Route } from '../../domain/route.ts'
import type { SteeringAct, SteeringAim } from '../../domain/steering.ts'
import { STEERING_ACTS, steeringRules } from '../../domain/steering.ts'
import { frozenAt } from '../../domain/window.ts'
import type { Services } from '../../ports/services.ts'
import { freezesOn, lookUp } from '../approval/resolve-policy.ts'
import { thosePermitted } from '../those-permitted.ts'

type Judging = Pick<Services, 'calendars' | 'clock' | 'configuration' | 'directory' | 'executions' | 'freezes'>
type Configured = Pick<Services, 'configuration'>

interface Row {
  /** What the act is aimed at under the message of this execution; null if there is nothing to do. */
  aimIn: (execution: Execution) => Pick<SteeringAim, 'stage'> | null
  /** Why there is nothing to do at that aim now, in a sentence. */
  notStanding: (aim: SteeringAim) => string
  /** Without a button: the stages at which people may type it. */
  isTypedFor?: (execution: Execution, stage: string) => boolean
  /** It is offered with the first event that tells of a failure. */
  mendsFailure?: true
  /** "You may not …". */
  words: string
}

/** Whether its pipeline can be started from there: it is over, and no newer one has taken its place. */
export const releaseStands = (execution: Execution): boolean =>
  !execution.outside && isOver(execution) && execution.overall.progress !== 'superseded'

/** CodePipeline has a transition into every stage but the first. */
const TYPED = {
  aimIn: () => null,
  notStanding: ({ stage }: SteeringAim) => `${stage} is the pipeline’s first stage, which cannot be held.`,
  isTypedFor: ({ stageOrder }: Execution, stage: string) => stage !== stageOrder[0],
}

const ROWS: Record<SteeringAct, Row> = {
  retry: {
    aimIn: (execution) => {
      const stage = failedStageOf(execution)
      return stage === null ? null : { stage }
    },
    notStanding: ({ stage }) => `The stage ${stage} of this execution does not stand failed any more.`,
    mendsFailure: true,
    words: 'retry this stage',
  },
  rollback: {
    aimIn: (execution) => {
      const stage = failedStageOf(execution)
      // CodePipeline rolls every stage back but the first, which has the sources.
      return stage === null || stage === execution.stageOrder[0] || isRefused(execution, stage) ? null : { stage }
    },
    notStanding: ({ stage }) => `No deployment of this execution stands failed in the stage ${stage} any more.`,
    mendsFailure: true,
    words: 'roll this stage back',
  },
  stop: {
    aimIn: (execution) => (execution.outside || isOver(execution) ? null : { stage: null }),
    notStanding: () => 'This execution is over.',
    words: 'stop this execution',
  },
  hold: {
    ...TYPED,
    words: 'hold this stage',
  },
  resume: {
    ...TYPED,
    aimIn: (execution) => (waitsForHeld(execution) ? { stage: execution.held.stage } : null),
    words: 'let this stage go on',
  },
  release: {
    aimIn: (execution) => (releaseStands(execution) ? { stage: null } : null),
    notStanding: () => 'This execution runs again, or a newer one has taken its place.',
    words: 'start this pipeline',
  },
}

/** Only approvals failed there: what was live before still is. */
const isRefused = (execution: Execution, stage: string): boolean => {
  const failed = latestActions(execution, stage).filter(({ progress }) => progress === 'failed')
  return failed.length > 0 && failed.every(({ category }) => category === 'Approval')
}

/** The acts with which people may steer the execution in Slack now, by its state and the configuration. */
export const steeringOffered = (services: Configured, execution: Execution): SteeringAim[] =>
  STEERING_ACTS.flatMap((act) => {
    const at = ROWS[act].aimIn(execution)
    const aim = at && { act, execution: execution.key, ...at }
    return aim && isAllowed(aim, routesOf(services, aim, execution.stageOrder)) ? [aim] : []
  })

/** Those with which people may mend a failure. It is told with the first event that tells of it, and never again. */
export const mendsOffered = (services: Configured, execution: Execution): SteeringAim[] =>
  steeringOffered(services, withItsFailure(execution)).filter(({ act }) => ROWS[act].mendsFailure)

/** Those of the acts that every one of their routes lets this person do. `stages`: of the aims' pipeline. */
export const steeringOfferedTo = async (
  services: Judging,
  { aims, stages, userId }: { aims: readonly SteeringAim[]; stages: readonly string[]; userId: string },
): Promise<SteeringAim[]> => {
  const judged = await Promise.all(
    aims.map(async (aim) => {
      const named = routesOf(services, aim, stages).map(({ may }) => lookUp(services, may[steeringRules(aim.act).may]))
      const looked = await Promise.all(named)
      return looked.length > 0 && looked.every(({ people }) => people.includes(userId)) ? [aim] : []
    }),
  )
  return judged.flat()
}

/** The button that lets this held stage go on, if people may do that in Slack. */
export const resumeOffered = (
  services: Configured,
  execution: ExecutionKey,
  held: Pick<HeldStage, 'stage'> | null,
): SteeringAim[] => {
  if (!held) return []
  const aim: SteeringAim = { act: 'resume', execution, stage: held.stage }
  return isAllowed(aim, routesOf(services, aim, [])) ? [aim] : []
}

/** Whether the permission names a person on each of the routes. */
const isAllowed = ({ act }: SteeringAim, routes: readonly Route[]): boolean =>
  routes.length > 0 &&
  routes.map(({ may }) => may[steeringRules(act).may]).every(({ people, groups }) => people.length + groups.length > 0)

/** Every route that the stage may have, or any stage of the pipeline if the act is about all of it. */
const routesOf = (
  { configuration }: Configured,
  { act, execution, stage }: SteeringAim,
  stages: readonly string[],
): readonly Route[] => {
  const among = steeringRules(act).on === 'pipeline' ? stages : stage === null ? [] : [stage]
  const all = among.flatMap((one) => configuration.routesOfStage({ ...execution, stage: one }))
  return [...new Map(all.map((route) => [JSON.stringify(route), route])).values()]
}

/**
 * Why the person cannot do it now, in a sentence; null if they can. `stagesNow`: those that the pipeline has by now, if
 * it was read.
 */
export const whyNotSteered = async (
  services: Judging,
  aim: SteeringAim,
  userId: string,
  stagesNow: readonly string[] = [],
): Promise<string | null> => {
  const { clock, executions } = services
  const { may, duringFreeze } = steeringRules(aim.act)
  const row = ROWS[aim.act]
  const read = await executions.read(aim.execution)
  if (!read) return 'Greenlight does not know this execution.'
  const { stage } = aim
  // A failure is told, with its buttons, before the events of its stage and its execution have come.
  const known = row.mendsFailure ? withItsFailure(read) : read
  const stands = row.isTypedFor ? stage !== null && row.isTypedFor(known, stage) : row.aimIn(known)?.stage === stage
  if (!stands) return row.notStanding(aim)
  if (row.mendsFailure && stillRuns(read, stage!))
    return `Other actions of the stage ${stage} still run. Ask again once they have ended.`
  const routes = routesOf(services, aim, [...new Set([...known.stageOrder, ...stagesNow])])
  const whoMay = `The setting “may: { ${may}: … }” of its route in greenlight.yml says who may.`
  if (!isAllowed(aim, routes)) return `No one may ${row.words} in Slack. ${whoMay}`
  const now = clock.now()
  for (const route of routes) {
    const [{ people, unread }, freezes] = await Promise.all([
      lookUp(services, route.may[may]),
      duringFreeze ? [] : freezesOn(services, route, aim.execution.pipeline, now),
    ])
    if (!people.includes(userId))
      return unread.length > 0
        ? `Greenlight cannot tell whether you may ${row.words}: ${unread.join('; ')}.`
        : `You may not ${row.words}.${await permittedOnAll(services, routes, may)} ${whoMay}`
    const frozen = frozenAt(freezes, now)
    if (frozen?.unread !== undefined)
      return `Greenlight cannot tell whether the change freeze “${frozen.name}” is in force: ${frozen.unread}.`
    if (frozen) return `The change freeze “${frozen.name}” is in force. Do this after it.`
  }
  return null
}

/** Whether an action of the stage runs. One that ran before the stage failed has ended: its event is late or lost. */
const stillRuns = (execution: Execution, stage: string): boolean => {
  const own = execution.stages.get(stage)
  const failedAt = own?.progress === 'failed' ? own.at : -Infinity
  return latestActions(execution, stage).some(({ progress, at }) => progress === 'running' && at > failedAt)
}

/** Whom every one of the routes names, in a sentence. */
const permittedOnAll = async (services: Judging, routes: readonly Route[], may: keyof May): Promise<string> => {
  const looked = await Promise.all(routes.map((route) => lookUp(services, route.may[may])))
  const [first, ...others] = looked.map(({ people }) => people)
  const onAll = (first ?? []).filter((one) => others.every((people) => people.includes(one)))
  return thosePermitted(services.directory, onAll)
}
