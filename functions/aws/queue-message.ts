import type { Due, Effect } from '../domain/effect.ts'

/**
 * Effects whose messages keep an earlier name: while a new version is deployed, functions of both versions read the
 * same queue.
 */
export const QUEUED_AS = { 'weigh-deferred-clicks': 'weigh-noted', 'send-notices': 'say-notices' } as const

export type Renamed = keyof typeof QUEUED_AS

/** The message that has `effect-due` perform the effect. */
export const queueMessage = ({ effect, beside, ...due }: Due): string =>
  JSON.stringify({ effect: queued(effect), ...due, ...(beside && { beside: beside.map(queued) }) })

const queued = (effect: Effect): object => {
  const name = Object.hasOwn(QUEUED_AS, effect.do) ? QUEUED_AS[effect.do as Renamed] : effect.do
  return { ...effect, ...forEarlierVersions(effect), do: name }
}

/** A notification as a function of an earlier version reads it: it had the custom data and the link. */
const forEarlierVersions = ({ do: name, ...effect }: Effect): object =>
  name === 'request-approval' && 'notification' in effect
    ? { notification: { ...effect.notification, customData: null, reviewUrl: null } }
    : {}
