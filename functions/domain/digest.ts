import { createHash } from 'node:crypto'
import { canonical } from './canonical.ts'
import type { TimeRange } from './delivery-measures.ts'
import type { Notice, NoticeDelivery } from './notice.ts'
import type { NoticeAcquisition } from './notice-delivery.ts'
import { acquireDelivery } from './notice-delivery.ts'
import type { Pipeline } from './pipeline.ts'
import { DAY, HOUR, MINUTE } from './time-units.ts'
import { localMidnight, momentsOf } from './window.ts'
import { ownEntry } from '../own-entry.ts'

/** When a channel gets a digest, and of which pipelines. */
export interface Digest {
  channel: string
  every: 'daily' | 'weekly'
  /** By the clock of the zone. */
  hour: number
  minute: number
  /** From 0, a Sunday; null for each day. */
  weekday: number | null
  zone: string
  /** The globs of the pipelines, as greenlight.yml has them; a field that is missing leaves none out. */
  only: { [Field in keyof Pipeline]?: readonly string[] }
  covers: (pipeline: Pipeline) => boolean
}

/** A digest that was sent, or is being sent: one for each channel and end of its time. */
export interface SentDigest {
  kind: 'digest'
  id: string
  /** When the time ended that it tells of. Epoch milliseconds. */
  to: number
  notices: Readonly<Record<string, NoticeDelivery>>
}

/** The last day or week that has ended by then: from one time of the digest to the next. */
export const lastRange = (digest: Digest, now: number): TimeRange => {
  const [to, from] = endsBefore(digest, now)
  return { from: from!, to: to! }
}

/** The range before that, to compare. */
export const rangeBefore = (digest: Digest, { from }: TimeRange): TimeRange => lastRange(digest, from)

/** Two of the digest's times, newest first. */
const endsBefore = (digest: Digest, now: number): number[] => {
  const ends: number[] = []
  for (let back = 0; ends.length < 2; back++) {
    const at = timeOf(digest, now, -back)
    if (at !== null && at <= now) ends.push(at)
  }
  return ends
}

/**
 * The digest's time on a day by the calendar of its zone; null on another weekday. If the clock skips the time, the moment
 * at which it does; if it shows the time twice, the first moment.
 */
const timeOf = ({ zone, hour, minute, weekday }: Digest, now: number, days: number): number | null => {
  const midnight = localMidnight(zone, now) + days * DAY
  const isDay = weekday === null || new Date(midnight).getUTCDay() === weekday
  return isDay ? momentsOf(midnight + hour * HOUR + minute * MINUTE, zone).first : null
}

/** A channel may have several digests at one time, of different pipelines. */
export const digestId = ({ channel, every, zone, hour, minute, weekday, only }: Digest, { to }: TimeRange): string =>
  [channel, every, weekday ?? '-', zone, hour * 60 + minute, to, ...pipelinesId(only)].join('/')

/** Globs may be longer than a key of the table. */
const pipelinesId = (only: Digest['only']): string[] =>
  Object.keys(only).length === 0 ? [] : [createHash('sha256').update(canonical(only)).digest('hex').slice(0, 16)]

export const newDigest = (id: string, { to }: TimeRange): SentDigest => ({ kind: 'digest', id, to, notices: {} })

/** After that, it is no longer news. */
export const DIGEST_IS_NEWS_FOR = 6 * HOUR

/** Whether the function that looks each minute has it sent now: at once, then now and then, in case Slack is away. */
export const isDigestMinute = ({ to }: TimeRange, now: number): boolean => {
  const minutes = Math.floor((now - to) / MINUTE)
  return now - to < DIGEST_IS_NEWS_FOR && (minutes < 3 || minutes % 15 === 0)
}

const KEY = 'digest'

/** A digest has one notice: itself. */
export type DigestNotice = Notice<'digest'>

/** Acquires the right to send the digest, while it is news. */
export const acquireDigest = (
  digest: SentDigest,
  owner: string,
  now: number,
): [SentDigest, NoticeAcquisition<DigestNotice>] => {
  const delivery = ownEntry(digest.notices, KEY)
  const isOver = delivery?.name === 'said' || delivery?.name === 'skipped'
  if (isOver || now >= digest.to + DIGEST_IS_NEWS_FOR) return [digest, { kind: 'none' }]
  if (delivery?.name === 'refused' && now < delivery.until) return [digest, { kind: 'none' }]
  const notice: DigestNotice = { kind: 'digest', key: KEY, dueAt: digest.to, channel: null }
  return acquireDelivery(digest, notice, owner, now)
}
