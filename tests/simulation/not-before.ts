import type { Entry } from '../../functions/domain/journal.ts'
import { frozenTimes, openAt } from './configuration.ts'
import { wrongUnderEach } from './drawn-routes.ts'
import type { History } from './history.ts'
import { decidersIn, isAutomatic } from './ledger.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'

/** From judging the verdict until CodePipeline has it. */
const SENT_WITHIN = 31_000

/**
 * No verdict is sent before a time that one of its approvers chose and did not take back, after the expiry, in a freeze
 * that began meanwhile, or without an approval that a person withdrew.
 */
export const sentInTime = async (history: History): Promise<string[]> =>
  (await stored(history)).flatMap((one) =>
    problemsWith(history, one).map((problem) => `${one.asked.id.slice(0, 8)} ${problem}`),
  )

const problemsWith = (history: History, { asked, approval, entries }: Stored): string[] => {
  const sent = history.ledger.sent.find(({ token, verdict }) => token === asked.token && verdict === 'Approved')
  if (!sent) return []
  const standing = standingVotes(entries)
  const deciders = decidersIn(sent.summary).map(({ userId }) => userId)
  const named = [...standing].filter(([userId]) => isAutomatic(sent.summary) || deciders.includes(userId))
  const latest = Math.max(...named.map(([, { notBefore }]) => notBefore ?? -Infinity))
  if (latest === -Infinity) return []
  const moments = { at: [sent.at - SENT_WITHIN, sent.at], readFrom: asked.at, readTo: sent.at }
  return [
    ...(sent.at < latest
      ? [`was approved ${(latest - sent.at) / 1_000} s before the time that an approver chose`]
      : []),
    ...(sent.at > approval.expiresAt && !wasDecidedBy(entries, approval.expiresAt)
      ? ['was approved after its expiry']
      : []),
    ...(approval.override
      ? []
      : wrongUnderEach(history.routesOf(asked, moments), (route) => {
          const freeze = route && openAt(frozenTimes(route), sent.at)
          return freeze && freeze.from + SENT_WITHIN <= sent.at ? ['was approved for later, and sent in a freeze'] : []
        })),
  ]
}

/**
 * The verdict fell in time, by a click or when its time had come, and was sent later: a call got no answer, or a function
 * crashed. It is sent as it was decided, if CodePipeline still takes it.
 */
const wasDecidedBy = (entries: readonly Entry[], expiresAt: number): boolean =>
  entries.some(({ at, happened }) => happened.what === 'decided' && at <= expiresAt)

type Voted = Extract<Entry['happened'], { what: 'voted' }>

/** The last vote of each person, without those that were withdrawn. */
export const standingVotes = (entries: readonly Entry[]): Map<string, Voted> => {
  const votes = new Map<string, Voted>()
  for (const { happened } of entries.toSorted((a, b) => a.number - b.number)) {
    if (happened.what === 'voted') votes.set(happened.who.userId, happened)
    if (happened.what === 'withdrawn') votes.delete(happened.who.userId)
  }
  return votes
}
