import type { AutomaticRule } from './automatic-rule.ts'
import type { Policy } from './policy.ts'
import { noneIsTrusted } from './policy.ts'

/** An alarm, its state as CloudWatch names it, and since when. Epoch milliseconds. */
export interface AlarmState {
  name: string
  state: string
  since: number
}

export type AlarmsRead =
  | { kind: 'read'; alarms: readonly AlarmState[] }
  /** `because` is a clause for people. */
  | { kind: 'unread'; because: string }

/** Whether the time without alarms has passed; `until` when it passes if no alarm rings, in epoch milliseconds. */
export type Soak =
  | { kind: 'passed' }
  | { kind: 'lasts'; until: number }
  /** `isUnread`: AWS did not say what the rule depends on. */
  | { kind: 'stopped'; because: string; isUnread?: true }

/**
 * The rule by which an approval under this policy approves itself; null if it must not. Where separation of duties names
 * a person or leaves one unknown, or it is unknown which route applies, a person decides.
 */
export const automaticIn = (policy: Policy): AutomaticRule | null => {
  const { automatic, consoleOnly, forbidden, unidentified, untold } = policy
  const needsPerson = forbidden.length > 0 || unidentified.length > 0 || noneIsTrusted(policy)
  return automatic && consoleOnly === null && !needsPerson && !untold ? automatic : null
}

/**
 * Why it is unknown whether a rule applies, in a clause: Slack did not look up a person who may be the author or the
 * starter. Null if it is known.
 */
export const unreadOfRule = (policy: Policy): string | null => {
  const [unread = null] = policy.unread
  const isHeld = automaticIn(policy) === null && automaticIn({ ...policy, unidentified: [] }) !== null
  return isHeld ? unread : null
}

/**
 * Whether the soak has passed at `now`: since `since`, and since each alarm last changed to OK. An alarm that is not OK,
 * missing or unread stops it.
 */
export const soakAt = ({ after, alarms }: AutomaticRule, since: number, read: AlarmsRead, now: number): Soak => {
  if (read.kind === 'unread') return { kind: 'stopped', because: read.because, isUnread: true }
  const found = alarms.map((name) => read.alarms.find((alarm) => alarm.name === name) ?? { name, state: null, since })
  const bad = found.find(({ state }) => state !== 'OK')
  if (bad)
    return {
      kind: 'stopped',
      because: bad.state === null ? `CloudWatch has no alarm ${bad.name}` : `the alarm ${bad.name} is in ${bad.state}`,
    }
  const until = Math.max(since, ...found.map((alarm) => alarm.since)) + after
  return now >= until ? { kind: 'passed' } : { kind: 'lasts', until }
}
