import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Due, Effect } from '../domain/effect.ts'
import type { Queue } from '../ports/queue.ts'
import { QUICK_CALL } from './call-limits.ts'
import type { AwsConnection } from './connection.ts'

/** SQS holds a message back for 15 minutes at most ("SendMessage", SQS API reference). */
const MOST_DELAY_SECONDS = 900

export const effectQueue = (connection: AwsConnection, QueueUrl: string): Queue => {
  const client = new SQSClient({ ...connection, ...QUICK_CALL })
  return {
    send: async (due, delaySeconds) => {
      const DelaySeconds = Math.min(MOST_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds)))
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: queueMessage(due), DelaySeconds }))
    },
  }
}

/**
 * Effects whose messages keep an earlier name: while a new version is deployed, functions of both versions read the
 * same queue.
 */
export const QUEUED_AS = { 'weigh-deferred-clicks': 'weigh-noted', 'send-notices': 'say-notices' } as const

export type Renamed = keyof typeof QUEUED_AS

/** The message that has `effect-due` perform the effect. */
export const queueMessage = ({ effect, ...due }: Due): string => {
  const name = Object.hasOwn(QUEUED_AS, effect.do) ? QUEUED_AS[effect.do as Renamed] : effect.do
  return JSON.stringify({ effect: { ...effect, ...forEarlierVersions(effect), do: name }, ...due })
}

/** A notification as a function of an earlier version reads it: it had the custom data and the link. */
const forEarlierVersions = ({ do: name, ...effect }: Effect): object =>
  name === 'request-approval' && 'notification' in effect
    ? { notification: { ...effect.notification, customData: null, reviewUrl: null } }
    : {}
