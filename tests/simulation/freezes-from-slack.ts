import { endOfFreeze } from '../../functions/domain/freeze.ts'
import type { Freeze } from '../../functions/domain/freeze.ts'
import { matchesPattern } from '../../functions/domain/name-pattern.ts'
import type { History } from './history.ts'
import { stored } from './stored.ts'

/** From the sender's look at the freezes until CodePipeline has its verdict: the time limit of its function. */
const SENT_WITHIN = 30_000

/** No approval is sent while a freeze from Slack holds for its pipeline and no person has overridden it. */
export const heldByFreezes = async (history: History): Promise<string[]> => {
  const { freezes, ledger, slack } = history
  const found: string[] = []
  for (const { asked, approval } of await stored(history))
    for (const { at } of ledger.sent.filter(({ token, verdict }) => token === asked.token && verdict === 'Approved'))
      for (const freeze of freezes.filter(({ patterns }) => matchesPattern(patterns, asked.where.pipeline)))
        if (holds(freeze, at) && !isWithin(freeze, approval.override?.at ?? -Infinity))
          found.push(
            `${asked.id.slice(0, 8)} was released at ${new Date(at).toISOString()}, in the freeze ${freeze.id}`,
          )
  for (const [subject, messages] of Map.groupBy(slack.messages, (message) => message.subject))
    if (subject.startsWith('freeze/') && messages.length > 1) found.push(`${subject} was told ${messages.length} times`)
  return found
}

const holds = (freeze: Freeze, at: number): boolean => isWithin(freeze, at) && at - freeze.from > SENT_WITHIN

const isWithin = (freeze: Freeze, at: number): boolean => freeze.from <= at && at < endOfFreeze(freeze)
