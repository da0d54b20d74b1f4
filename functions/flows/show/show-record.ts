import type { Effect } from '../../domain/effect.ts'
import { SLACK_CALL, holds } from '../../domain/lease.ts'
import { DAY } from '../../domain/time-units.ts'
import type { Limited } from '../../domain/slack-turns.ts'
import type { Place, Showing, ShowingLease } from '../../domain/showing.ts'
import {
  hasShowingLease,
  mayBeShown,
  takenOver,
  needNotBeShown,
  wasLost,
  wasNotShown,
  wasRefusedBySlack,
  wasShown,
  withShowingLease,
  withTurn,
} from '../../domain/showing.ts'
import type { Performed } from '../effects/performed.ts'
import { again, atItsTurn, done } from '../effects/performed.ts'
import type { Clock } from '../../clock.ts'
import type { Card } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { PostOutcome, UpdateOutcome } from '../../ports/slack.ts'
import { countAnswer, takeTurn } from './slack-turn.ts'

/** How one kind of record is shown in Slack. */
export interface Shown<T extends { showing: Showing }> {
  /** The effect that shows this record, with a lease that was acquired for it. */
  effect(lease?: ShowingLease): Effect
  read(): Promise<T | null>
  /** `from`: the record at hand. */
  change<R>(step: (record: T) => [T, R], from?: T): Promise<R | null>
  /** The record with what its message needs and no event told, stored. */
  complete?(record: T): Promise<T>
  /** Null if there is no channel for it. */
  channelOf(record: T): string | null
  render(record: T): Card
  beganAt(record: T): number
  /**
   * Tells other records where the message is, before the record itself has the place; returns the effects that show
   * those.
   */
  placed?(record: T, place: Place): Promise<readonly Effect[]>
}

/**
 * Shows a record in its Slack message, whatever state either is in: posts the message once, updates it in place, adopts
 * one that a crash left behind, and posts it again if a person deleted it. `given`: a lease that was acquired in the
 * same write as the change to be shown.
 */
export const showRecord = async <T extends { showing: Showing }>(
  services: Services,
  shown: Shown<T>,
  given: ShowingLease | null = null,
): Promise<Performed> => {
  const { slack, clock, log } = services
  if (given?.turnAt !== undefined) return atItsTurn(given.turnAt)
  const taken = (given && (await underLease(clock, shown, given))) ?? (await acquireLease(clock, shown))
  // The writer that has the lease notices, when done, that there is more to show; if it never comes back, the sweep
  // does.
  if (!taken) return done()

  const { lease } = taken
  if (lease.turnAt !== undefined) return atItsTurn(lease.turnAt)
  const { owner } = lease
  const record = (await shown.complete?.(taken.record)) ?? taken.record
  const card = shown.render(record)
  const channel = shown.channelOf(record)
  let atHand = record
  const mark = <R>(step: (current: T, now: number) => [T, R]): Promise<R | null> =>
    shown.change((current) => {
      const [next, result] = step(current, clock.now())
      atHand = next
      return [next, result]
    }, atHand)
  const markShowing = (step: (showing: Showing) => Showing): Promise<null> =>
    mark((current) => [{ ...current, showing: step(current.showing) }, null])

  const tell = async (at: Place): Promise<readonly Effect[]> => shown.placed?.(record, at) ?? []

  /** A reply in the thread of the message before, if Slack takes it. */
  const pointFrom = async (left: Place, at: Place): Promise<void> => {
    const outcome = await slack.post(left.channel, { kind: 'continued', at }, left)
    if (outcome.kind !== 'posted') log.warn('Slack refused the reply under an old message', { ...left, ...outcome })
  }

  const known = record.showing.place
  const found = !known && lease.mustLookFirst && channel ? await slack.find(channel, card, shown.beganAt(record)) : null
  const others = found ? await tell(found) : []
  const place = known ?? found
  const limited: Limited = place ? { method: 'chat.update' } : { method: 'chat.postMessage', channel: channel! }
  const wait = await takeTurn(services, limited, card, lease.hasTurn)
  // Lambda may have frozen this function meanwhile, for longer than the lease lasts.
  if (!wait && !holds(record.showing.lease, owner, clock.now(), SLACK_CALL))
    return again(10, 'the message was not written in time')
  const outcome = wait ?? (place ? await slack.update(place, card) : await slack.post(channel!, card))
  if (!wait) await countAnswer(services, limited, card, outcome)

  switch (outcome.kind) {
    case 'posted':
    case 'updated': {
      const at = placeOf(outcome, place)
      const next = outcome.kind === 'posted' ? await tell(at) : others
      if (record.showing.left) await pointFrom(record.showing.left, at)
      const more = await mark((current, now) => {
        const showing = wasShown(current.showing, owner, record.showing.truth, at, now)
        return withShowingLease({ ...current, showing }, owner, now)
      })
      return done([...(more ? [shown.effect(more)] : []), ...next])
    }
    case 'lost':
      await markShowing((showing) => wasLost(showing, owner, outcome.isThere ? place : null))
      return again(
        0,
        outcome.isThere ? 'Slack does not let the message be changed' : 'the message was deleted in Slack',
      )
    case 'busy': {
      const turnAt = clock.now() + outcome.afterSeconds * 1_000
      await markShowing((showing) => withTurn(wasNotShown(showing, owner, true, place), turnAt, wait?.isKept ?? false))
      return wait ? atItsTurn(turnAt) : again(outcome.afterSeconds, 'Slack asks to slow down')
    }
    case 'unclear':
      await markShowing((showing) => mayBeShown(wasNotShown(showing, owner, false, place), clock.now()))
      return again(5, `Slack did not answer: ${outcome.because}`)
    case 'refused':
      log.error('Slack refused the message', { channel, because: outcome.because })
      // Counted once, however often it is tried again.
      if (!record.showing.refused) log.count('EffectFailed')
      await markShowing((showing) => wasRefusedBySlack(showing, owner, clock.now(), place))
      return done()
  }
}

interface Taken<T> {
  record: T
  lease: ShowingLease
}

/** The record when a lease that was acquired earlier arrives; null if the lease was lost, or there is no channel. */
const underLease = async <T extends { showing: Showing }>(
  clock: Clock,
  shown: Shown<T>,
  lease: ShowingLease,
): Promise<Taken<T> | null> => {
  const wait = lease.notBefore - clock.now()
  if (wait > 0) await clock.sleep(Math.min(wait, LONGEST_WAIT_MS))
  if (lease.isHandedOn) {
    const owner = clock.newId()
    return shown.change((record) => {
      const [next, own] = canBeShown(shown, record, clock.now())
        ? takenOver(record, lease, owner, clock.now())
        : [record, null]
      return [next, own && { record: next, lease: own }]
    })
  }
  const record = await shown.read()
  return record && hasShowingLease(record.showing, lease) && canBeShown(shown, record, clock.now())
    ? { record, lease }
    : null
}

/** A clock that was set back must not delay a message. */
const LONGEST_WAIT_MS = 5_000

const acquireLease = async <T extends { showing: Showing }>(
  clock: Clock,
  shown: Shown<T>,
): Promise<Taken<T> | null> => {
  const owner = clock.newId()
  return shown.change((record) => {
    const now = clock.now()
    if (!canBeShown(shown, record, now)) return [{ ...record, showing: needNotBeShown(record.showing) }, null]
    const [next, lease] = withShowingLease(record, owner, now, now, { isFromQueue: true })
    return [next, lease && { record: next, lease }]
  })
}

/** A message without a channel for a new one can be changed where it is, until Slack has refused that for a day. */
const canBeShown = <T extends { showing: Showing }>(shown: Shown<T>, record: T, now: number): boolean => {
  const { place, refused } = record.showing
  return shown.channelOf(record) !== null || (place !== null && now - (refused?.since ?? now) <= DAY)
}

const placeOf = (outcome: PostOutcome | UpdateOutcome, known: Place | null): Place =>
  outcome.kind === 'posted' ? outcome.place : known!
