import { isOfCause } from '../../domain/deployment-notices.ts'
import type {
  AbsenceNoticeKind,
  ExecutionNoticeKind,
  Notice,
  NoticeDelivery,
  NoticeKind,
  SaidNotice,
} from '../../domain/notice.ts'
import type { NoticeAcquisition, Noticed } from '../../domain/notice-delivery.ts'
import { holdNotice, holdsNotice, postponeRefused, releaseNotice, skipNotice } from '../../domain/notice-delivery.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Limited } from '../../domain/slack-turns.ts'
import type { Place } from '../../domain/showing.ts'
import { wasDeleted } from '../../domain/showing.ts'
import { ownEntry } from '../../own-entry.ts'
import type { AbsenceCard, DigestCard, ExecutionNoticeCard, FreezeCard, NoticeCard } from '../../ports/cards.ts'
import type { SteeringAim } from '../../domain/steering.ts'
import type { Services } from '../../ports/services.ts'
import type { PostOutcome } from '../../ports/slack.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import { countAnswer, takeTurn } from './slack-turn.ts'

/** How the notices of one kind of record are sent. */
export interface Told<T extends Noticed, N extends Notice<string> = Notice> {
  /** The record that the table holds; null if it holds none. */
  read(): Promise<T | null>
  /** `from`: the record at hand. */
  change<R>(step: (record: T) => [T, R], from?: T): Promise<R | null>
  /** What is to be told of a deployment's end, whose notice is due; null if the route does not want to hear of it. */
  tellEnd(record: T): Promise<Telling | null>
  acquire(record: T, owner: string, now: number): [T, NoticeAcquisition<N>]
  /** The record once what the notice says is true; null if the notice is not to be sent any more. */
  prepare(record: T, notice: N): Promise<T | null>
  /** Until when its person wants no such message; null if they do now. Missing if no notice is kept back. */
  keptBack?(record: T, notice: N): Promise<number | null>
  /** The message in whose thread it is, or the channel that it has of its own. */
  channelOf(record: T, notice: N): { channel: string; under: Place | null } | null
  /** Whether its message will be posted. Missing if each notice has a channel of its own. */
  hasChannel?(record: T): boolean
  card(
    record: T,
    notice: N,
    telling: Telling | null,
  ): NoticeCard | ExecutionNoticeCard | FreezeCard | AbsenceCard | DigestCard
  /** The notice is not older than this. Epoch milliseconds. */
  beganAt(record: T): number
  /** The record after the notice was posted, as the record `shown` was then. */
  said(record: T, shown: T, said: SaidNow<N>): T
  /** What follows from a notice that was posted. */
  next(notice: N): readonly Effect[]
  /** Sends what else is due. */
  effect: Effect
  /** Shows the record's own message. Missing if it has none. */
  show?: Effect
  /** For the log. */
  about: object
}

/** A notice that was just posted. */
export interface SaidNow<N = Notice> extends Pick<SaidNotice, 'at'> {
  notice: N
  place: Place
  /** The channel as the bot names it. */
  channel: string
  mention: readonly string[]
  /** An earlier function had posted it. */
  wasThere: boolean
}

/** What people are told of an end. */
export interface Telling {
  /** Slack user IDs. */
  mention: readonly string[]
  /** Since when the deployments before it failed; null if the last one did not. Epoch milliseconds. */
  failingSince: number | null
  /** Until when quiet hours last: Infinity if they do not end, null outside them. */
  heldUntil: number | null
  /** With which people may mend a failure in Slack; missing if they can do nothing there. */
  steering?: readonly SteeringAim[]
}

/**
 * Sends the record's next notice, once, through crashes and repeats. The write that acquires the lease also checks that
 * the notice is still true.
 */
export const deliverNotice = async <T extends Noticed, N extends Notice<string> = Notice>(
  services: Services,
  told: Told<T, N>,
): Promise<Performed> => {
  const { clock, slack, log } = services
  const owner = clock.newId()
  const known = await told.read()
  if (!known) return done()
  const [asKnown, due] = told.acquire(known, owner, clock.now())
  if (due.kind !== 'acquired' && asKnown === known) return done()
  const foreseen = due.kind === 'acquired' && mayBePosted(told, known, due.notice) ? due.notice : null
  const end = foreseen?.kind === 'deployment' ? foreseen : null
  const telling = end && withoutPing(end, await told.tellEnd(known))
  const keptUntil = foreseen && ((await told.keptBack?.(known, foreseen)) ?? null)
  const taken = await told.change<{ acquired: NoticeAcquisition<N> | { kind: 'left' }; record: T }>((record) => {
    const now = clock.now()
    const [next, acquired] = told.acquire(record, owner, now)
    const leave = (left: T): [T, { acquired: { kind: 'left' }; record: T }] => [
      left,
      { acquired: { kind: 'left' }, record: left },
    ]
    if (acquired.kind !== 'acquired') return [next, { acquired, record: next }]
    const { notice } = acquired
    if (!mayBePosted(told, record, notice)) return leave(skipNotice(next, notice.key, now))
    if (keptUntil !== null && notice.key === foreseen?.key) return leave(holdNotice(next, notice.key, keptUntil))
    // Another function has sent the one that was foreseen: whether its person wants this one was not asked.
    if (told.keptBack && IN_PERSON.has(notice.kind) && notice.key !== foreseen?.key) return leave(record)
    if (notice.kind !== 'deployment') return [next, { acquired, record: next }]
    // What is told was read for the end that was known.
    if (notice.key !== end?.key) return leave(record)
    const until = telling ? (telling.heldUntil ?? now) : Infinity
    if (until <= now) return [next, { acquired, record: next }]
    // Quiet hours may never end.
    return leave(Number.isFinite(until) ? holdNotice(next, notice.key, until) : skipNotice(next, notice.key, now))
  }, known)
  if (taken?.acquired.kind === 'left') return done(whatIsDue(services, told, taken.record))
  if (taken?.acquired.kind !== 'acquired') return done()
  const { notice, mustLookFirst } = taken.acquired
  const record = await told.prepare(taken.record, notice)
  if (!record) return done()
  const finish = (step: (current: T) => T): Promise<null> => told.change((current) => [step(current), null], record)

  const where = told.channelOf(record, notice)
  // Slack refuses the message that it answers: the sweep tries both again.
  if (!where && record.showing?.refused) {
    const left = await told.change((current) => {
      const next = postponeRefused(current, notice.key, owner, clock.now())
      return [next, next]
    }, record)
    return done(left ? whatIsDue(services, told, left) : [])
  }
  if (!where) {
    await finish((current) => releaseNotice(current, notice.key, owner))
    return again(10, 'the message it answers is not posted yet')
  }
  const { channel, under } = where
  const card = told.card(record, notice, telling)
  // A notice that a function began before and never confirmed may be there already.
  const found = mustLookFirst ? await slack.find(channel, card, told.beganAt(record), under) : null
  const limited: Limited = { method: 'chat.postMessage', channel }
  const wait = found ? null : await takeTurn(services, limited, card)
  // Lambda may have frozen this function meanwhile, for longer than the lease lasts.
  if (!wait && !holdsNotice(record, notice.key, owner, clock.now())) return again(35, 'the notice was not said in time')
  const outcome: PostOutcome =
    wait ?? (found ? { kind: 'posted', place: found } : await slack.post(channel, card, under))
  if (!wait && !found) await countAnswer(services, limited, card, outcome)
  // Its message is posted again, with its buttons.
  const gone = under && outcome.isParentGone && told.show ? { message: under, show: told.show } : null
  if (gone) log.warn('The message that a notice answers was deleted in Slack', { ...told.about, notice: notice.key })
  const seen = (current: T): T =>
    gone && current.showing ? { ...current, showing: wasDeleted(current.showing, gone.message, clock.now()) } : current
  const shows = gone ? [gone.show] : []
  switch (outcome.kind) {
    case 'posted':
      await finish((current) =>
        seen(
          ownEntry(current.notices, notice.key)?.name === 'said'
            ? current
            : told.said(current, record, {
                notice,
                at: clock.now(),
                place: outcome.place,
                channel,
                mention: card.mention,
                wasThere: found !== null,
              }),
        ),
      )
      log.count('NoticeSaid')
      return done([...shows, told.effect, ...told.next(notice)])
    case 'busy':
      await finish((current) => releaseNotice(current, notice.key, owner))
      return again(outcome.afterSeconds, 'Slack asks to wait')
    case 'unclear':
      return again(35, `it may have been said: ${outcome.because}`)
    case 'refused':
      if (gone) await finish(seen)
      return done([
        ...shows,
        ...(await refuse(services, told, { notice, delivery: ownEntry(record.notices, notice.key), owner }, outcome)),
      ])
  }
}

/** The notice before mentioned those whom a failure concerns. */
const withoutPing = ({ key }: Notice<string>, telling: Telling | null): Telling | null =>
  telling && isOfCause(key) ? { ...telling, mention: [] } : telling

/** Without a channel for its message there is no thread, and there never will be. */
const mayBePosted = <T extends Noticed, N extends Notice<string>>(told: Told<T, N>, record: T, notice: N): boolean =>
  told.channelOf(record, notice) !== null || told.hasChannel?.(record) === true

/** The effect that sends the record's next notice, if one is due. */
const whatIsDue = <T extends Noticed, N extends Notice<string>>(
  { clock }: Services,
  told: Told<T, N>,
  record: T,
): readonly Effect[] => (told.acquire(record, clock.newId(), clock.now())[1].kind === 'acquired' ? [told.effect] : [])

/** Kinds that are direct messages. */
const IN_PERSON: ReadonlySet<string> = new Set<NoticeKind | ExecutionNoticeKind | AbsenceNoticeKind>([
  'direct',
  'watched',
  'stand-in-named',
  'stand-in-ended',
])

/** Counted once, however often it is tried again. Returns the effect that sends what else is due. */
const refuse = async <T extends Noticed, N extends Notice<string>>(
  services: Services,
  told: Told<T, N>,
  { notice: { key, kind }, delivery, owner }: { notice: N; delivery: NoticeDelivery | undefined; owner: string },
  { because, isFinal }: Extract<PostOutcome, { kind: 'refused' }>,
): Promise<readonly Effect[]> => {
  const { clock, log } = services
  // Who can get no direct message sees an approval in its channel; of an end that they wait for, no one else tells them.
  const isLeft = isFinal || IN_PERSON.has(kind)
  log.warn('Slack refused a notice', { ...told.about, notice: key, because, isFinal })
  if (IN_PERSON.has(kind)) log.count('DirectMessageRefused')
  else if (delivery?.name === 'begun' && delivery.refusedSince === null) log.count('EffectFailed')
  const left = await told.change((current) => {
    const now = clock.now()
    const next = isLeft ? skipNotice(current, key, now) : postponeRefused(current, key, owner, now)
    return [next, next]
  })
  return left ? whatIsDue(services, told, left) : []
}
