import { z } from 'zod'
import type { SlackAnswer } from './emulated-slack.ts'
import type { Parameters } from './parameters.ts'

/** A boolean as a form or JSON writes it. */
const flag = () => z.union([z.boolean(), z.stringbool()]).default(false)

const request = z.object({
  oldest: z.coerce.string().default('0'),
  latest: z.coerce.string().default('9999999999'),
  inclusive: flag(),
  include_all_metadata: flag(),
  limit: z.coerce.number().int().min(1).max(999).default(100),
})

/**
 * Reduces a channel's whole history to what conversations.history was called for ("conversations.history" on
 * docs.slack.dev): a time range, exclusive unless `inclusive`, and metadata only on request.
 */
export const historyAsAsked = (answer: SlackAnswer, parameters: Parameters): SlackAnswer => {
  const asked = request.safeParse(parameters)
  if (!asked.success) return { ok: false, error: 'invalid_arguments' }
  if (!answer.ok || !Array.isArray(answer.messages)) return answer
  const { oldest, latest, inclusive, include_all_metadata, limit } = asked.data
  const within = (answer.messages as HistoryMessage[]).filter((message) => {
    const ts = Number(message.ts)
    return inclusive ? ts >= Number(oldest) && ts <= Number(latest) : ts > Number(oldest) && ts < Number(latest)
  })
  const messages = within
    .slice(0, limit)
    .map(({ metadata, ...message }) => (include_all_metadata && metadata ? { ...message, metadata } : message))
  return { ...answer, messages, has_more: within.length > limit }
}

interface HistoryMessage extends Record<string, unknown> {
  ts: string
  metadata?: unknown
}
