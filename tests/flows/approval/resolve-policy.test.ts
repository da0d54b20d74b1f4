import { absenceId, absenceSet } from '../../../functions/domain/absence.ts'
import type { CalendarState } from '../../../functions/domain/calendar.ts'
import { barrierFor, judge } from '../../../functions/domain/policy.ts'
import { standInNow } from '../../../functions/domain/stand-in.ts'
import type { CommitAuthor } from '../../../functions/domain/revision.ts'
import { starterFrom } from '../../../functions/domain/starter.ts'
import type { Route } from '../../../functions/domain/route.ts'
import type { LookupResult, SlackPerson } from '../../../functions/ports/directory.ts'
import type { Services } from '../../../functions/ports/services.ts'
import type { PolicySubject } from '../../../functions/flows/approval/resolve-policy.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { CARDS, CHANGE, DAY, ROUNDING, START, WHERE, actor, revision, vote } from '../../support/records.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'

const PUSH = { type: 'WebhookV2', detail: '' }
const DOWN: Extract<LookupResult<never>, { kind: 'unread' }> = {
  kind: 'unread',
  because: 'Slack does not answer (timeout)',
}
const author = (name: string | null, email: string | null): CommitAuthor => ({ name, email, revision: '4f9c2e1' })

const asked = (authors: CommitAuthor[], trigger = PUSH, more: Partial<PolicySubject> = {}): PolicySubject => ({
  where: WHERE,
  change: { ...CHANGE, since: null, authors },
  starter: starterFrom(trigger),
  escalatedAt: null,
  ...more,
})

const read = async (
  given: PolicySubject,
  route: Partial<Route> = {},
  directory: Partial<Services['directory']> = {},
) => {
  const { services } = botInMemory(route)
  const resolvedPolicy = await resolvePolicy(
    { ...services, directory: { ...services.directory, ...directory } },
    given,
    START,
  )
  if (!resolvedPolicy) throw new Error('no route')
  return resolvedPolicy
}

/** The person is away from the start on, and says who stands in. */
const awayIn = async ({ absences }: Pick<Services, 'absences'>, absent: string, standIn: string): Promise<string> => {
  const until = START + DAY
  const [id, who] = [absenceId(absent, until), actor(absent)]
  const named = { userId: standIn, name: standIn }
  const signed = { key: 'k', value: 'v' }
  await absences.create(absenceSet({ who, at: START, id, standIn: named, from: START, until, signed, retention: DAY }))
  return id
}

const policyOf = async (...given: Parameters<typeof read>) => (await read(...given)).policy

const ANA = author('Ana', 'ana@example.com')

describe('the rules of a route', () => {
  test('are followed by those who may reject, with the people of their groups, apart from those who approve', async () => {
    const rejecters = [{ name: 'on call', people: ['U0FAY'], groups: ['S0ENGINEERS'] }]
    const policy = await policyOf(asked([ANA]), {
      approvers: [{ name: 'leads', people: ['U0ELI'], groups: [], count: 1 }],
      rejecters,
    })
    expect(policy.rules).toEqual([{ name: 'leads', count: 1, people: ['U0ELI'], groups: [] }])
    expect(policy.rejecters).toEqual([
      { name: 'on call', groups: ['S0ENGINEERS'], people: ['U0FAY', 'U0ANA', 'U0BEN', 'U0CHEN', 'U0GUS', 'U0HAL'] },
    ])
  })

  test('come with their order, the form of a comment and what could not be matched, only where the route has them', async () => {
    const commentForm = { isRequired: true, pattern: 'OPS-[0-9]+', hint: null, url: null }
    const given = { order: 'sequence', commentForm, untold: ['the branch'] } as const
    expect(await policyOf(asked([ANA]), given)).toMatchObject({
      order: 'sequence',
      comment: commentForm,
      untold: ['the branch'],
    })
    const plain = await policyOf(asked([ANA]))
    for (const name of ['order', 'comment', 'untold', 'rejecters']) expect(plain).not.toHaveProperty(name)
  })

  test('list the people of its groups, and the person of each address', async () => {
    const { rules, breakGlass, unread } = await policyOf(asked([ANA]))
    expect(rules).toEqual([
      {
        name: 'engineers',
        count: 1,
        people: ['U0DANA', 'U0ANA', 'U0BEN', 'U0CHEN', 'U0GUS', 'U0HAL'],
        groups: ['S0ENGINEERS'],
      },
    ])
    expect([breakGlass, unread]).toEqual([['U0ELI'], []])
  })

  test('leave out people and groups that Slack does not list, and name them', async () => {
    const approvers = [
      { name: 'some', people: ['nobody@example.com', 'U0DANA'], groups: ['S0ENGINEERS', 'S0GONE'], count: 2 },
    ]
    const { rules, unread } = await policyOf(
      asked([ANA]),
      { approvers },
      {
        members: async (id) => (id === 'S0ENGINEERS' ? DOWN : { kind: 'not-found' }),
      },
    )
    expect(rules).toEqual([{ name: 'some', count: 2, people: ['U0DANA'], groups: ['S0ENGINEERS', 'S0GONE'] }])
    expect(unread).toEqual([
      'No Slack account belongs to nobody@example.com',
      'Slack does not answer (timeout)',
      'Slack has no user group S0GONE',
    ])
  })

  test.each([
    [29_998, 29_999, []],
    [29_999, 0, ['the groups of approvers have 30001 members in all, and Greenlight takes 30000 at most']],
  ])('list as many people as an approval holds, or none: with a group of %d', async (size, named, unread) => {
    const value = Array.from({ length: size }, (_, index) => `U${index}`)
    const policy = await policyOf(
      asked([]),
      { breakGlass: { people: ['U1'], groups: [] } },
      {
        members: async () => ({ kind: 'found', value }),
      },
    )
    expect(policy.rules.map(({ people }) => people.length)).toEqual([named])
    expect(policy.breakGlass).toEqual(named ? ['U1'] : [])
    expect(policy.unread).toEqual(unread)
  })

  test.each([
    ['another order', (members: string[]) => members.toReversed(), 0, 24_000 + 12_000],
    ['the same order', (members: string[]) => members, 12_000, null],
  ])('are read again for a group that lists them in %s', async (_, ordered, named, count) => {
    const value = Array.from({ length: 12_000 }, (_, index) => `U${index}`)
    const others = Array.from({ length: 12_000 }, (_, index) => `W${index}`)
    const members: Record<string, string[]> = { S0ONE: value, S0TWO: ordered(value), S0THREE: others }
    const approvers = Object.keys(members).map((group) => ({ name: group, people: [], groups: [group], count: 1 }))
    const policy = await policyOf(
      asked([]),
      { approvers, breakGlass: { people: [], groups: [] } },
      { members: async (group) => ({ kind: 'found', value: members[group]! }) },
    )
    expect(policy.rules.map(({ people }) => people.length)).toEqual([named, named, named])
    expect(policy.unread).toEqual(
      count ? [`the groups of approvers have ${count} members in all, and Greenlight takes 30000 at most`] : [],
    )
  })

  test('include the stand-ins once it was escalated, and not before', async () => {
    const escalate = { after: 60_000, channel: null, people: ['fay@example.com'], groups: [] }
    const before = await read(asked([ANA]), { escalate })
    expect(before.policy.rules[0]!.people).not.toContain('U0FAY')
    expect(before.timing.escalate).toEqual({ after: 60_000, channel: null, people: ['U0FAY'] })
    const after = await policyOf(asked([ANA], PUSH, { escalatedAt: START }), { escalate })
    expect(after.rules[0]!.people).toContain('U0FAY')
  })

  test.each([
    ['of the escalation', ['U0FAY'], 'U0FAY', []],
    ['of a rule and of the escalation', ['U0ANA'], 'U0ANA', ['engineers']],
    ['of a rule', [], 'U0ANA', ['engineers']],
  ])('let someone stand in for a person %s as far as a rule names them', async (_, escalated, absent, places) => {
    const { services } = botInMemory({
      standIns: 'anyone',
      forbid: [],
      approvers: [
        { name: 'leads', people: ['U0ELI'], groups: [], count: 1 },
        { name: 'engineers', people: ['U0ANA'], groups: [], count: 1 },
      ],
      escalate: { after: 60_000, channel: null, people: escalated, groups: [] },
    })
    const id = await awayIn(services, absent, 'U0GUS')
    const { policy } = (await resolvePolicy(services, asked([ANA], PUSH, { escalatedAt: START }), START))!
    expect(policy.standIns?.length ?? 0).toBe(places.length)
    const standsInFor = [{ userId: absent, name: absent, absence: id }]
    // Once in each rule that takes it.
    const rules = policy.rules.filter(
      (one) =>
        judge({ ...policy, rules: [one] }, [vote('U0GUS', 'Approved', { at: START, standsInFor })]).kind === 'granted',
    )
    expect(rules.map(({ name }) => name)).toEqual(places)
  })

  describe('let someone stand in', () => {
    const ELI = { name: 'Eli', email: 'eli@example.com', zone: () => 'UTC', userId: 'U0ELI', teamId: 'T0SHOP' }
    const account = { kind: 'found' as const, value: { ...ELI, isDeactivated: false, isStranger: false } }

    const standIn = async (found: LookupResult<SlackPerson>, votes: PolicySubject['votes'] = [], now = START + 5) => {
      const { services } = botInMemory({
        standIns: 'anyone',
        approvers: [{ name: 'leads', people: ['U0ELI'], groups: [], count: 1 }],
      })
      const absence = await awayIn(services, 'U0ELI', 'U0BEN')
      const cast = votes.map((one) => ({ ...one, standsInFor: [{ userId: 'U0ELI', name: 'Eli', absence }] }))
      const person: Services['directory']['person'] = (userId) =>
        userId === 'U0ELI' ? Promise.resolve<LookupResult<SlackPerson>>(found) : services.directory.person(userId)
      const { policy } = (await resolvePolicy(
        { ...services, directory: { ...services.directory, person } },
        asked([ANA], PUSH, { votes: cast }),
        now,
      ))!
      const barrier = barrierFor(policy, 'U0BEN', 'Approved', START + 5)
      const isAsked = standInNow(policy, 'U0ELI', new Set()) === 'U0BEN'
      return { because: barrier?.because ?? null, isAsked, unread: policy.unread, ruling: judge(policy, cast).kind }
    }

    test.each<[string, LookupResult<SlackPerson>, string | null, string[]]>([
      ['with an account that can decide', account, null, []],
      [
        'with a deactivated account',
        { ...account, value: { ...account.value, isDeactivated: true } },
        'not-an-approver',
        [],
      ],
      ['of another company', { ...account, value: { ...account.value, isStranger: true } }, 'not-an-approver', []],
      ['whom Slack does not know', { kind: 'not-found' }, 'not-an-approver', []],
      ['whom Slack does not tell', DOWN, 'unread', ['Slack does not answer (timeout)']],
    ])('for a person %s', async (_, found, because, unread) => {
      expect(await standIn(found)).toMatchObject({ because, unread, isAsked: because === null })
      // What was decided before stays.
      expect(await standIn(found, [vote('U0BEN', 'Approved', { at: START + 2 })])).toMatchObject({ ruling: 'granted' })
      // Nothing else counts, whatever votes a person with access to the table writes, and whenever it is weighed.
      for (const userId of ['U0BEN', 'U0ZOE'])
        for (const now of [START + 5, START + DAY])
          expect(await standIn(found, [vote(userId, 'Approved', { at: START + DAY - 1 })], now)).toMatchObject({
            because,
          })
    })
  })

  test('keep what a stand-in decided while the approver was away, also after that time', async () => {
    const { services } = botInMemory({
      standIns: 'anyone',
      approvers: [{ name: 'leads', people: ['U0ELI'], groups: [], count: 1 }],
    })
    const absence = await awayIn(services, 'U0ELI', 'U0FAY')
    const standsInFor = [{ userId: 'U0ELI', name: 'Eli', absence }]
    const votes = [vote('U0FAY', 'Approved', { at: START + 2, standsInFor })]
    const { policy } = (await resolvePolicy(services, asked([ANA], PUSH, { votes }), START + 2 * DAY))!
    expect(judge(policy, votes).kind).toBe('granted')
  })

  test.each([
    ['none', 'not-a-rejecter'],
    ['approvers', 'not-a-rejecter'],
    ['anyone', null],
  ] as const)(
    'let stand-ins reject for those who may, as far as the route lets anyone stand in: %s',
    async (standIns, because) => {
      const { services } = botInMemory({ standIns, rejecters: [{ name: 'security', people: ['U0ELI'], groups: [] }] })
      await awayIn(services, 'U0ELI', 'U0FAY')
      const { policy } = (await resolvePolicy(services, asked([ANA]), START))!
      expect(barrierFor(policy, 'U0FAY', 'Rejected', START)?.because ?? null).toBe(because)
    },
  )

  test('let no one stand in where the route says so, not even one approver for another', async () => {
    const approvers = ['U0ELI', 'U0FAY'].map((one) => ({ name: one, people: [one], groups: [], count: 1 }))
    const { services } = botInMemory({ standIns: 'none', approvers })
    await awayIn(services, 'U0ELI', 'U0FAY')
    const { policy } = (await resolvePolicy(services, asked([ANA]), START))!
    expect(policy).not.toHaveProperty('standIns')
  })

  test.each([
    [
      'the people and groups that the route names',
      { people: ['U0FAY'], groups: ['S0MANAGERS'] },
      ['U0FAY', 'U0DANA', 'U0ELI'],
    ],
    ['the approvers, where it names none', { people: [], groups: [] }, ['U0ZOE']],
  ])('let an override be confirmed by %s', async (_, members, people) => {
    const approvers = [{ name: 'leads', people: ['U0ZOE'], groups: [], count: 1 }]
    const { review } = await read(asked([ANA]), { approvers, review: { within: DAY, ...members } })
    expect(review).toEqual({ within: DAY, people, unread: [] })
  })

  test('say who of those who may confirm an override was not looked up', async () => {
    const review = { within: DAY, people: [], groups: ['S0MANAGERS'] }
    const resolved = await read(asked([ANA]), { review, approvers: [] }, { members: async () => DOWN })
    expect(resolved.review).toEqual({ within: DAY, people: [], unread: [DOWN.because] })
  })

  test('name everyone whom Slack did not look up: approvers, stand-ins, overriders and authors', async () => {
    const one = (name: string) => ({ people: [`${name}@example.com`], groups: [] })
    const { unread } = await policyOf(
      asked([author('Ben', 'author@example.com')]),
      {
        approvers: [{ name: 'engineers', count: 1, ...one('approver') }],
        escalate: { after: 60_000, channel: null, ...one('stand-in') },
        breakGlass: one('overrider'),
        forbid: ['author'],
      },
      { byEmail: async (email) => ({ kind: 'unread', because: `no answer for ${email}` }) },
    )
    const names = ['approver', 'stand-in', 'overrider', 'author']
    expect(unread).toEqual(names.map((name) => `no answer for ${name}@example.com`))
  })

  test('say that verdicts in the console are allowed only where the route says so', async () => {
    expect(await policyOf(asked([ANA]), { consoleApprovals: 'allow' })).toHaveProperty('consoleApprovals', 'allow')
    expect(await policyOf(asked([ANA]))).not.toHaveProperty('consoleApprovals')
  })

  test('are null if no route matches', async () => {
    expect(await resolvePolicy(botInMemory(null).services, asked([ANA]), START)).toBeNull()
  })
})

describe('the author', () => {
  const forbid = ['author'] as const

  test('is refused if Slack did not look up one of several, even if the route allows unknown authors', async () => {
    const { services } = botInMemory()
    const byEmail: Services['directory']['byEmail'] = async (email) =>
      email === 'ben@example.com' ? DOWN : services.directory.byEmail(email)
    const authors = [ANA, author('Ben', 'ben@example.com')]
    const policy = await policyOf(asked(authors), { forbid, whenUnidentified: 'allow' }, { byEmail })
    expect(policy.whenUnidentified).toBe('refuse')
    expect(policy.unidentified).toEqual([{ because: 'author', name: 'Ben', revision: '4f9c2e1' }])
  })

  test.each([
    ['by their address', ANA, 'U0ANA'],
    ['by the address that the configuration maps', author('Ben', '12+ben@users.noreply.github.com'), 'U0BEN'],
    ['by their address, whatever name they chose', author('Console/dana', '12+ben@users.noreply.github.com'), 'U0BEN'],
    ['in any capitals', author('Ben', '12+Ben@users.noreply.github.com'), 'U0BEN'],
  ])('is known %s', async (_, one, userId) => {
    const { forbidden, unidentified } = await policyOf(asked([one]), { forbid })
    expect(forbidden).toEqual([{ userId, because: 'author', revision: '4f9c2e1' }])
    expect(unidentified).toEqual([])
  })

  test('is known by name if the address belongs to a machine that people share', async () => {
    const people = (identity: string) =>
      ({ 'noreply@git.example': 'nobody', 'renovate[bot]': 'nobody', 'ben okafor': 'U0BEN' })[identity.toLowerCase()]
    const { services } = botInMemory({ forbid })
    const configuration = { ...services.configuration, personFor: (identity: string) => people(identity) ?? null }
    const authors = ['renovate[bot]', 'Ben Okafor', null].map((name) => author(name, 'noreply@git.example'))
    const resolved = await resolvePolicy({ ...services, configuration }, asked(authors), START)
    expect(resolved?.policy.forbidden.map(({ userId }) => userId)).toEqual(['U0BEN'])
    expect(resolved?.policy.unidentified).toEqual([])
  })

  test('is every author of the change; a bot that pushed for a person does not count', async () => {
    const bot = author('Release bot', 'bot@ci.example')
    const { forbidden, unidentified } = await policyOf(asked([bot, author('Chen', 'chen@example.com')]), { forbid })
    expect(forbidden.map(({ userId }) => userId)).toEqual(['U0CHEN'])
    expect(unidentified).toEqual([])
  })

  test('is unknown without an account in Slack, or without a name', async () => {
    const { forbidden, unidentified } = await policyOf(asked([author('Gert', 'gert@x.example'), author(null, null)]), {
      forbid,
    })
    expect(forbidden).toEqual([])
    expect(unidentified).toEqual([
      { because: 'author', name: 'Gert', revision: '4f9c2e1' },
      { because: 'author', name: null, revision: '4f9c2e1' },
    ])
  })

  test('is not looked up if the route forbids no one', async () => {
    const { forbidden, unidentified } = await policyOf(asked([author('Gert', null)]), { forbid: [] })
    expect([forbidden, unidentified]).toEqual([[], []])
  })

  test('is refused while Slack does not answer, even if the route allows unknown authors', async () => {
    const allow = { forbid, whenUnidentified: 'allow' } as const
    expect(await policyOf(asked([author('Gert', 'gert@x.example')]), allow)).toMatchObject({
      whenUnidentified: 'allow',
    })
    const down = await policyOf(asked([ANA]), allow, { byEmail: async () => DOWN })
    expect(down).toMatchObject({ whenUnidentified: 'refuse', unread: ['Slack does not answer (timeout)'] })
    expect(down.unidentified).toHaveLength(1)
  })
})

describe('the person who started it', () => {
  const forbid = ['starter'] as const
  const by = (detail: string, type = 'StartPipelineExecution') => asked([ANA], { type, detail })
  const session = (path: string) => `arn:aws:sts::111122223333:assumed-role/${path}`

  test.each([
    ['a session that the configuration maps', session('Console/dana'), ['U0DANA']],
    ['a role of a machine in the configuration', session('Nightly/i-0ab'), []],
    ['a session of IAM Identity Center', session('AWSReservedSSO_Engineers_0a1b/ben@example.com'), ['U0BEN']],
  ])('is %s', async (_, arn, people) => {
    const resolvedPolicy = await read(by(arn), { forbid })
    expect(resolvedPolicy.policy.forbidden).toEqual(
      people.map((userId) => ({ userId, because: 'starter', revision: null })),
    )
    expect(resolvedPolicy.policy.unidentified).toEqual([])
    expect(resolvedPolicy.startedBy).toEqual(people)
  })

  test.each([
    ['a role without a person in the configuration', session('Console/eve'), 'eve'],
    ['a user without a person in the configuration', 'arn:aws:iam::111122223333:user/zed', 'zed'],
    ['no person in the execution', '', null],
  ])('is unknown: %s', async (_, detail, name) => {
    const { unidentified } = await policyOf(by(detail), { forbid })
    expect(unidentified).toEqual([{ because: 'starter', name, revision: null }])
  })

  test('is the person for whom the bot started it, and not the session in which it did', async () => {
    const trigger = { type: 'StartPipelineExecution', detail: session('greenlight/steer-U0FAY'), steeredFor: 'U0FAY' }
    const resolvedPolicy = await read(asked([ANA], trigger), { forbid })
    expect(resolvedPolicy.policy).toMatchObject({
      forbidden: [{ userId: 'U0FAY', because: 'starter', revision: null }],
      unidentified: [],
    })
    expect(resolvedPolicy.startedBy).toEqual(['U0FAY'])
  })

  test('is the author of the change, if a push started it', async () => {
    const pushed = revision('aaaa', 'Change', { author: 'Ben', authorEmail: '12+ben@users.noreply.github.com' })
    const change = {
      ...CHANGE,
      revisions: [pushed],
      since: { ...CHANGE.since!, changed: [{ from: ROUNDING, to: pushed }], included: [pushed, CARDS] },
      authors: [],
    }
    for (const type of ['WebhookV2', 'CloudWatchEvent']) {
      const resolvedPolicy = await read(
        { ...asked([]), change, starter: starterFrom({ type, detail: '' }) },
        { forbid },
      )
      expect(resolvedPolicy.policy.forbidden).toEqual([{ userId: 'U0BEN', because: 'starter', revision: null }])
      expect(resolvedPolicy.startedBy).toEqual(['U0BEN'])
    }
  })

  test('is no one if CodePipeline rolled back by itself', async () => {
    const { forbidden, unidentified } = await policyOf(by('', 'AutomatedRollback'), { forbid })
    expect([forbidden, unidentified]).toEqual([[], []])
  })
})

describe('a person who started the execution by hand', () => {
  const startedBy = (detail: string) =>
    policyOf(asked([ANA], { type: 'StartPipelineExecution', detail }), { forbid: ['starter'] })

  test('is no machine because of the name of a session, which its owner chooses', async () => {
    const { unidentified } = await startedBy('arn:aws:sts::1:assumed-role/Console/Nightly')
    expect(unidentified).toEqual([{ because: 'starter', name: 'Nightly', revision: null }])
  })

  test('is a machine if the configuration names its user so', async () => {
    const { unidentified, forbidden } = await startedBy('arn:aws:iam::1:user/Nightly')
    expect([unidentified, forbidden]).toEqual([[], []])
  })

  test('is unknown if a push names no author', async () => {
    const none = asked([], PUSH, { change: { ...CHANGE, since: null, revisions: [], authors: [] } })
    const { unidentified } = await policyOf(none, { forbid: ['starter'] })
    expect(unidentified).toEqual([{ because: 'starter', name: null, revision: null }])
  })
})

describe('the calendars of a route', () => {
  const CALENDAR = { name: 'change calendar', zone: 'UTC', source: 'freeze.ics' }
  const resolvedWith = async (state: CalendarState) => {
    const { services } = botInMemory({ calendars: [CALENDAR] })
    const asks: unknown[] = []
    const stateAt = async (...ask: unknown[]) => {
      asks.push(ask)
      return state
    }
    const resolved = await resolvePolicy({ ...services, calendars: { stateAt } }, asked([ANA]), START)
    expect(asks).toEqual([[CALENDAR, START]])
    return resolved!
  }

  test('that are closed freeze until their next change', async () => {
    const { policy, frozen } = await resolvedWith({ kind: 'closed', until: START + 1 })
    expect(frozen).toEqual({ name: 'change calendar', zone: 'UTC', until: START + 1 })
    expect(policy.freezes).toHaveLength(1)
  })

  test('that cannot be read freeze, and say why', async () => {
    const { policy, frozen } = await resolvedWith({ kind: 'unread', because: 'Systems Manager did not answer' })
    expect(frozen).toMatchObject({ until: null, unread: 'Systems Manager did not answer' })
    expect(barrierFor(policy, 'U0DANA', 'Approved', START)).toMatchObject({ because: 'frozen', frozen })
    expect(barrierFor(policy, 'U0DANA', 'Rejected', START)).toBeNull()
  })

  test('that are open and never close leave no field in the policy', async () => {
    const plain = await read(asked([ANA]))
    expect((await resolvedWith({ kind: 'open', until: null })).policy).toEqual(plain.policy)
  })
})

test.each([
  ['none', {}],
  ['anyone', {}],
  ['approvers', { approvers: [{ name: 'engineers', people: ['U0DANA'], groups: [], count: 1 }] }],
] as const)('a policy has no more than its route says, where people may stand in: %s', async (standIns, route) => {
  const { policy } = await read(asked([]), { standIns, ...(route as Partial<Route>) })
  for (const field of ['standIns', 'rejecters', 'automatic', 'later', 'comment', 'order', 'untold', 'consoleApprovals'])
    expect(policy).not.toHaveProperty(field)
  expect(policy.rules).toHaveLength(1)
  expect(policy.rules[0]).not.toHaveProperty('named')
})
