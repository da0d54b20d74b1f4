import fc from 'fast-check'
import type * as z from 'zod/mini'
import { judgeWith, resultOf, type TimedAct } from '../../../cli/test/judge-acts.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import type { Act } from '../../../functions/domain/act.ts'
import type { AlarmsRead } from '../../../functions/domain/automatic.ts'
import type { BehindApproval } from '../../../functions/domain/change-set.ts'
import type { CalendarState } from '../../../functions/domain/calendar.ts'
import { readSoak } from '../../../functions/flows/approval/automatic-approval.ts'
import { HOUR, MINUTE } from '../../../functions/domain/time-units.ts'
import { actor, CHANGE, START, WHERE } from '../../support/records.ts'
import { wholeInCi } from '../../support/whole-in-ci.ts'

/*
 * Over the whole grammar of a route, from greenlight.yml to the decision: one more approval never takes a grant back, and one
 * more restriction never grants. The bot's own functions judge; Slack, calendars and alarms answer as each case says.
 */

const PEOPLE = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI'] as const
const somePeople = (minLength: number) => fc.subarray([...PEOPLE], { minLength })

const anyGroup = fc
  .record({ people: somePeople(1), groups: fc.subarray(['S0KNOWN', 'S0GONE']), count: fc.integer({ min: 1, max: 3 }) })
  .map((group) => ({ name: 'group', ...group }))
const anyWay = fc.oneof(
  anyGroup,
  fc.array(anyGroup, { minLength: 1, maxLength: 2 }).map((allOf) => ({ allOf })),
)
const ALL_DAY = { name: 'all day', from: '00:00', to: '23:59' }
const calendar = (state: 'open' | 'closed' | 'unread') => ({
  name: state,
  calendar: `https://calendar.example/${state}.ics`,
})
const anyFreeze = fc.constantFrom(ALL_DAY, calendar('open'), calendar('closed'), calendar('unread'))
const TICKET = { required: true, pattern: 'CHG\\d+' }
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

const anyRoute = fc.record({
  match: fc.constant({}),
  approvers: maybe(fc.array(anyGroup, { minLength: 1, maxLength: 2 })),
  anyOf: maybe(fc.array(anyWay, { minLength: 2, maxLength: 3 })),
  order: maybe(fc.constantFrom('any', 'sequence')),
  rejecters: maybe(
    fc.array(fc.record({ name: fc.constant('r'), people: somePeople(1) }), { minLength: 1, maxLength: 2 }),
  ),
  forbid: fc.subarray(['author', 'starter']),
  unidentified: fc.constantFrom('allow', 'refuse'),
  freeze: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(anyFreeze, { maxLength: 2 }) },
  ),
  breakGlass: maybe(fc.record({ people: somePeople(1) })),
  escalate: maybe(fc.record({ after: fc.constantFrom('2m', '1h'), people: somePeople(1) })),
  comment: maybe(fc.constantFrom('optional', 'none', TICKET, { ...TICKET, required: false })),
  autoApprove: maybe(
    fc.record({
      after: fc.constant('2h'),
      alarms: fc.subarray(['quiet', 'loud', 'recent', 'gone']),
      emptyChangeSet: maybe(fc.constant(true)),
    }),
  ),
  consoleOnly: fc.oneof(
    { weight: 15, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant('by hand') },
  ),
})
type GivenRoute = z.input<typeof CONFIGURATION>['routes'][number] & { approvers?: object[]; anyOf?: object[] }

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('CHG1', '').map((comment) => ({ do: 'vote', verdict: 'Approved', comment }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Act>({ do: 'vote', verdict: 'Rejected', comment: 'no' }, { do: 'withdraw' }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ do: 'break-glass', reason: 'down' }, { do: 'stop-automatic' }) },
)
interface Scene {
  acts: { userId: string; act: Act }[]
  /** How long it waits in the end. */
  waits: number
  authors: string[]
  starter: 'known' | 'unknown' | 'none'
  behind: keyof typeof BEHIND
}
const anyScene: fc.Arbitrary<Scene> = fc.record({
  acts: fc.array(fc.record({ userId: fc.constantFrom(...PEOPLE), act: anyAct }), { maxLength: 7 }),
  waits: fc.constantFrom(0, 3 * HOUR),
  authors: fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray<string>(['U0ANA', 'U0BEN', 'unknown']) },
  ),
  starter: fc.constantFrom('known', 'unknown', 'none'),
  behind: fc.constantFrom<Scene['behind'][]>('empty', 'empty', 'full', 'unread', 'none', 'more', 'untold'),
})

const ALARMS: Record<string, { state: string; since: number }> = {
  quiet: { state: 'OK', since: 0 },
  loud: { state: 'ALARM', since: 0 },
  recent: { state: 'OK', since: START + 2 * HOUR },
}
const EMPTY = { stack: 'shop', kind: 'empty' } as const
const BEHIND = {
  empty: { changeSets: [EMPTY], others: [] },
  full: { changeSets: [EMPTY, { stack: 'data', kind: 'changes', changes: [] }], others: [] },
  unread: { changeSets: [EMPTY, { stack: 'data', kind: 'unread', because: 'timeout' }], others: [] },
  none: { changeSets: [], others: [] },
  more: { changeSets: [EMPTY], others: ['Production/Migrate'] },
  untold: { changeSets: [EMPTY], others: null },
} satisfies Record<string, BehindApproval>
const STARTERS = {
  known: { kind: 'person', name: 'ben', arn: 'arn:aws:sts::111122223333:assumed-role/Console/ben' },
  unknown: { kind: 'person', name: null, arn: null },
  none: { kind: 'automatic-rollback', name: null, arn: null },
} as const

/** Whether people or a rule approve it. */
const isGranted = async (route: object, { acts, waits, authors, starter, behind }: Scene): Promise<boolean> => {
  const people = { 'Console/ben': 'U0BEN', ...Object.fromEntries(PEOPLE.map((id) => [`${id}@shop.example`, id])) }
  const configuration = configurationFrom(
    CONFIGURATION.parse({ defaults: { approvals: 'C0R' }, people, routes: [JSON.parse(JSON.stringify(route))] }),
  )
  const judging = judgeWith(
    {
      configuration,
      directory: {
        person: () => Promise.resolve({ kind: 'not-found' }),
        byEmail: () => Promise.resolve({ kind: 'not-found' }),
        members: (group) =>
          Promise.resolve(
            group === 'S0KNOWN' ? { kind: 'found', value: ['U0ELI'] } : { kind: 'unread', because: 'timeout' },
          ),
      },
      calendars: {
        stateAt: ({ name }) =>
          Promise.resolve(
            (name === 'unread'
              ? { kind: 'unread', because: 'no answer' }
              : { kind: name, until: null }) as CalendarState,
          ),
      },
    },
    {
      where: WHERE,
      change: { ...CHANGE, authors: authors.map((id) => ({ name: id, email: `${id}@shop.example`, revision: null })) },
      starter: STARTERS[starter],
      requestedAt: START,
    },
  )
  let judged = await judging.open()
  const timed = acts.map(({ userId, act }, index): TimedAct => ({
    who: actor(userId),
    act,
    at: START + index * MINUTE,
  }))
  for (const one of timed) judged = await judging.act(judged, one)
  const at = START + waits
  const read = (names: readonly string[]): AlarmsRead => ({
    kind: 'read',
    alarms: names.flatMap((name) => (ALARMS[name] ? [{ name, ...ALARMS[name] }] : [])),
  })
  const alarms = { read: (_: object, names: readonly string[]) => Promise.resolve(read(names)) }
  const clock = { now: () => at, newId: () => 'id', sleep: () => Promise.resolve() }
  const evidence = {
    alarms,
    clock,
    behind: () => Promise.resolve(BEHIND[behind]),
    wasRefused: () => Promise.resolve(false),
  }
  judged = await judging.wait(judged, at, (policy) => readSoak(evidence, WHERE, policy, START))
  return resultOf(judged).expect === 'granted'
}

const EXTRA = { name: 'extra', people: ['U0ANA', 'U0ELI'], count: 1 }

/** Ways to make a route stricter. One that cannot is left as it is. */
const RESTRICTIONS: Record<string, (route: GivenRoute) => object> = {
  // Without any group, people could not approve at all.
  'one more group': (route) =>
    route.approvers || route.anyOf ? { ...route, approvers: [...(route.approvers ?? []), EXTRA] } : route,
  'a higher count': (route) => ({ ...route, approvers: route.approvers?.map((group) => ({ ...group, count: 4 })) }),
  'one group more in each way': ({ anyOf, ...route }) => ({
    ...route,
    anyOf: anyOf?.map((way) => ({ allOf: [...('allOf' in way ? (way.allOf as object[]) : [way]), EXTRA] })),
  }),
  'one way less': ({ anyOf, ...route }) => ({ ...route, anyOf: anyOf?.slice(0, 2) }),
  'an order': (route) => ({ ...route, order: 'sequence' }),
  'authors excluded': (route) => ({
    ...route,
    forbid: ['author'].concat(route.forbid?.includes('starter') ? ['starter'] : []),
  }),
  'starters excluded': (route) => ({
    ...route,
    forbid: ['starter'].concat(route.forbid?.includes('author') ? ['author'] : []),
  }),
  'unknown people refused': (route) => ({ ...route, unidentified: 'refuse' }),
  'a freeze': (route) => ({ ...route, freeze: [...(route.freeze ?? []), ALL_DAY] }),
  'a closed calendar': (route) => ({ ...route, freeze: [...(route.freeze ?? []), calendar('closed')] }),
  'a calendar that is not read': (route) => ({ ...route, freeze: [...(route.freeze ?? []), calendar('unread')] }),
  'no override': ({ breakGlass: _, ...route }) => route,
  'no stand-ins': ({ escalate: _, ...route }) => route,
  'a ticket': (route) => ({ ...route, comment: TICKET }),
  'no rule': ({ autoApprove: _, ...route }) => route,
  'a slower rule': (route) => ({ ...route, autoApprove: route.autoApprove && { ...route.autoApprove, after: '4h' } }),
  'one more alarm': ({ autoApprove, ...route }) => ({
    ...route,
    autoApprove: autoApprove && { ...autoApprove, alarms: [...new Set([...(autoApprove.alarms ?? []), 'loud'])] },
  }),
  'empty change sets alone': ({ autoApprove, ...route }) => ({
    ...route,
    autoApprove: autoApprove && { ...autoApprove, emptyChangeSet: true },
  }),
  'the AWS console alone': (route) => ({ ...route, consoleOnly: 'by hand' }),
}

const RUNS = wholeInCi(60, 15)

test.each(Object.entries(RESTRICTIONS))('%s never grants', async (_, restrict) => {
  await fc.assert(
    fc.asyncProperty(anyRoute, anyScene, async (route, scene) => {
      fc.pre(!(await isGranted(route, scene)))
      expect(await isGranted(restrict(route as GivenRoute), scene)).toBe(false)
    }),
    { numRuns: RUNS },
  )
})

test('one more approval never takes a grant back, wherever it comes; in a sequence, at the end', async () => {
  await fc.assert(
    fc.asyncProperty(anyRoute, anyScene, fc.constantFrom(...PEOPLE), fc.nat(7), async (route, scene, userId, where) => {
      fc.pre(await isGranted(route, scene))
      const place = route.order === 'sequence' ? scene.acts.length : Math.min(where, scene.acts.length)
      const more = { userId, act: { do: 'vote', verdict: 'Approved', comment: 'CHG2' } as const }
      expect(await isGranted(route, { ...scene, acts: scene.acts.toSpliced(place, 0, more) })).toBe(true)
    }),
    { numRuns: 5 * RUNS },
  )
})

test('the routes that are drawn are granted by people and by rules, and refused as well', async () => {
  const drawn = fc.sample(fc.tuple(anyRoute, anyScene), { numRuns: 300, seed: 1 })
  const granted = await Promise.all(drawn.map(([route, scene]) => isGranted(route, scene)))
  const byRule = drawn.filter(
    ([{ autoApprove }, { acts }], index) => granted[index] && autoApprove && acts.length === 0,
  )
  expect(granted.filter(Boolean).length).toBeGreaterThan(30)
  expect(granted.filter((one) => !one).length).toBeGreaterThan(100)
  expect(byRule.length).toBeGreaterThan(0)
})
