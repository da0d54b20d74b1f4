import type { Digest } from '../../functions/domain/digest.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { DigestCard } from '../../functions/ports/cards.ts'
import type { History } from './history.ts'
import { stored } from './stored.ts'
import { START } from './virtual-time.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
/** A digest is looked for at once, and every quarter of an hour. */
const LATEST = 16 * MINUTE
/** From reading the record until Slack has the digest: the time limit of a function. */
const READ_WITHIN = MINUTE
/** Without faults, an entry is filed so soon: by the function that wrote it, or by the second look of the sweep. */
const FILED_WITHIN = 3 * MINUTE

/** Each digest is sent once when its time has come, and its numbers are those of the record. */
export const digestsSent = async (history: History): Promise<string[]> => {
  const { configuration, slack, endedAt } = history
  const records = (await stored(history)).map(({ entries }) =>
    entries.toSorted((one, other) => one.number - other.number),
  )
  return configuration.digests.flatMap((digest) => {
    const to = Math.floor(START / DAY) * DAY + (digest.hour * 60 + digest.minute) * MINUTE
    const name = `the digest of ${digest.only.pipeline?.join() ?? 'all pipelines'} at ${digest.hour}:${digest.minute}`
    const sent = slack.messages.flatMap(({ card, place, postedAt }) =>
      card.kind === 'digest' && place.channel === digest.channel && isOf(card, digest, to) ? [{ card, postedAt }] : [],
    )
    if (to + LATEST > endedAt) return []
    if (sent.length !== 1) return [`${name} was sent ${sent.length} times`]
    return sent.flatMap(({ card, postedAt }) => {
      const covered = digest.only.pipeline?.[0] === 'another' ? [] : records
      const told = ofRecord(covered, to)
      const [must, may] = [told.filter(isReadBy(history, postedAt)), told.filter(({ entry }) => entry.at <= postedAt)]
      return NUMBERS.flatMap(([number, counted, isCounted]) => {
        const [least, most] = [must, may].map((all) => new Set(all.filter(isCounted).map(({ of }) => of)).size)
        return counted(card) >= least! && counted(card) <= most!
          ? []
          : [`${name} has ${counted(card)} ${number}, and the record had ${least} to ${most}`]
      })
    })
  })
}

/** Whether the record that a digest was made of has it: it was filed by then, or must have been, as the faults were over. */
const isReadBy =
  ({ ledger, roughUntil }: History, postedAt: number) =>
  ({ entry }: Told): boolean => {
    const readAt = postedAt - READ_WITHIN
    return ledger.filedAt(entry) <= readAt || Math.max(entry.at, roughUntil) + FILED_WITHIN <= readAt
  }

const isOf = (card: DigestCard, { only }: Digest, to: number): boolean =>
  card.range.to === to && card.only.pipeline?.join() === only.pipeline?.join()

/** A thing that a digest counts, an end of a deployment or an answer, and the entry that tells of it. */
interface Told {
  of: string
  what: 'live' | 'failed' | 'answered'
  entry: Entry
}

const NUMBERS: readonly [string, (card: DigestCard) => number, (told: Told) => boolean][] = [
  ['deployments', ({ all }) => all.deployments, ({ what }) => what === 'live'],
  ['failures', ({ all }) => all.failed, ({ what }) => what === 'failed'],
  ['answers', ({ all }) => all.waiting?.count ?? 0, ({ what }) => what === 'answered'],
]

const ofRecord = (records: readonly Entry[][], to: number): Told[] =>
  records.flatMap((entries) => {
    const request = entries.find(({ happened }) => happened.what === 'requested')?.happened
    const executionId = request?.what === 'requested' ? request.executionId : ''
    return entries.flatMap((entry, index): Told[] => {
      const { approval, at, happened } = entry
      if (happened.what === 'settled' && at < to && 'verdict' in happened.outcome) {
        const decided = entries.slice(0, index).findLast((one) => one.happened.what === 'decided')?.happened
        const isRules = happened.outcome.how !== 'console' && decided?.what === 'decided' && decided.automatic
        return isRules ? [] : [{ of: approval, what: 'answered', entry }]
      }
      if (happened.what !== 'released') return []
      const { release } = happened
      if ((release.name !== 'live' && release.name !== 'failed') || release.rejectedIn !== undefined) return []
      return release.at < to ? [{ of: `${executionId} ${release.at}`, what: release.name, entry }] : []
    })
  })
