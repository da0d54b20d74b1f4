import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { TypedCommand } from '../../../functions/domain/command.ts'
import { commandStatement } from '../../../functions/domain/command.ts'
import type { Freeze } from '../../../functions/domain/freeze.ts'
import { MOST_FREEZES, shortFreezeId } from '../../../functions/domain/freeze.ts'
import { answerCommand } from '../../../functions/flows/command/answer-command.ts'
import { takeCommand } from '../../../functions/flows/command/take-command.ts'
import { tendFreeze } from '../../../functions/flows/freeze/tend-freeze.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, START, WHERE, approval } from '../../support/records.ts'
import { typist } from '../../support/typist.ts'

const CONFIGURATION = `
defaults: { approvals: C0RELEASES, may: { freeze: { people: [U0DANA, U0ELI] } } }
routes:
  - match: { pipeline: docs-* }
    approvals: C0DOCS
    approvers: [{ name: writers, people: [U0ANA] }]
    may: none
  - match: { pipeline: shop-*, stage: Production }
    approvers: [{ name: engineers, people: [U0ANA, U0DANA] }]
  - match: { pipeline: shop-* }
    approvals: C0STAGING
    approvers: [{ name: engineers, people: [U0ANA, U0DANA] }]
  - match: { pipeline: lab }
    approvers: [{ name: engineers, groups: [S0GONE] }]
    may: { freeze: { groups: [S0GONE] } }
`

const onlyFreeze = async ({ freezes }: Pick<Services, 'freezes'>): Promise<Freeze> => {
  const [only] = await freezes.all()
  if (only?.kind !== 'freeze') throw new Error('There is no freeze')
  return only.freeze
}

/** A bot whose people type commands. */
const typing = () => {
  const bot = botInMemory()
  const read = readConfiguration(CONFIGURATION)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const services = { ...bot.services, configuration: configurationFrom(read.configuration) }
  const command = typist(services.clock, 'https://hooks.slack.com/commands/1')
  const take = async (one: TypedCommand) =>
    takeCommand(services, one, await services.seals.seal(commandStatement(one)), { isLast: false })
  const deliver = async (one: TypedCommand) => {
    const { next } = await take(one)
    for (const effect of next) {
      if (effect.do === 'answer-command') await answerCommand(services, effect, { isLast: false })
      if (effect.do === 'tend-freeze') await tend(effect.freeze)
    }
    const { answer, message } = bot.slack.answers.at(-1)!
    return { answer, text: message.text }
  }
  const tend = async (id: string): Promise<void> => {
    const { next } = await tendFreeze(services, id)
    if (next.some((effect) => effect.do === 'tend-freeze')) await tend(id)
  }
  const frozenUntil = async (pipeline = WHERE.pipeline) => {
    const asked = { ...approval(), where: { ...WHERE, pipeline } }
    return (await resolvePolicy(services, asked, services.clock.now()))?.frozen ?? null
  }
  return {
    ...bot,
    services,
    command,
    take,
    deliver,
    tend,
    frozenUntil,
    type: (...given: Parameters<typeof command>) => deliver(command(...given)),
  }
}

test('a freeze holds every approval of the pipelines that it names, with its reason and its end', async () => {
  const { type, frozenUntil, pass } = typing()
  const { answer, text } = await type('freeze shop-* until 18:00 because incident 4711')
  expect(answer.kind).toBe('freeze-set')
  expect(text).toContain('Frozen: shop-* until Mon, Nov 23 at 18:00 UTC, because “incident 4711”.')
  const until = Date.UTC(2026, 10, 23, 18)
  expect(await frozenUntil()).toEqual({ name: 'incident 4711', zone: 'UTC', by: 'U0DANA', until })
  expect(await frozenUntil('lab')).toBeNull()
  pass(until - START)
  expect(await frozenUntil()).toBeNull()
})

test('the time is that of the person’s zone', async () => {
  const { type, frozenUntil, services } = typing()
  const directory = { ...services.directory }
  services.directory = {
    ...directory,
    person: async (userId) => {
      const found = await directory.person(userId)
      return found.kind === 'found' ? { ...found, value: { ...found.value, zone: () => 'Asia/Tokyo' } } : found
    },
  }
  await type('freeze shop-* until 23:00 because incident')
  expect((await frozenUntil())!.until).toBe(Date.UTC(2026, 10, 23, 14))
})

describe('what is wrong is said in a sentence, nothing changes, and what was typed is given back', () => {
  test.each([
    ['freeze until 18:00 because x', 'Say which pipelines'],
    ['freeze shop/* until 18:00 because x', '“shop/*” is no name of pipelines'],
    ['freeze shop-* because x', 'Say until when'],
    ['freeze shop-* until soon because x', '“until soon” is no time'],
    ['freeze shop-* until 2026-11-01 08:00 because x', 'That time has passed already'],
    ['freeze shop-* until 2027-06-01 08:00 because x', 'at most 31 days'],
    ['freeze shop-* until 18:00', 'Say why you freeze: because …'],
    [`freeze shop-* until 18:00 because ${'x'.repeat(151)}`, 'at most 150 characters'],
    ['freeze nothing until 18:00 because x', 'No route of greenlight.yml matches'],
    ['freeze docs-* until 18:00 because x', 'No one may do this on routes.0 (docs-*)'],
    ['freeze * until 18:00 because x', 'No one may do this on routes.0 (docs-*)'],
    ['freeze lab until 18:00 because x', 'cannot tell whether you may do this on routes.3 (lab)'],
    ['lift shop-*', 'No freeze is in force for shop-*'],
    ['lengthen', 'Say until when'],
    ['lengthen for 2h', 'Name the freeze as /greenlight freezes lists it.'],
    ['lift', 'Name the freeze as /greenlight freezes lists it.'],
    [`freeze ${'/'.repeat(61)} until 18:00 because x`, `“${'/'.repeat(60)}” is no name of pipelines`],
    ['lengthen shop-* until 2026-11-01 08:00', 'That time has passed already'],
  ])('/greenlight %s', async (text, because) => {
    const { type, services } = typing()
    const said = await type(text)
    expect(said.answer.kind).toBe('not-done')
    expect(said.text).toContain(because)
    expect(said.text).toContain(`You typed: /greenlight ${text.slice(0, 100)}`)
    expect(await services.freezes.all()).toEqual([])
  })

  test.each([
    ['U0ANA', 'You may not do this on routes.1 (shop-*)'],
    ['U0HAL', 'Only people of this Slack workspace'],
    ['U0NOONE', 'cannot tell who you are'],
  ])('of %s', async (userId, because) => {
    const { type, services } = typing()
    expect((await type('freeze shop-* until 18:00 because x', userId)).text).toContain(because)
    expect(await services.freezes.all()).toEqual([])
  })
})

test('a command that is delivered twice freezes once', async () => {
  const { command, deliver, services, pass } = typing()
  const one = command('freeze shop-* for 2h because incident')
  await deliver(one)
  pass(MINUTE)
  expect((await deliver(one)).answer.kind).toBe('freeze-set')
  expect(await services.freezes.all()).toHaveLength(1)
})

test('a freeze is lengthened once if its command comes again, and Slack lists no groups by then', async () => {
  const { command, deliver, type, services } = typing()
  const listing = (members: Services['directory']['members']) =>
    Object.assign(services, { directory: { ...services.directory, members } })
  listing(async () => ({ kind: 'found', value: ['U0DANA'] }))
  await type('freeze lab for 1h because incident')
  const longer = command('lengthen lab for 2h')
  const { answer } = await deliver(longer)
  expect(answer).toMatchObject({ kind: 'freeze-lengthened', freeze: { acts: 2 } })
  listing(async () => ({ kind: 'unread', because: 'Slack does not answer' }))
  expect((await deliver(longer)).answer).toMatchObject({ kind: 'freeze-lengthened', freeze: { acts: 2 } })
})

test('the last freeze that may be set is set if its command comes again', async () => {
  const { command, deliver, type, services, pass } = typing()
  for (let count = 1; count < MOST_FREEZES; count++) await type(`freeze shop-${count} for 2h because incident`)
  const last = command('freeze shop-web for 5m because incident')
  for (const later of [0, 6 * MINUTE]) {
    pass(later)
    expect((await deliver(last)).answer.kind).toBe('freeze-set')
  }
  expect(await services.freezes.all()).toHaveLength(MOST_FREEZES)
})

test('a freeze names at most ten patterns', async () => {
  const { type, services } = typing()
  const named = (count: number) => Array.from({ length: count }, (_, index) => `shop-${index}`).join(' ')
  expect((await type(`freeze ${named(11)} for 2h because incident`)).text).toContain('at most 10 pipelines')
  expect(await services.freezes.all()).toEqual([])
  expect((await type(`freeze ${named(10)} for 2h because ${'x'.repeat(150)}`)).answer.kind).toBe('freeze-set')
})

test('with fifty freezes in force no other one is set, until one of them has ended', async () => {
  const { type, pass, services } = typing()
  await type('freeze shop-web for 5m because incident')
  for (let count = 1; count < 50; count++) await type(`freeze shop-${count} for 2h because incident`)
  expect((await type('freeze shop-api for 2h because incident')).text).toContain(
    'There are 50 freezes already: lift one first.',
  )
  expect(await services.freezes.all()).toHaveLength(50)
  pass(5 * MINUTE)
  expect((await type('freeze shop-api for 2h because incident')).answer.kind).toBe('freeze-set')
})

test.each([0, 1, 30_000])('a freeze lasts 31 days at most, from a moment %d ms after a minute, too', async (after) => {
  const { type, pass } = typing()
  pass(after)
  expect((await type('freeze shop-* for 31d because winter')).answer.kind).toBe('freeze-set')
  expect((await type('lengthen shop-* for 31d')).answer.kind).toBe('freeze-lengthened')
  expect((await type('freeze shop-* for 745h because winter')).text).toContain('at most 31 days')
  expect((await type('lengthen shop-* for 745h')).text).toContain('at most 31 days')
})

test('a freeze of 31 days is set if the queue had its command for a while', async () => {
  const { command, deliver, pass } = typing()
  const slow = command('freeze shop-* until 2026-12-24 08:00 because winter')
  pass(MINUTE)
  expect((await deliver(slow)).answer.kind).toBe('freeze-set')
})

test('a lift that comes again lifts no freeze that was set after it was typed', async () => {
  const { command, deliver, type, frozenUntil, pass } = typing()
  await type('freeze shop-* for 2h because incident')
  pass(MINUTE)
  const lift = command('lift shop-*')
  expect((await deliver(lift)).answer.kind).toBe('freeze-lifted')
  pass(MINUTE)
  await type('freeze shop-* for 2h because it is back', 'U0ELI')
  pass(MINUTE)
  expect((await deliver(lift)).answer.kind).toBe('freeze-lifted')
  expect((await frozenUntil())!.name).toBe('it is back')
})

test('a lift of two freezes stays undecided when it comes again after another person has lifted one', async () => {
  const { command, deliver, type, frozenUntil, services, pass } = typing()
  await type('freeze shop-* for 2h because one')
  const { id } = await onlyFreeze(services)
  await type('freeze shop-* for 2h because other')
  pass(MINUTE)
  const lift = command('lift shop-*')
  expect((await deliver(lift)).text).toContain('2 freezes have these names')
  pass(MINUTE)
  await type(`lift ${shortFreezeId(id)}`, 'U0ELI')
  pass(MINUTE)
  expect((await deliver(lift)).text).toContain('2 freezes have these names')
  expect((await frozenUntil())!.name).toBe('other')
})

test.each(['lift shop-*', 'lengthen shop-* for 20h'])(
  '%s that comes late says that the freeze is newer',
  async (text) => {
    const { command, deliver, type, frozenUntil, pass } = typing()
    const late = command(text)
    pass(MINUTE)
    await type('freeze shop-* for 2h because incident', 'U0ELI')
    const { until } = (await frozenUntil())!
    pass(MINUTE)
    expect((await deliver(late)).text).toContain('That freeze was set after you typed this, and stays')
    expect((await frozenUntil())!.until).toBe(until)
  },
)

test.each(['lift shop-*', 'freeze shop-web for 2h because incident'])(
  '%s that comes after the half hour in which Slack takes an answer is not done',
  async (text) => {
    const { command, take, services, type, slack, pass, logged } = typing()
    await type('freeze shop-* for 2h because incident')
    const late = command(text)
    pass(30 * MINUTE)
    expect((await take(late)).next).toEqual([])
    expect(slack.answers).toHaveLength(1)
    expect((await onlyFreeze(services)).lifted).toBeUndefined()
    expect(logged).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('Slack takes no answer to it any more') }),
    )
  },
)

test('a lift says so if the freezes cannot be read', async () => {
  const { type, services } = typing()
  const because = 'the freezes that were set in Slack could not be looked up'
  services.freezes = { ...services.freezes, all: async () => [{ kind: 'unreadable', because }] }
  expect((await type('lift shop-*')).text).toContain(`cannot tell which freeze this is: ${because}`)
})

test('a command that no function has sealed does nothing', async () => {
  const { command, services, counted } = typing()
  const one = command('freeze shop-* for 2h because incident')
  expect((await takeCommand(services, one, 'f'.repeat(64), { isLast: false })).next).toEqual([])
  expect(await services.freezes.all()).toEqual([])
  expect(counted).toContain('VerdictNotProven')
})

test('people who may lengthen a freeze and lift it; others may not', async () => {
  const { type, frozenUntil } = typing()
  await type('freeze shop-* until 18:00 because incident')
  expect((await type('lengthen shop-* until 17:00')).text).toContain('It lasts longer already')
  expect((await type('lengthen shop-* until 20:00', 'U0ANA')).answer.kind).toBe('not-done')
  expect((await type('lengthen shop-* until 20:00', 'U0ELI')).answer.kind).toBe('freeze-lengthened')
  expect((await frozenUntil())!.until).toBe(Date.UTC(2026, 10, 23, 20))
  expect((await type('lift shop-*', 'U0ANA')).answer.kind).toBe('not-done')
  expect((await frozenUntil())!.name).toBe('incident')
  expect((await type('lift shop-* because solved', 'U0ELI')).answer.kind).toBe('freeze-lifted')
  expect(await frozenUntil()).toBeNull()
})

test('of two freezes with the same names, each is lifted by its id', async () => {
  const { type, services, frozenUntil } = typing()
  await type('freeze shop-* until 18:00 because one')
  await type('freeze shop-* until 19:00 because other')
  const said = (await type('lift shop-*')).text
  const ids = (await services.freezes.all()).flatMap((one) =>
    one.kind === 'freeze' ? shortFreezeId(one.freeze.id) : [],
  )
  expect(ids).toHaveLength(2)
  for (const id of ids) expect(said).toContain(id)
  await type(`lift ${ids[0]}`)
  expect(await frozenUntil()).not.toBeNull()
  await type(`lift ${ids[1]}`)
  expect(await frozenUntil()).toBeNull()
})

test('what a person would type stands apart from the words around it', async () => {
  const { type, slack } = typing()
  expect((await type('help')).text).toContain('What you can type:')
  expect(JSON.stringify(slack.answers[0]!.message.blocks)).toContain(
    '{"type":"text","text":"/greenlight lift shop-*","style":{"code":true}},{"type":"text","text":": the freeze ends now"}',
  )
})

test('the list has those that are in force', async () => {
  const { type, pass } = typing()
  expect((await type('freezes')).text).toContain('No freeze that was set in Slack is in force')
  await type('freeze shop-* until 18:00 because incident 4711')
  await type('freeze shop-web shop-api for 2d because migration')
  expect((await type('freezes', 'U0ANA')).text).toMatch(
    /2 freezes were set in Slack:.*shop-\* until.*“incident 4711”, by <@U0DANA>.*shop-web, shop-api/s,
  )
  pass(DAY)
  expect((await type('freezes')).text).toContain('1 freeze was set in Slack:')
})

test('one that cannot be read freezes every pipeline, and is said', async () => {
  const { type, services, frozenUntil } = typing()
  const because = 'a freeze that was set in Slack (freeze-1) cannot be read'
  services.freezes = { ...services.freezes, all: async () => [{ kind: 'unreadable', because }] }
  expect(await frozenUntil('shop-web')).toMatchObject({ until: null, unread: because })
  expect((await type('freezes')).text).toContain(because)
})

test('the channels of its routes are told once that it begins, and once that it is over', async () => {
  const { type, slack, services, tend, pass } = typing()
  await type('freeze shop-* until 18:00 because incident 4711')
  const freeze = await onlyFreeze(services)
  const said = () =>
    slack.messages.map(({ place, card }) => [place.channel, card.kind === 'freeze' ? card.notice.kind : ''])
  await tend(freeze.id)
  expect(said()).toEqual([
    ['C0RELEASES', 'freeze-begun'],
    ['C0STAGING', 'freeze-begun'],
  ])
  pass(9 * 60 * MINUTE)
  await tend(freeze.id)
  await tend(freeze.id)
  expect(said().slice(2)).toEqual([
    ['C0RELEASES', 'freeze-over'],
    ['C0STAGING', 'freeze-over'],
  ])
})

test('the audit record has each act in a chain of its own', async () => {
  const { type, services, entriesOf } = typing()
  await type('freeze shop-* until 18:00 because incident 4711')
  await type('lengthen shop-* until 20:00 because it takes longer')
  await type('lift shop-* because solved')
  const freeze = await onlyFreeze(services)
  const entries = await entriesOf(freeze.id)
  expect(entries.map(({ happened }) => happened.what)).toEqual([
    'freeze-set',
    'told',
    'told',
    'freeze-lengthened',
    'freeze-lifted',
    'told',
    'told',
  ])
  expect(entries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('the sweep tends a freeze that a crash left, and no freeze in vain', async () => {
  const { command, take, services, queued, tend } = typing()
  await take(command('freeze shop-* until 18:00 because incident'))
  const freeze = await onlyFreeze(services)
  const tended = () => queued.filter(({ due }) => due.effect.do === 'tend-freeze').length
  await sweep(services, [])
  expect(tended()).toBe(1)
  await tend(freeze.id)
  await sweep(services, [])
  expect(tended()).toBe(1)
})

test('the approvals that wait are looked at again, five a second', async () => {
  const { type, services, queued } = typing()
  for (let index = 0; index < 12; index++)
    await services.approvals.create({ ...approval(), id: String(index).padStart(32, '0') })
  await services.approvals.create({ ...approval(), id: 'a'.repeat(32), where: { ...WHERE, pipeline: 'lab' } })
  await type('freeze shop-* until 18:00 because incident')
  const looks = queued.filter(({ due }) => due.effect.do === 'check-approval')
  expect(looks.map(({ due: { beside = [] }, delaySeconds }) => [1 + beside.length, delaySeconds])).toEqual([
    [5, 0],
    [5, 1],
    [2, 2],
  ])
})
