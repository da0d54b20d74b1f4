import { areTooLong, problemsOfBlocks, withIds } from './block-kit.ts'
import type { SlackAnswer } from './emulated-slack.ts'
import { asList, asObject, type Parameters } from './parameters.ts'
import type { SlackMessage } from './transcript.ts'

/**
 * Checks a message's content as Slack does, and gives its blocks ids. Returns the call's parameters with blocks and
 * attachments decoded, or Slack's refusal.
 */
export const checkContent = (parameters: Parameters): { parameters: Parameters } | { refusal: SlackAnswer } => {
  const blocks = asList(parameters.blocks)
  const attachments = asList(parameters.attachments)?.map((attachment) => asObject(attachment) ?? {})
  const lists = [blocks, ...(attachments ?? []).map((attachment) => asList(attachment.blocks))].filter(
    (list) => list !== undefined,
  )
  const problems = lists.flatMap(problemsOfBlocks)
  if (problems.length > 0) return { refusal: refusal('invalid_blocks', problems) }
  if (lists.some(areTooLong)) return { refusal: { ok: false, error: 'msg_blocks_too_long' } }
  return {
    parameters: {
      ...parameters,
      ...(blocks && { blocks: withIds(blocks) }),
      ...(attachments && {
        attachments: attachments.map((attachment) => ({
          ...attachment,
          ...(Array.isArray(attachment.blocks) && { blocks: withIds(attachment.blocks) }),
        })),
      }),
    },
  }
}

/** The visible part of a message's parameters. */
export const shownContent = (parameters: Parameters): Omit<SlackMessage, 'ts'> => {
  const { text, blocks, attachments, thread_ts } = parameters
  return Object.fromEntries(
    Object.entries({ text, blocks, attachments, thread_ts }).filter(([, value]) => value !== undefined),
  )
}

/** A refusal with its reasons where Slack puts them. */
export const refusal = (error: string, problems: string[]): SlackAnswer => ({
  ok: false,
  error,
  response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
})
