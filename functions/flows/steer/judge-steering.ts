import type { Execution } from '../../domain/execution.ts'
import { failedStageOf } from '../../domain/execution.ts'
import type { Route } from '../../domain/route.ts'
import type { SteeringAct, SteeringAim } from '../../domain/steering.ts'
import { STEERING_ACTS, steeringRules } from '../../domain/steering.ts'
import { frozenAt } from '../../domain/window.ts'
import type { Services } from '../../ports/services.ts'
import { freezesOn, lookUp } from '../approval/resolve-policy.ts'

type Judging = Pick<Services, 'calendars' | 'clock' | 'configuration' | 'directory' | 'executions' | 'freezes'>
type Configured = Pick<Services, 'configuration'>

interface Row {
  /** Where the act is aimed under the message of this execution; null if there is nothing to do. */
  stageIn: (execution: Execution) => string | null
  /** Why there is nothing to do at that aim now, in a sentence. */
  notStanding: (aim: SteeringAim) => string
  /** "You may not …". */
  words: string
}

const ROWS: Record<SteeringAct, Row> = {
  retry: {
    stageIn: failedStageOf,
    notStanding: ({ stage }) => `The stage ${stage} of this execution does not stand failed any more.`,
    words: 'retry this stage',
  },
}

/** The acts with which people may steer the execution in Slack now, by its state and the configuration. */
export const steeringOffered = (services: Configured, execution: Execution): SteeringAim[] =>
  STEERING_ACTS.flatMap((act) => {
    const stage = ROWS[act].stageIn(execution)
    const aim = stage === null ? null : { act, execution: execution.key, stage }
    return aim && isAllowed(services, aim) ? [aim] : []
  })

/** Whether the permission names a person on every route that the aim may have. */
const isAllowed = (services: Configured, aim: SteeringAim): boolean => {
  const routes = routesOf(services, aim)
  const members = routes.map(({ may }) => may[steeringRules(aim.act).may])
  return routes.length > 0 && members.every(({ people, groups }) => people.length + groups.length > 0)
}

const routesOf = ({ configuration }: Configured, { execution, stage }: SteeringAim): readonly Route[] =>
  stage === null ? [] : configuration.routesOfStage({ ...execution, stage })

/** Why the person cannot do it now, in a sentence; null if they can. */
export const whyNotSteered = async (services: Judging, aim: SteeringAim, userId: string): Promise<string | null> => {
  const { clock, executions } = services
  const { may, duringFreeze } = steeringRules(aim.act)
  const row = ROWS[aim.act]
  const known = await executions.read(aim.execution)
  if (!known) return 'Greenlight does not know this execution.'
  if (row.stageIn(known) !== aim.stage) return row.notStanding(aim)
  const whoMay = `The setting “may: { ${may}: … }” of its route in greenlight.yml says who may.`
  if (!isAllowed(services, aim)) return `No one may ${row.words} in Slack. ${whoMay}`
  const now = clock.now()
  for (const route of routesOf(services, aim)) {
    const [{ people, unread }, freezes] = await Promise.all([
      lookUp(services, route.may[may]),
      duringFreeze ? [] : freezesOn(services, route, aim.execution.pipeline, now),
    ])
    if (!people.includes(userId))
      return unread.length > 0
        ? `Greenlight cannot tell whether you may ${row.words}: ${unread.join('; ')}.`
        : `You may not ${row.words}. ${whoMay}`
    const frozen = frozenAt(freezes, now)
    if (frozen) return `The change freeze “${frozen.name}” is in force. Do this after it.`
  }
  return null
}
