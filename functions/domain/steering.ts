import type { Actor } from './act.ts'
import { canonical } from './canonical.ts'
import type { Happening, Journal } from './journal.ts'
import { emptyJournal, written } from './journal.ts'
import type { Acquisition, Lease } from './lease.ts'
import { SEND_VERDICT, acquire, renew } from './lease.ts'
import type { ExecutionKey } from './pipeline.ts'
import type { Revision } from './revision.ts'
import type { May } from './route.ts'
import type { Signature } from './signature.ts'
import { sha256 } from './statement.ts'
import { MINUTE } from './time-units.ts'

/** Which actions of the stage run again ("RetryStageExecution", CodePipeline API reference). */
export const RETRY_MODES = ['FAILED_ACTIONS', 'ALL_ACTIONS'] as const

/** What happens to the actions that run ("Stop a pipeline execution", CodePipeline User Guide). */
export const STOP_MODES = ['wait', 'abandon'] as const

/**
 * What people do to a pipeline in Slack besides deciding about approvals. `may`: the permission of the route that names
 * them. `on`: what it changes, and so which routes must name them. `duringFreeze`: whether a change freeze leaves it to
 * them (decision 34). `choices`: what the form lets them choose between. `asksReason`: it asks why. `toLastGood`: the form
 * says which execution the stage returns to. `transition`: how it leaves the transition into the stage; people type it.
 */
export const STEERING = {
  retry: { may: 'retry', on: 'stage', duringFreeze: false, choices: RETRY_MODES },
  rollback: { may: 'rollback', on: 'stage', duringFreeze: true, toLastGood: true },
  stop: { may: 'stop', on: 'pipeline', duringFreeze: true, choices: STOP_MODES, asksReason: true },
  hold: { may: 'hold', on: 'stage', duringFreeze: true, transition: 'held' },
  resume: { may: 'hold', on: 'stage', duringFreeze: false, transition: 'open' },
  release: { may: 'release', on: 'pipeline', duringFreeze: false },
} as const satisfies Record<string, SteeringRules>

interface SteeringRules {
  may: keyof May
  on: 'stage' | 'pipeline'
  duringFreeze: boolean
  choices?: readonly string[]
  asksReason?: true
  toLastGood?: true
  transition?: 'held' | 'open'
}

/** What a stage is rolled back to. */
export interface LastGood {
  executionId: string
  /** Since when it was deployed there; null if CodePipeline does not say. Epoch milliseconds. */
  since: number | null
  revisions: readonly Revision[]
}

/** StopPipelineExecution takes 200 characters as a reason, with the request and the person's ID in front. */
export const LONGEST_STEERING_REASON = 150

/** DisableStageTransition takes 300 characters as a reason, with the person's ID in front. */
export const LONGEST_HOLD_REASON = 250

/**
 * The reason of a held stage in CodePipeline, which takes these characters alone ("DisableStageTransition", CodePipeline API
 * reference, reason). Accents go, other characters become spaces.
 */
export const holdReason = (userId: string, reason: string | null): string =>
  `Greenlight ${userId} - ${reason ?? ''}`
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^a-zA-Z0-9!@ ().*?-]+/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .slice(0, 300)
    .trim()

/** The reason of a stop in CodePipeline, which takes 200 characters ("StopPipelineExecution", CodePipeline API reference). */
export const stopReason = (chain: string, userId: string, reason: string | null): string =>
  `Greenlight ${chain} ${userId}: ${reason ?? ''}`.slice(0, 200)

const STOP_REASON = /^Greenlight (steering-[0-9a-f]{12}) ([UW][A-Z0-9]+): /

/** The request that such a reason names; null if it names none. Everyone can write one who may stop the execution. */
export const stopIn = (reason: string): { chain: string; userId: string } | null => {
  const [, chain, userId] = STOP_REASON.exec(reason) ?? []
  return chain !== undefined && userId !== undefined ? { chain, userId } : null
}

/** The person's own words in a reason that the bot gave CodePipeline for them; any other reason as it is. */
export const wordsOfHold = (userId: string | null, reason: string): string => {
  const prefix = `Greenlight ${userId} -`
  return userId !== null && reason.startsWith(prefix) ? reason.slice(prefix.length).trim() : reason
}

export type SteeringAct = keyof typeof STEERING
export const STEERING_ACTS = Object.keys(STEERING) as SteeringAct[]

export const steeringRules = (act: SteeringAct): SteeringRules => STEERING[act]

/** Where an act is aimed: at an execution, and at one of its stages if it is about one. */
export interface SteeringAim {
  act: SteeringAct
  /** The execution under whose message the button stands. */
  execution: ExecutionKey
  stage: string | null
}

/** What is to be done. */
export interface Steering extends SteeringAim {
  /** One of the act's choices, or the execution that a stage is rolled back to; null for other acts. */
  choice: string | null
  /** In the person's words; null if the form asks for none. */
  reason: string | null
}

/** What a person has sent the form for. */
export interface SteeringRequest extends Steering {
  /** Another one for each form, however often it is delivered. */
  id: string
  who: Actor
  /** The first message of the thread in which they pressed the button; not sealed, for they alone are told there. */
  thread?: string
  at: number
}

/** A request that comes later is not done: the person has looked at CodePipeline since, or asked again. */
export const STEERING_REQUESTED_FOR = 30 * MINUTE

export const steeringOf = <S extends RecordedSteering>({ act, execution, stage, choice, reason }: S) => {
  const { accountId, region, pipeline, executionId } = execution
  return { act: act as S['act'], execution: { accountId, region, pipeline, executionId }, stage, choice, reason }
}

/** The text that a request is sealed with. */
export const sealedSteering = ({ id, who, at, ...steering }: SteeringRequest): string =>
  canonical({ steering: id, ...steeringOf(steering), userId: who.userId, from: who.from, at })

/** The chain of the audit record. */
export const steeringId = (requestId: string): string => `steering-${sha256(requestId).slice(0, 12)}`
export const isSteeringId = (id: string): boolean => /^steering-[0-9a-f]{12}$/.test(id)

/** The text that is signed. */
export const steeringStatement = (chain: string, steering: RecordedSteering, userId: string, at: number): string =>
  canonical({ version: 1, steering: chain, ...steeringOf(steering), userId, at })

/** An audit record may have acts that this version does not know. */
type RecordedSteering = Omit<Steering, 'act'> & { act: string }

export type SteeringAnswer =
  | { answer: 'taken'; because: null }
  /** `because` is a sentence. */
  | { answer: 'refused'; because: string }

export interface SteeringRecord {
  kind: 'steering'
  id: string
  request: SteeringRequest
  /**
   * `begun`: the function that has the lease calls CodePipeline. `before`: what CodePipeline showed before the first
   * call, by which a function that does not know whether CodePipeline took a call sees that it did.
   */
  state: { name: 'begun'; before: string | null; lease: Lease | null } | ({ name: 'over' } & SteeringAnswer)
  /** How long its entries are kept. Milliseconds. */
  retention: number
  journal: Journal
}

/** One call: as long as that of a verdict, with the same time to assume a role. */
export const STEERING_CALL = SEND_VERDICT

interface Began {
  before: string | null
  owner: string
  signed: Signature
  retention: number
}

export const steeringBegun = (
  request: SteeringRequest,
  { before, owner, signed, retention }: Began,
  now: number,
): SteeringRecord => {
  const { id, who, at, ...steering } = request
  const lease = { owner, until: now + STEERING_CALL.lasts }
  const fresh: SteeringRecord = {
    kind: 'steering',
    id: steeringId(id),
    request,
    state: { name: 'begun', before, lease },
    retention,
    journal: emptyJournal,
  }
  return withSteeringEntry(fresh, at, { what: 'steering-requested', who, steering: steeringOf(steering), signed })
}

/** No function could check the request, and none will: nothing of it is in the audit record. */
export const steeringNotBegun = (
  request: SteeringRequest,
  answer: SteeringAnswer,
  retention: number,
): SteeringRecord => ({
  kind: 'steering',
  id: steeringId(request.id),
  request,
  state: { name: 'over', ...answer },
  retention,
  journal: emptyJournal,
})

/** The right to call, if no function has it that may still be calling. */
export const steeringTakenOver = (
  record: SteeringRecord,
  owner: string,
  now: number,
): [SteeringRecord, Acquisition | null] => {
  const { state } = record
  if (state.name === 'over') return [record, null]
  const acquired = acquire(state.lease, owner, now, STEERING_CALL)
  return acquired.kind === 'busy'
    ? [record, acquired]
    : [{ ...record, state: { ...state, lease: acquired.lease } }, acquired]
}

/** The full time for a call that follows at once; null if another function has the right to it, or it is over. */
export const steeringRenewed = (record: SteeringRecord, owner: string, now: number): [SteeringRecord, Lease | null] => {
  const { state } = record
  const lease = state.name === 'begun' ? renew(state.lease, owner, now, STEERING_CALL) : null
  return state.name === 'begun' && lease ? [{ ...record, state: { ...state, lease } }, lease] : [record, null]
}

/** CodePipeline was busy and has not taken the call: the next attempt need not wait. */
export const steeringReleased = (record: SteeringRecord, owner: string): SteeringRecord =>
  record.state.name === 'begun' && record.state.lease?.owner === owner
    ? { ...record, state: { ...record.state, lease: null } }
    : record

export const steeringOver = (record: SteeringRecord, answer: SteeringAnswer, now: number): SteeringRecord =>
  record.state.name === 'over'
    ? record
    : withSteeringEntry({ ...record, state: { name: 'over', ...answer } }, now, {
        what: 'steering-answered',
        ...answer,
      })

const withSteeringEntry = (record: SteeringRecord, at: number, happened: Happening): SteeringRecord => ({
  ...record,
  journal: written(record.journal, { approval: record.id, at, happened, keptUntil: at + record.retention }),
})
