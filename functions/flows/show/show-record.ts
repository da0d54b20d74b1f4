import type { Effect } from '../../domain/effect.ts'
import { SLACK_CALL, holds } from '../../domain/lease.ts'
import type { Place, Showing, ShowingAcquisition } from '../../domain/showing.ts'
import { acquireShowing, isBehind, needNotBeShown, wasLost, wasNotShown, wasShown } from '../../domain/showing.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Card } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { PostOutcome, UpdateOutcome } from '../../ports/slack.ts'

/** How one kind of record is shown in Slack. */
export interface Shown<T extends { showing: Showing }> {
  /** The effect that shows this record. */
  effect: Effect
  change<R>(step: (record: T) => [T, R]): Promise<R | null>
  /** Null when there is no channel for it. */
  channelOf(record: T): string | null
  render(record: T): Card
  beganAt(record: T): number
  /** Has others know where the message is, before the record itself says so; answers who must be shown then. */
  placed?(record: T, place: Place): Promise<readonly Effect[]>
}

/**
 * Makes the Slack message of a record show the record, whatever state either is in: posts it once, updates it in
 * place, adopts one that a crash left behind, and posts anew where somebody deleted it.
 */
export const showRecord = async <T extends { showing: Showing }>(
  { slack, clock, log }: Services,
  shown: Shown<T>,
): Promise<Performed> => {
  const owner = clock.newId()
  const acquired = await shown.change<Acquired<T>>((record) => {
    if (shown.channelOf(record) === null && !record.showing.place)
      return [{ ...record, showing: needNotBeShown(record.showing) }, { kind: 'up-to-date' }]
    const result = acquireShowing(record.showing, owner, clock.now())
    if (result.kind !== 'acquired') return [record, result]
    const next = { ...record, showing: result.showing }
    return [next, { kind: 'acquired', record: next, mustLookFirst: result.mustLookFirst }]
  })
  // The function that has the lease looks again when it has written; if it never finishes, the sweep does.
  if (acquired?.kind !== 'acquired') return done()

  const { record } = acquired
  const card = shown.render(record)
  const channel = shown.channelOf(record)
  const mark = (step: (showing: Showing, now: number) => Showing): Promise<Showing | null> =>
    shown.change((current) => {
      const showing = step(current.showing, clock.now())
      return [{ ...current, showing }, showing]
    })

  const tell = async (at: Place): Promise<readonly Effect[]> => (await shown.placed?.(record, at)) ?? []

  const known = record.showing.place
  const found =
    !known && acquired.mustLookFirst && channel ? await slack.find(channel, card, shown.beganAt(record)) : null
  const others = found ? await tell(found) : []
  const place = known ?? found
  // Lambda may have frozen this function meanwhile, for longer than the lease lasts.
  if (!holds(record.showing.lease, owner, clock.now(), SLACK_CALL))
    return again(10, 'the message was not written in time')
  const outcome = place ? await slack.update(place, card) : await slack.post(channel!, card)

  switch (outcome.kind) {
    case 'posted':
    case 'updated': {
      const at = placeOf(outcome, place)
      const next = outcome.kind === 'posted' ? await tell(at) : others
      const showing = await mark((showing, now) => wasShown(showing, owner, record.showing.truth, at, now))
      return done([...(showing && isBehind(showing) ? [shown.effect] : []), ...next])
    }
    case 'lost':
      await mark((showing) => wasLost(showing, owner))
      return again(0, 'the message was deleted in Slack')
    case 'busy':
      await mark((showing) => wasNotShown(showing, owner, true, place))
      return again(outcome.afterSeconds, 'Slack asks to slow down')
    case 'unclear':
      await mark((showing) => wasNotShown(showing, owner, false, place))
      return again(5, `Slack did not answer: ${outcome.because}`)
    case 'refused':
      await mark((showing) => wasNotShown(showing, owner, true, place))
      log.error('Slack refused the message', { channel, because: outcome.because })
      log.count('EffectFailed')
      return again(60, `Slack refused: ${outcome.because}`)
  }
}

type Acquired<T> =
  Exclude<ShowingAcquisition, { kind: 'acquired' }> | { kind: 'acquired'; record: T; mustLookFirst: boolean }

const placeOf = (outcome: PostOutcome | UpdateOutcome, known: Place | null): Place =>
  outcome.kind === 'posted' ? outcome.place : known!
