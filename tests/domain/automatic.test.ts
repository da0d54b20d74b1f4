import { emptyJournal } from '../../functions/domain/journal.ts'
import { automaticAt, waitingAgain, withSoak } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import { attentionAt } from '../../functions/domain/attention.ts'
import type { AlarmsRead } from '../../functions/domain/automatic.ts'
import { automaticIn, soakAt, unreadOfRule } from '../../functions/domain/automatic.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import { HOUR, MINUTE } from '../../functions/domain/time-units.ts'
import { POLICY, START, actor, approval, resolvedPolicy, vote } from '../support/records.ts'

const RULE = { after: 2 * HOUR, alarms: ['shop-5xx'] }
const alarm = (state: string, since = 0): AlarmsRead => ({ kind: 'read', alarms: [{ name: 'shop-5xx', state, since }] })

describe('the time without alarms', () => {
  test('passes once it has lasted since the request and since each alarm was last in another state', () => {
    const soak = (read: AlarmsRead, now: number) => soakAt(RULE, START, read, now)
    expect(soak(alarm('OK'), START + 2 * HOUR - 1)).toEqual({ kind: 'lasts', until: START + 2 * HOUR })
    expect(soak(alarm('OK'), START + 2 * HOUR)).toEqual({ kind: 'passed' })
    expect(soak(alarm('OK', START + HOUR), START + 2 * HOUR)).toEqual({ kind: 'lasts', until: START + 3 * HOUR })
  })

  test.each<[string, AlarmsRead, string]>([
    ['in ALARM', alarm('ALARM'), 'the alarm shop-5xx is in ALARM'],
    ['without data', alarm('INSUFFICIENT_DATA'), 'the alarm shop-5xx is in INSUFFICIENT_DATA'],
    ['that does not exist', { kind: 'read', alarms: [] }, 'CloudWatch has no alarm shop-5xx'],
    ['that cannot be read', { kind: 'unread', because: 'CloudWatch did not answer' }, 'CloudWatch did not answer'],
  ])('does not pass with an alarm %s', (_, read, because) => {
    const unread = read.kind === 'unread' && { isUnread: true }
    expect(soakAt(RULE, 0, read, START)).toEqual({ kind: 'stopped', because, ...unread })
  })
})

test.each<[string, Partial<Policy>]>([
  ['without a rule', {}],
  ['of a stage that is decided in the console', { automatic: RULE, consoleOnly: 'by hand' }],
  [
    'whose author may not approve it',
    { automatic: RULE, forbidden: [{ userId: 'U0ANA', because: 'author', revision: null }] },
  ],
  [
    'whose author is unknown, even where the others may approve',
    {
      automatic: RULE,
      whenUnidentified: 'allow',
      unidentified: [{ because: 'author', name: 'Gert', revision: null }],
    },
  ],
  ['of a route that may not be the right one', { automatic: RULE, untold: ['author'] }],
])('a policy %s needs a person', (_, more) => {
  expect(automaticIn({ ...POLICY, ...more })).toBeNull()
  expect(automaticIn({ ...POLICY, automatic: RULE })).toEqual(RULE)
})

const waiting = (more: Partial<Policy> = {}) =>
  approval({
    requestedAt: START,
    expiresAt: START + 24 * HOUR,
    resolvedPolicy: resolvedPolicy({ ...POLICY, automatic: RULE, ...more }),
  })
const PASSED = { kind: 'passed' } as const
const FREEZE = {
  name: 'freeze',
  zone: 'UTC',
  span: { every: 'calendar', from: START, to: START + 5 * HOUR },
} as const

describe('an approval with a rule', () => {
  test('is approved by it, and the record names the rule and no person', () => {
    const decided = withSoak(waiting(), PASSED, START + 2 * HOUR)
    expect(decided.state).toEqual({ name: 'deciding', verdict: 'Approved', since: START + 2 * HOUR })
    expect(decided.approvedBy).toEqual(RULE)
    expect(decided.journal.unfiled.at(-1)?.happened).toEqual({
      what: 'decided',
      verdict: 'Approved',
      by: [],
      rules: [],
      automatic: RULE,
    })
  })

  test.each<[string, Parameters<typeof withSoak>[0]]>([
    ['in a freeze', waiting({ freezes: [FREEZE] })],
    [
      'in a freeze that a person has overridden',
      {
        ...waiting({ freezes: [FREEZE] }),
        override: {
          userId: 'U0ELI',
          name: 'Eli',
          reason: '',
          at: START,
          windows: [FREEZE],
          frozen: { name: 'freeze', zone: 'UTC', until: START + 5 * HOUR },
        },
      },
    ],
    ['after a rejection', { ...waiting(), votes: [{ ...vote('U0CHEN'), verdict: 'Rejected' }] }],
    [
      'while a click is weighed',
      { ...waiting(), deferredClicks: [{ who: actor('U0CHEN'), act: { do: 'stop-automatic' }, at: START }] },
    ],
    ['once it has expired', { ...waiting(), expiresAt: START + 2 * HOUR }],
    ['once more after the sender found it wrong', { ...waiting(), notSent: 'the alarm rang' }],
  ])('does not approve itself %s', (_, given) => {
    expect(withSoak(given, PASSED, START + 2 * HOUR).state).toEqual({ name: 'waiting' })
  })

  test('is approved by it beside approvals of people, and from the time that one of them chose', () => {
    const after = (notBefore?: number) => ({
      ...waiting(),
      votes: [{ ...vote('U0CHEN'), ...(notBefore !== undefined && { notBefore }) }],
    })
    const stateOf = (of: Parameters<typeof withSoak>[0]) => withSoak(of, PASSED, START + 2 * HOUR).state.name
    expect(stateOf(after())).toBe('deciding')
    expect(stateOf(after(START + 2 * HOUR))).toBe('deciding')
    expect(stateOf(after(START + 2 * HOUR + 1))).toBe('waiting')
  })

  test('is left to people by one click of any person, who is named', () => {
    const [stopped, attempted] = attempt(waiting(), actor('U0ZOE'), { do: 'stop-automatic' }, START + MINUTE)
    expect(attempted).toEqual({ kind: 'automatic-stopped' })
    expect(stopped.automaticStop).toMatchObject({ userId: 'U0ZOE', at: START + MINUTE })
    expect(automaticAt(stopped)).toBeNull()
    expect(withSoak(stopped, PASSED, START + 2 * HOUR).state).toEqual({ name: 'waiting' })
    const [, again] = attempt(stopped, actor('U0ANA'), { do: 'stop-automatic' }, START + 2 * MINUTE)
    expect(again).toEqual({ kind: 'refused', refusal: { because: 'not-automatic' } })
  })

  test('is looked at when its time comes, after a freeze that is known, and by routine while an alarm rings', () => {
    const { showing, ...rest } = waiting()
    const shown = { ...showing, shown: showing.truth, behindSince: null }
    const checked = { ...rest, showing: shown, journal: emptyJournal, checkedAt: START + 2 * HOUR - MINUTE }
    expect(attentionAt(checked)).toBe(START + 2 * HOUR)
    expect(automaticAt(waiting({ freezes: [FREEZE] }))).toBe(START + 5 * HOUR)
    const ringing = withSoak(waiting(), { kind: 'stopped', because: 'it rings' }, START + 2 * HOUR)
    expect(automaticAt(ringing)).toBeNull()
  })

  test('is shown again when the time without alarms changes, and when that approves it', () => {
    const lasting = withSoak(waiting(), { kind: 'lasts', until: START + 2 * HOUR }, START + MINUTE)
    expect(lasting.showing.truth).toBe(waiting().showing.truth + 1)
    expect(withSoak(lasting, { kind: 'lasts', until: START + 2 * HOUR }, START + HOUR)).toBe(lasting)
    expect(withSoak(lasting, PASSED, START + 2 * HOUR).showing.truth).toBe(lasting.showing.truth + 1)
  })

  test('keeps its verdict, whatever the alarms do afterwards', () => {
    const decided = withSoak(waiting(), PASSED, START + 2 * HOUR)
    expect(withSoak(decided, { kind: 'stopped', because: 'it rings' }, START + 3 * HOUR)).toBe(decided)
  })

  test('waits again if the sender finds the verdict wrong: its problem is over, it is shown again, the rule is gone', () => {
    const decided = { ...withSoak(waiting(), PASSED, START + 2 * HOUR), problem: 'CodePipeline does not answer' }
    const doubt = { kind: 'not-met', because: 'the alarm rang', lost: [] } as const
    const again = waitingAgain(decided, doubt, START + 3 * HOUR)
    expect(again).toMatchObject({ state: { name: 'waiting' }, notSent: 'the alarm rang', problem: null })
    expect(again).not.toHaveProperty('approvedBy')
    expect(again.showing.truth).toBe(decided.showing.truth + 1)
  })

  test('approves itself after a freeze that began before the sender had sent the verdict', () => {
    const decided = withSoak(waiting(), PASSED, START + 2 * HOUR)
    const doubt = { kind: 'frozen', because: 'the change freeze has begun', lost: [] } as const
    const again = waitingAgain(decided, doubt, START + 3 * HOUR)
    expect(again).not.toHaveProperty('notSent')
    expect(withSoak(again, PASSED, START + 4 * HOUR)).toMatchObject({ state: { name: 'deciding' } })
  })
})

test('a rule is unread only if Slack has not looked up a person whom it depends on', () => {
  const unread = ['Slack did not look up ana@shop.example']
  const unidentified = [{ because: 'author', name: 'Ana', revision: null }] as const
  const given = { ...POLICY, automatic: RULE, unread, unidentified }
  expect(unreadOfRule(given)).toBe(unread[0])
  expect(unreadOfRule({ ...given, unidentified: [] })).toBeNull()
  expect(unreadOfRule({ ...given, unread: [] })).toBeNull()
  expect(unreadOfRule({ ...given, untold: ['author'] })).toBeNull()
  const { automatic: _, ...without } = given
  expect(unreadOfRule(without)).toBeNull()
})
