import type { BlockButtonAction } from '@slack/bolt'
import * as z from 'zod/mini'

/** How Slack names a message in its channel: seconds, with six digits behind the point. */
export const TIMESTAMP = z.string().check(z.regex(/^\d{1,12}\.\d{6}$/))

export interface InThread {
  /** The first message of the thread in which a button is; missing if it is in none. */
  thread?: string
}

/** The first message of a thread is in the channel itself, though Slack may name its thread too. */
export const threadOf = ({ container }: Pick<BlockButtonAction, 'container'>): InThread => {
  const { thread_ts, message_ts } = container as { thread_ts?: string; message_ts?: string }
  return thread_ts === undefined || thread_ts === message_ts ? {} : { thread: thread_ts }
}

/** Where a message goes: on a phone, a thread is a screen of its own. */
export const placeIn = ({ thread }: InThread) => (thread === undefined ? {} : { thread_ts: thread })
