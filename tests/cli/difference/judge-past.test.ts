import { offlineCalendars } from '../../../cli/calendars.ts'
import { judgePast } from '../../../cli/difference/judge-past.ts'
import { consequence } from '../../../cli/difference/consequence.ts'
import { type PastCase, actsIn } from '../../../cli/difference/past-case.ts'
import { offlineDirectory } from '../../../cli/explain/directory.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { Entry, Happening } from '../../../functions/domain/journal.ts'
import { DAY, HOUR, MINUTE } from '../../../functions/domain/time-units.ts'
import { CHANGE, START, WHERE } from '../../support/records.ts'

const judged = (route: string, past: Partial<PastCase> = {}) => {
  const read = readConfiguration(`defaults: { approvals: C0R }\nroutes: [{ match: {}, ${route} }]\n`)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const configuration = configurationFrom(read.configuration)
  const services = {
    configuration,
    directory: offlineDirectory,
    calendars: offlineCalendars(configuration, { environment: {}, now: () => START }),
  }
  return judgePast(services, { ...PAST, ...past })
}

const PAST: PastCase = {
  where: WHERE,
  change: { ...CHANGE, authors: [] },
  starter: { kind: 'automatic-rollback', name: null, arn: null },
  requestedAt: START,
  executionId: 'execution',
  approval: 'id',
  acts: [],
  refusedClicks: 0,
  automatic: null,
  endedAt: START + 3 * HOUR,
  decided: null,
}
const actor = (userId: string) => ({ userId, teamId: null, name: userId, email: null, from: null })
const entry = (happened: Happening, at: number): Entry => ({
  ...{ approval: 'id', number: 1, previous: '', earlierUntil: 0, hash: '' },
  ...{ at, happened },
})
const voted = (userId: string, verdict: 'Approved' | 'Rejected', at: number, comment = '') =>
  entry({ what: 'voted', who: actor(userId), verdict, comment, ruling: 'open', rules: [] }, at)

const ONE = 'approvers: [{ name: a, people: [U0ANA, U0BEN] }]'
const TWO = 'approvers: [{ name: a, people: [U0ANA, U0BEN], count: 2 }]'
const acts = actsIn([
  voted('U0ANA', 'Approved', START + HOUR, 'CHG0012345'),
  entry({ what: 'withdrawn', who: actor('U0ANA') }, START + HOUR + MINUTE),
  voted('U0BEN', 'Approved', START + 2 * HOUR),
  voted('U0ANA', 'Approved', START + 2 * HOUR + MINUTE, 'CHG0012345'),
])

test('acts are judged one by one, at their times, until the approval is decided', async () => {
  expect(await judged(TWO, acts)).toMatchObject({ result: { expect: 'granted' }, took: 2 })
  expect(await judged(ONE, acts)).toMatchObject({ result: { expect: 'granted' }, took: 1 })
  const three = 'approvers: [{ name: a, people: [U0ANA, U0BEN, U0EVE], count: 3 }]'
  expect(await judged(three, acts)).toMatchObject({ result: { expect: 'open', needed: { a: 1 } }, missing: 1 })
  const ticket = `${TWO}, comment: { pattern: 'CHG\\d+' }`
  expect(await judged(ticket, acts)).toMatchObject({ result: { refused: { U0BEN: 'comment' } }, missing: 1 })
  const freeze = `${ONE}, freeze: [{ name: f, from: "2000-01-01 00:00", to: "2090-01-01 00:00" }]`
  expect(await judged(freeze, acts)).toMatchObject({ result: { expect: 'open', refused: { U0ANA: 'frozen' } } })
  const sequence = `order: sequence, approvers: [{ name: a, people: [U0ANA] }, { name: b, people: [U0BEN] }]`
  expect(await judged(sequence, acts)).toMatchObject({ result: { refused: { U0BEN: 'not-your-turn' } }, missing: 1 })
  expect(
    await judged(`${ONE}, rejecters: [{ name: r, people: [U0EVE] }]`, actsIn([voted('U0ANA', 'Rejected', START)])),
  ).toMatchObject({ result: { expect: 'open', refused: { U0ANA: 'not-a-rejecter' } } })
})

test('a review keeps no one from the next override: the acts do not tell whether a person would have confirmed the first', async () => {
  const nights = `${ONE}, freeze: [{ name: f, from: "22:00", to: "20:00" }], breakGlass: { people: [U0ANA] }`
  const overridden = (at: number) =>
    entry({ what: 'glass-broken', who: actor('U0ANA'), reason: '', frozen: { name: 'f', zone: 'UTC', until: 0 } }, at)
  const twice = actsIn([overridden(START), overridden(START + DAY), voted('U0BEN', 'Approved', START + DAY + MINUTE)])
  for (const route of [nights, `${nights}, review: { within: 1h }`])
    expect(await judged(route, twice)).toMatchObject({ result: { expect: 'granted', refused: {} } })
})

test('stand-ins approve after the time that the policy says', async () => {
  const escalating = `${ONE}, escalate: { after: 2h, people: [U0EVE] }`
  const by = (at: number) => judged(escalating, actsIn([voted('U0EVE', 'Approved', at)]))
  expect(await by(START + HOUR)).toMatchObject({ result: { expect: 'open' } })
  expect(await by(START + 2 * HOUR)).toMatchObject({ result: { expect: 'granted' } })
})

test('how alarms stood is known of the rule that approved, and of no other', async () => {
  const rule = (after: string, alarms: string) => `${ONE}, autoApprove: { after: ${after}, alarms: [${alarms}] }`
  const automatic = { rule: { after: 2 * HOUR, alarms: ['x', 'y'] }, at: START + 2 * HOUR }
  expect(await judged(rule('2h', 'x, y'), { automatic })).toMatchObject({ result: { expect: 'granted' }, took: null })
  expect(await judged(rule('1h', 'x'), { automatic })).toMatchObject({ result: { expect: 'granted' } })
  const unknown = { kind: 'unknown', because: ['the record does not say how the alarms of autoApprove stood'] }
  expect(await judged(rule('3h', 'x'), { automatic })).toEqual(unknown)
  expect(await judged(rule('1h', 'z'), { automatic })).toEqual(unknown)
  expect(await judged(rule('1h', 'x'))).toEqual(unknown)
  expect(await judged(rule('4h', 'x'))).toMatchObject({ result: { expect: 'open' } })
  expect(await judged(ONE, { automatic })).toMatchObject({ result: { expect: 'open' }, missing: 1 })
  // A person stopped it, approved or rejected before the time had passed.
  const stop = (at: number) => actsIn([entry({ what: 'automatic-stopped', who: actor('U0EVE') }, at)])
  expect(await judged(rule('2h', 'x'), { ...stop(START + HOUR), endedAt: START + 9 * HOUR })).toMatchObject({
    kind: 'known',
  })
  expect(await judged(rule('1h', 'x'), { ...stop(START + 2 * HOUR), endedAt: START + 9 * HOUR })).toEqual(unknown)
  expect(await judged(rule('3h', 'x'), acts)).toMatchObject({ result: { expect: 'granted' } })
  const rejected = actsIn([voted('U0ANA', 'Rejected', START + HOUR)])
  expect(await judged(rule('2h', 'x'), rejected)).toMatchObject({ result: { expect: 'rejected' } })
  expect(await judged(rule('30m', 'x'), rejected)).toEqual(unknown)
})

test('what Slack or a calendar does not say leaves an approval unknown only if it might be met', async () => {
  const group = 'approvers: [{ name: a, people: [U0ANA, U0BEN], groups: [S0G], count: 2 }]'
  expect(await judged(group, acts)).toMatchObject({ kind: 'known', result: { expect: 'granted' } })
  const more = await judged(group.replace('count: 2', 'count: 3'), acts)
  expect(more).toMatchObject({ kind: 'unknown', because: [expect.stringContaining('S0G')] })
  const calendar = `${ONE}, freeze: [{ name: f, calendar: "https://a.example/f.ics" }]`
  expect(await judged(calendar, acts)).toMatchObject({ kind: 'unknown', because: [expect.stringContaining('f')] })
})

test.each([
  [TWO, ONE, 'would have needed one approver fewer'],
  [ONE, TWO, 'would have needed one more approver'],
  [ONE, ONE, null],
  [ONE, 'consoleOnly: By hand.', 'would have been decided in the AWS console only'],
  ['consoleOnly: By hand.', ONE, 'would have been approved'],
  ['approvers: [{ name: a, people: [U0EVE] }]', ONE, 'would have been approved'],
  [
    'approvers: [{ name: a, people: [U0EVE] }]',
    'approvers: [{ name: b, people: [U0EVE] }]',
    'would have needed other approvers',
  ],
  [ONE, 'approvers: [{ name: a, people: [U0EVE, U0FAY, U0BEN], count: 3 }]', 'would have needed 2 more approvers'],
])('from %s to %s: %s', async (before, after, expected) => {
  const [was, is] = [await judged(before, acts), await judged(after, acts)]
  if (was.kind === 'unknown' || is.kind === 'unknown') throw new Error('unknown')
  expect(consequence(was, is)).toBe(expected)
})

test('clicks that the policy refused are counted, and those that came too late are not', () => {
  const refused = (refusal: Extract<Happening, { what: 'refused' }>['refusal']) =>
    entry({ what: 'refused', who: actor('U0ANA'), act: 'vote', refusal }, START)
  expect(actsIn([refused({ because: 'starter' }), refused({ because: 'expired' })]).refusedClicks).toBe(1)
})
