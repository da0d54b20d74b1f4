import type { Mutes } from '../../functions/domain/mute.ts'
import type { NoticeKind } from '../../functions/domain/notice.ts'
import type { Message } from '../support/memory/slack.ts'
import { openAt } from './configuration.ts'
import { wrongUnderEach } from './drawn-routes.ts'
import type { History } from './history.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import { stored } from './stored.ts'

/** Those that can wait. */
const MENTIONS_NO_ONE_WHO_MUTED: readonly NoticeKind[] = ['turn', 'reminder', 'overtaken', 'outcome']

/** Before the lease of a notice is acquired it is known whether these are quiet hours, and after that Slack has it. */
const SAID_WITHIN = 31_000

/**
 * A person who has muted the pipeline gets no direct message and no mention that can wait, until that time is over; an
 * escalation mentions them all the same.
 */
export const mutesKept = async (history: History): Promise<string[]> =>
  (await stored(history)).flatMap(({ asked }) => {
    const said = history.slack.messages.filter(({ subject }) => subject.startsWith(`notice/${asked.id}/`))
    return wrongUnderEach(history.routesOf(asked), (route) =>
      said.flatMap((message) =>
        [...wronglyTold(history.mutes, message), ...leftOut(history.mutes, message, route?.quiet ?? [])].map(
          (problem) => `${message.subject} ${problem}`,
        ),
      ),
    )
  })

const hasMuted = ({ by }: Mutes, userId: string, at: number): boolean => {
  const { patterns = [], until = 0 } = by[userId] ?? {}
  return at < until && patterns.some((pattern) => PIPELINE.startsWith(pattern.replace('*', '')))
}

const wronglyTold = (mutes: Mutes, { posted: card, place, postedAt }: Message): string[] => {
  if (card.kind !== 'notice') return []
  const { kind } = card.notice
  const told = kind === 'direct' ? [place.channel] : MENTIONS_NO_ONE_WHO_MUTED.includes(kind) ? card.mention : []
  return told.filter((one) => hasMuted(mutes, one, postedAt)).map((one) => `tells ${one}, who has muted ${PIPELINE}`)
}

/** Stand-ins who have not voted, and neither wrote the change nor started it. */
const leftOut = (mutes: Mutes, { posted: card, postedAt }: Message, quiet: Parameters<typeof openAt>[0]): string[] => {
  if (card.kind !== 'notice' || card.notice.kind !== 'escalation') return []
  if (openAt(quiet, postedAt) || openAt(quiet, postedAt - SAID_WITHIN)) return []
  const { resolvedPolicy, votes } = card.approval
  const others = [...votes, ...(resolvedPolicy?.policy.forbidden ?? [])].map(({ userId }) => userId)
  return (resolvedPolicy?.timing.escalate?.people ?? [])
    .filter((one) => hasMuted(mutes, one, postedAt) && !others.includes(one) && !card.mention.includes(one))
    .map((one) => `leaves out ${one}, who has muted ${PIPELINE}`)
}
