import type { Due, Effect } from '../../domain/effect.ts'
import { handedOn, isSameEffect, withoutLease } from '../../domain/effect.ts'
import { announceVerdict } from './announce-verdict.ts'
import { takeCheckRetry } from '../../domain/check-retry.ts'
import { changeApproval } from '../approval/change-approval.ts'
import { checkApproval } from '../approval/check-approval.ts'
import { checkExecution } from '../execution/check-execution.ts'
import { fileSkips } from '../execution/file-skips.ts'
import { findApproval } from '../approval/find-approval.ts'
import { lookForApprovals, lookIntoPipelines } from '../gates/manual-approval/look-for-approvals.ts'
import { fileEntries } from './file-entries.ts'
import type { Performed } from './performed.ts'
import { again } from './performed.ts'
import type { Services } from '../../ports/services.ts'
import { takeClick } from '../approval/take-click.ts'
import { recordRefusal } from '../approval/record-refusal.ts'
import { requestApproval } from '../approval/request-approval.ts'
import { sendNotices } from '../show/send-notices.ts'
import { ownTurns } from './own-turns.ts'
import { settleApproval } from './settle-approval.ts'
import { showNotices } from '../show/show-notices.ts'
import { showApproval } from '../show/show-approval.ts'
import { showExecution } from '../show/show-execution.ts'
import { tellExecution } from '../show/tell-execution.ts'
import { within } from '../within.ts'
import { weighDeferredClicks } from '../approval/weigh-deferred-clicks.ts'

/** What only `effect-due` performs, with much that the other functions do not need. */
type Queued =
  | 'explain-failure'
  | 'steer-pipeline'
  | 'send-digest'
  | 'take-command'
  | 'answer-command'
  | 'answer-several'
  | 'tell-person'
  | 'show-homes'
  | 'tend-freeze'
  | 'tend-absence'
  | 'check-outside'
  | 'claim-deployment'

/** `isLast`: the effect is not tried again after this. */
export interface Tried {
  isLast: boolean
}

type PerformEach = {
  [D in Effect['do']]: (services: Services, effect: Extract<Effect, { do: D }>, tried: Tried) => Promise<Performed>
}

/** How each effect is performed that only the queue has. */
export type QueuedPerform = Pick<PerformEach, Queued>

const PERFORM: Omit<PerformEach, Queued> = {
  'request-approval': (services, { notification }) => requestApproval(services, notification),
  'find-approval': (services, { action }) => findApproval(services, action),
  'look-for-approvals': (services, { there }) => lookForApprovals(services, there),
  'look-into-pipelines': (services, effect) => lookIntoPipelines(services, effect),
  'settle-approval': (services, { approval }) => settleApproval(services, approval),
  'show-approval': (services, { approval, lease }) => showApproval(services, approval, lease),
  'check-approval': (services, { approval, ...how }) => checkApproval(services, approval, how),
  'take-click': (services, { approval, click }) => takeClick(services, approval, click),
  'record-refusal': (services, { approval, refused }) => recordRefusal(services, approval, refused),
  'weigh-deferred-clicks': (services, { approval }) => weighDeferredClicks(services, approval),
  'send-notices': (services, { approval }) => sendNotices(services, approval),
  'show-notices': (services, { approval }) => showNotices(services, approval),
  'announce-verdict': (services, { approval }) => announceVerdict(services, approval),
  'file-entries': (services, { approval }) => fileEntries(services, approval),
  'show-execution': (services, { execution, lease }) => showExecution(services, execution, lease),
  'check-execution': (services, { execution, ...how }) => checkExecution(services, execution, how),
  'file-skips': (services, { execution }) => fileSkips(services, execution),
  'tell-execution': (services, { execution }) => tellExecution(services, execution),
}

/** `hasTurn`: the effect's first call of Slack has a turn. */
const performOne = async (
  services: Services,
  effect: Effect,
  { hasTurn = false, ...tried }: Tried & { hasTurn?: boolean },
  queued: Partial<QueuedPerform> = {},
): Promise<Result> => {
  const { turns, later } = ownTurns(services, hasTurn)
  const perform = { ...PERFORM, ...queued }[effect.do]
  if (!perform) return again(0, 'effect-due performs it')
  const performed = await perform({ ...services, turns }, effect as never, tried)
  const turn = later()
  return performed.kind === 'again' && turn ? { kind: 'later', ...turn, next: performed.next } : performed
}

/** `hasTurn`: Slack has a turn for the effect then. */
type Result = Exclude<Performed, { kind: 'later' }> | (Extract<Performed, { kind: 'later' }> & { hasTurn?: boolean })

/** Seconds to wait before each further try; a second longer list means more tries. */
const PAUSES = [1, 2, 5, 10, 20, 40, 60, 60, 120, 120, 180] as const

/**
 * Performs effects, and those that follow from them, within `budgetMs`. An effect that fails for a passing reason, or
 * has not ended by then, goes to the queue: nothing is lost, and the caller can answer.
 */
export const performNow = async (services: Services, effects: readonly Effect[], budgetMs: number): Promise<void> => {
  const giveUpAt = services.clock.now() + budgetMs
  let todo = effects
  while (todo.length > 0) todo = await performFirst(services, todo, giveUpAt)
}

/** Performs the first of the effects. Returns those that are then to be performed; what they need is in the table. */
export const performFirst = async (
  services: Services,
  effects: readonly Effect[],
  giveUpAt: number,
): Promise<readonly Effect[]> => {
  const [effect, ...todo] = effects
  if (!effect) return []
  // The last share of the budget is for messages to people, if an earlier effect takes too long.
  const share = todo.length > 0 ? 0.6 : 1
  const left = (giveUpAt - services.clock.now()) * share
  const result = left > 0 ? await tryWithin(services, effect, left) : again(1, 'no time is left')
  const later = left > 0 ? withoutLease(effect) : handedOn(effect)
  if (result.kind !== 'done') await defer(services, { effect: later, attempt: 1 }, result)
  return [...result.next.filter((next) => !isAmong(todo, next)), ...todo]
}

const tryWithin = async (services: Services, effect: Effect, ms: number): Promise<Result> => {
  const work = performOne(services, effect, { isLast: false }).catch((error: unknown) =>
    failedOnce(services, effect, error),
  )
  return (await within(services.clock, ms, work)) ?? again(1, `it took over ${ms.toFixed()} ms`)
}

const withinTime = async ({ clock }: Services, ms: number, work: Promise<Result>): Promise<Result> => {
  const result = await within(clock, ms, work)
  if (!result) throw new Error(`it took over ${ms.toFixed()} ms`)
  return result
}

const failedOnce = ({ log }: Services, effect: Effect, error: unknown): Performed => {
  log.error('An effect failed', { effect: loggedEffect(effect), error })
  return again(1, String(error))
}

/** What the sweep and the comparisons begin again as long as it is needed: a dead-letter queue would get one after the other. */
const SWEPT: ReadonlySet<Effect['do']> = new Set(['check-approval', 'check-execution'])

/** Longer than any effect may take by its own limits. Its function is ended after 30 seconds, with all that it performs. */
const DUE_WITHIN_MS = 28_000

/**
 * Performs an effect from the queue, and those that follow from it. What has not ended in time goes to the queue again, and
 * what has ended is not repeated. Throws if it failed for good, so that the queue keeps it for a person.
 */
export const performDue = async (
  services: Services,
  due: Due,
  queued: Partial<QueuedPerform> = {},
  giveUpAt = services.clock.now() + DUE_WITHIN_MS,
): Promise<void> => {
  const left = giveUpAt - services.clock.now()
  if (left <= 0)
    return defer(services, { effect: handedOn(due.effect), attempt: due.attempt }, again(1, 'no time is left'))
  const mayTryAgain = due.attempt < PAUSES.length
  const tried = { isLast: !mayTryAgain, ...(due.hasTurn && { hasTurn: true }) }
  const work = performOne(services, due.effect, tried, queued)
  const result = await withinTime(services, left, work).catch((error: unknown) => {
    if (!mayTryAgain && !SWEPT.has(due.effect.do)) throw error
    if (!mayTryAgain) services.log.count('EffectFailed')
    return failedOnce(services, due.effect, error)
  })
  for (const effect of result.next) await performDue(services, { effect, attempt: 1 }, queued, giveUpAt)
  if (result.kind === 'done') return
  const effect = withoutLease(due.effect)
  // To wait for a turn is no failed attempt.
  if (result.kind === 'later') return defer(services, { effect, attempt: due.attempt }, result)
  if (mayTryAgain) return defer(services, { effect, attempt: due.attempt + 1 }, result)
  const { because } = result
  if (due.effect.do === 'request-approval') {
    services.log.count('ApprovalNotificationUnconfirmed')
    throw new EffectGivenUp(due, because)
  }
  // The table still has the work, so the sweep begins again.
  services.log.warn('An effect is left to the sweep', { effect: loggedEffect(due.effect), because })
}

const defer = async (services: Services, due: Due, result: Exclude<Result, { kind: 'done' }>): Promise<void> => {
  const { queue, log, clock } = services
  if (result.kind === 'later') {
    const { at, hasTurn } = result
    return queue.send({ ...due, ...(hasTurn && { hasTurn: true as const }) }, Math.max(0, at - clock.now()) / 1_000)
  }
  const pause = Math.min(900, Math.max(result.afterSeconds, PAUSES[due.attempt - 1]!))
  if (!(await mayQueue(services, due, pause))) return
  log.info('An effect is tried again later', {
    effect: due.effect.do,
    attempt: due.attempt,
    pause,
    because: result.because,
  })
  log.count('EffectDeferred')
  await queue.send(due, pause)
}

/** Several functions may fail at the same look at an approval. Without an answer from the table, it is queued. */
const mayQueue = async (services: Services, { effect, attempt }: Due, pause: number): Promise<boolean> => {
  if (effect.do !== 'check-approval') return true
  const now = services.clock.now()
  const taken = await changeApproval(services, effect.approval, (approval) =>
    takeCheckRetry(approval, attempt, now + pause * 1_000, now),
  ).catch(() => null)
  return taken !== false
}

/**
 * An effect for the log. A notification holds the approval's token, with which a reader of the log could decide, and a click
 * a person's words and address, a command and its answer the address at which Slack takes answers.
 */
export const loggedEffect = (effect: Effect): object => {
  if (effect.do === 'request-approval') return { do: effect.do, approval: effect.notification.id }
  if (effect.do === 'take-click') return { do: effect.do, approval: effect.approval, user: effect.click.who.userId }
  if (effect.do === 'record-refusal')
    return { do: effect.do, approval: effect.approval, user: effect.refused.who.userId }
  if (effect.do === 'steer-pipeline')
    return {
      do: effect.do,
      act: effect.request.act,
      execution: effect.request.execution,
      user: effect.request.who.userId,
    }
  if (effect.do === 'take-command')
    return { do: effect.do, command: effect.command.id, user: effect.command.who.userId }
  if (effect.do === 'answer-command' || effect.do === 'tell-person') return { do: effect.do, user: effect.userId }
  if (effect.do === 'answer-several')
    return { do: effect.do, answers: effect.answers.id, user: effect.answers.who.userId }
  return effect
}

const isAmong = (effects: readonly Effect[], effect: Effect): boolean =>
  effects.some((other) => isSameEffect(other, effect))

/**
 * A notification that CodePipeline never confirmed, after the last try. It goes to the dead-letter queue. The error has
 * no further fields: the logger writes each, and the notification holds the approval's token.
 */
export class EffectGivenUp extends Error {
  override readonly name = 'EffectGivenUp'
  constructor({ effect, attempt }: Due, because: string) {
    super(`${effect.do} was given up after ${attempt} tries: ${because}`)
  }
}
