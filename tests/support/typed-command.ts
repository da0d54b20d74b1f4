import type { MessageView } from '../../local/page/contract.ts'
import { type BotWorkspace, RELEASES } from './bot-workspace.ts'
import { messagesIn } from './page-client.ts'

/** What this person alone sees in #releases, newest last. */
export const toldTo = (bot: BotWorkspace, userId: string): MessageView[] =>
  messagesIn(bot.snapshot(), RELEASES).filter(({ onlyFor }) => onlyFor === userId)

/**
 * Types `/greenlight` with this text in #releases and returns the answer. Slack shows "Got it" when the answer to its own
 * request has arrived, so that, on a busy machine, the bot's answer can stand before it.
 */
export const typedCommand = async (bot: BotWorkspace, text: string, userId = 'U0DANA'): Promise<MessageView> => {
  const before = toldTo(bot, userId).length
  const { body } = await bot.post('/local/slack/command', { userId, channelId: RELEASES, text })
  if ((body as { ok?: unknown }).ok !== true) throw new Error(`Slack answered ${JSON.stringify(body)}`)
  const told = () => toldTo(bot, userId).slice(before)
  const received = ({ text: shown }: MessageView) =>
    shown === `Got it: /greenlight ${text}. The answer comes in a moment.`
  await bot.until(() => told().some(received) && told().some((message) => !received(message)))
  return told().find((message) => !received(message))!
}
