import type { May, Members, Route } from '../../functions/domain/route.ts'
import type { SteeringAct } from '../../functions/domain/steering.ts'
import type { CodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import { membersOf } from '../support/memory/people.ts'
import { NO_PERMISSIONS } from '../support/plain-route.ts'
import { Chance } from './chance.ts'
import { MARKUP } from './configuration.ts'
import type { Ledger, Pressing } from './ledger.ts'
import { ACCOUNT } from './ledger.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import type { VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
/** Few enough for a history that a person can read. */
const MOST_APPROVALS = 10

/** By the permission that the act asks for. */
export const PERMISSION: Record<SteeringAct, keyof May> = {
  retry: 'retry',
  rollback: 'rollback',
  stop: 'stop',
  hold: 'hold',
  resume: 'hold',
  release: 'release',
}

const NO_ONE: Members = { people: [], groups: [] }
const MANAGERS: Members = { people: ['U0DANA', 'U0ELI'], groups: [] }
const PERMITTED: readonly Members[] = [
  MANAGERS,
  MANAGERS,
  { people: [], groups: ['S0MANAGERS'] },
  { people: ['eli@example.com'], groups: [] },
  // One of them is deactivated, and one is of another workspace.
  { people: ['U0DANA'], groups: ['S0ENGINEERS'] },
  NO_ONE,
]
const EVERYONE = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI', 'U0FAY', 'U0GUS', 'U0HAL']

const ACTS: readonly SteeringAct[] = [
  'retry',
  'rollback',
  'stop',
  'hold',
  'resume',
  'resume',
  'release',
  'release',
  'release',
]
const STAGES = ['Source', 'Staging', 'Gate', 'Production', 'Production', 'Production']
/** AWS takes few of these characters as the reason of a held stage. */
const REASONS = ['Not now', `Störung: „Kasse“ & Überweisung – 50 % ${MARKUP}`, `${'long '.repeat(40)}${MARKUP}`, '事故']

interface Around {
  time: VirtualTime
  ledger: Ledger
  engine: () => CodePipeline
  /** Who may, by every route. */
  may: Route['may']
  press: (pressing: Pressing) => void
}

/** One approval is enough, so that much is deployed, and fails. */
const EASY: Partial<Route> = {
  approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 }],
  anyOf: [],
  rejecters: [],
  consoleOnly: null,
  forbid: [],
  commentForm: null,
}

/** People who steer the pipeline from Slack. They have a chance of their own: other histories stay as they were. */
export class DrawnSteering {
  /** What the routes say of it. */
  readonly route: Partial<Route>
  readonly #chance: Chance
  readonly has: boolean
  #around: Around | null = null
  /** From then on people do nothing. */
  #until = 0

  /** `has`: whether there are any; drawn if it is undefined. */
  constructor(seed: number, has: boolean | undefined) {
    const chance = new Chance(seed + 0xd000000)
    this.#chance = chance
    const drawn = chance.is(0.2)
    this.has = has ?? drawn
    const permitted = () => chance.pick(PERMITTED)
    const may = {
      retry: permitted(),
      rollback: permitted(),
      stop: permitted(),
      hold: permitted(),
      release: permitted(),
    }
    this.route = this.has ? { may: { ...NO_PERMISSIONS, ...may }, ...(chance.is(0.6) && EASY) } : {}
  }

  /** Lets people press, at drawn times. */
  begin(around: Around): void {
    if (!this.has) return
    const chance = this.#chance
    const { time, ledger } = around
    this.#around = around
    this.#until = time.now() + 38 * MINUTE
    for (let times = chance.between(5, 15); times > 0; times--)
      time.in(chance.between(MINUTE, 38 * MINUTE), () => {
        if (ledger.pipelineDeleted) return
        const pressing = this.#some(around)
        if (pressing) this.#press(around, pressing)
      })
  }

  /** Some retry or roll back what has failed, also while someone does it in AWS. */
  stageFailed(stage: string, executionId: string): void {
    const chance = this.#chance
    const around = this.#around
    if (!around || !chance.is(0.85) || around.time.now() > this.#until) return
    const { time, ledger } = around
    const act = chance.pick(['retry', 'rollback', 'rollback'] as const)
    time.in(chance.between(1_500, chance.pick([MINUTE, 3 * MINUTE])), () => {
      if (ledger.pipelineDeleted || ledger.asked.size > MOST_APPROVALS) return
      this.#press(around, this.#pressing(around, act, { executionId, stage }))
    })
  }

  #press(around: Around, pressing: Pressing): void {
    const chance = this.#chance
    around.press(pressing)
    // Pressed again, by the same person or by another one.
    if (!chance.is(0.3)) return
    const again = chance.is(0.5) ? pressing : { ...pressing, userId: this.#person(around, pressing.act) }
    around.time.in(chance.between(200, 20_000), () => around.press(again))
  }

  #person({ may }: Around, act: SteeringAct): string {
    const members = membersOf(may[PERMISSION[act]])
    return this.#chance.is(0.75) && members.length > 0 ? this.#chance.pick(members) : this.#chance.pick(EVERYONE)
  }

  #some(around: Around): Pressing | null {
    const chance = this.#chance
    const { ledger } = around
    const act = chance.pick(ACTS)
    if (['retry', 'rollback', 'release'].includes(act) && ledger.asked.size > MOST_APPROVALS) return null
    const aim = (chance.is(0.8) ? this.#sensible(around, act) : null) ?? this.#any(ledger)
    return aim && this.#pressing(around, act, aim)
  }

  #pressing(around: Around, act: SteeringAct, aim: Aim): Pressing {
    const chance = this.#chance
    const { executionId, stage } = aim
    const isOfStage = act !== 'stop' && act !== 'release'
    return {
      act,
      execution: { ...ACCOUNT, pipeline: PIPELINE, executionId },
      stage: isOfStage ? stage : null,
      choice: this.#choice(around, act, aim),
      reason: act === 'stop' ? 'Not now' : act === 'hold' ? chance.pick(REASONS) : null,
      userId: this.#person(around, act),
      isTyped: (act === 'hold' || act === 'resume') && chance.is(0.5),
    }
  }

  #any(ledger: Ledger): Aim | null {
    const executions = ledger.executionIds()
    return executions.length === 0
      ? null
      : { executionId: this.#chance.pick(executions), stage: this.#chance.pick(STAGES) }
  }

  /** What the message of an execution offers by the truth. */
  #sensible({ ledger, engine }: Around, act: SteeringAct): Aim | null {
    const executions = ledger.executionIds().toReversed()
    const newest = executions[0]
    if (newest === undefined) return null
    const isOpen = (id: string) => ['STARTED', 'RESUMED', 'STOPPING'].includes(ledger.stateOf(id).overall)
    switch (act) {
      case 'retry':
      case 'rollback': {
        const failed = executions.flatMap((executionId) => {
          const [stage] = [...ledger.stateOf(executionId).stages].find(([, state]) => state === 'FAILED') ?? []
          return stage === undefined ? [] : [{ executionId, stage }]
        })
        return failed[0] ?? null
      }
      case 'stop': {
        const open = executions.find(isOpen)
        return open === undefined ? null : { executionId: open, stage: '' }
      }
      case 'release': {
        const over = executions.find((one) => !isOpen(one))
        return over === undefined ? null : { executionId: over, stage: '' }
      }
      case 'hold':
      case 'resume': {
        const stages = engine().getPipelineState({ name: PIPELINE }).stageStates.slice(1)
        const wanted = stages.filter(
          ({ inboundTransitionState }) => inboundTransitionState?.enabled === (act === 'hold'),
        )
        return wanted.length === 0 ? null : { executionId: newest, stage: this.#chance.pick(wanted).stageName }
      }
    }
  }

  #choice({ engine, ledger }: Around, act: SteeringAct, { executionId, stage }: Aim): string | null {
    const chance = this.#chance
    if (act === 'retry') return chance.pick(['FAILED_ACTIONS', 'ALL_ACTIONS'])
    if (act === 'stop') return chance.pick(['wait', 'abandon'])
    if (act !== 'rollback') return null
    const hasStage = engine()
      .getPipelineState({ name: PIPELINE })
      .stageStates.some(({ stageName }) => stageName === stage)
    const succeeded = hasStage
      ? engine().listPipelineExecutions({
          pipelineName: PIPELINE,
          filter: { succeededInStage: { stageName: stage } },
        }).pipelineExecutionSummaries
      : []
    const good = succeeded.find(({ pipelineExecutionId }) => pipelineExecutionId !== executionId)
    const target = good?.rollbackMetadata?.rollbackTargetPipelineExecutionId ?? good?.pipelineExecutionId
    // A form that was open for a while names an execution that is not the last good one any more.
    return target === undefined || chance.is(0.1) ? chance.pick(ledger.executionIds()) : target
  }
}

interface Aim {
  executionId: string
  stage: string
}

/** What the person types for it. */
export const typedFor = ({ act, stage, reason }: Pressing): string =>
  `${act} ${PIPELINE} ${stage}${act === 'hold' ? ` because ${reason}` : ''}`
