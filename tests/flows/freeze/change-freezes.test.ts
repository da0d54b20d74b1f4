import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { TypedCommand } from '../../../functions/domain/command.ts'
import { commandIn } from '../../../functions/domain/command.ts'
import type { Freeze, StoredFreeze } from '../../../functions/domain/freeze.ts'
import { shortFreezeId } from '../../../functions/domain/freeze.ts'
import { lengthenFreeze, liftFreeze, setFreeze } from '../../../functions/flows/freeze/change-freezes.ts'
import type { CommandAnswer } from '../../../functions/ports/cards.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, SECOND, START } from '../../support/records.ts'
import { typist } from '../../support/typist.ts'

const CONFIGURATION = `
defaults: { approvals: C0RELEASES, may: { freeze: { people: [U0DANA, U0ELI] } } }
routes:
  - match: { pipeline: docs-* }
    approvers: [{ name: writers, people: [U0ANA] }]
    may: none
  - match: { pipeline: lab }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { freeze: { groups: [S0GONE, S0LOST] } }
  - match: { pipeline: shop-* }
    approvers: [{ name: engineers, people: [U0ANA, U0DANA] }]
`

/** A bot whose people freeze pipelines. */
const typing = () => {
  const bot = botInMemory()
  const read = readConfiguration(CONFIGURATION)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const services = { ...bot.services, configuration: configurationFrom(read.configuration) }
  const command = typist(services.clock)
  const deliver = (one: TypedCommand): Promise<CommandAnswer> => {
    const typist = { who: one.who, zone: 'UTC' }
    const said = commandIn(one.text)
    if (said.do === 'freeze') return setFreeze(services, one, typist, said)
    if (said.do === 'lengthen') return lengthenFreeze(services, one, typist, said)
    if (said.do === 'lift') return liftFreeze(services, one, typist, said)
    throw new Error(one.text)
  }
  const type = (...given: Parameters<typeof command>) => deliver(command(...given))
  const set = async (...given: Parameters<typeof command>): Promise<Freeze> => {
    const answer = await type(...given)
    if (answer.kind !== 'freeze-set') throw new Error(JSON.stringify(answer))
    return answer.freeze
  }
  const stored = async ({ id }: Freeze) => (await services.freezes.read(id))!
  return { ...bot, services, command, deliver, type, set, stored }
}

const TIME_FORMS = 'until 18:00, until Mon 08:00, until tomorrow 08:00, until 2026-12-01 08:00 or for 2h'
const REASON_TOO_LONG = 'A reason has at most 150 characters.'
const TOO_LONG = 'A freeze from Slack lasts at most 31 days. A longer one belongs in greenlight.yml.'
const names = (count: number) => Array.from({ length: count }, (_, index) => `shop-${index}`).join(' ')
const WHO_MAY = 'Its setting “may: { freeze: … }” says who may.'

test.each([
  ['freeze for 1h because x', 'Say which pipelines: a name, or a pattern such as shop-*.'],
  [`freeze ${names(11)} for 1h because x`, 'Name at most 10 pipelines or patterns.'],
  [
    `freeze ${'/'.repeat(61)} for 1h because x`,
    `“${'/'.repeat(60)}” is no name of pipelines: a name has letters, digits and . @ _ -, and a pattern also * and ?.`,
  ],
  ['freeze shop-* for 1h', 'Say why you freeze: because …'],
  [`freeze shop-* for 1h because ${'x'.repeat(151)}`, REASON_TOO_LONG],
  ['freeze shop-* because x', `Say until when, such as ${TIME_FORMS}.`],
  [`freeze shop-* until ${'x'.repeat(61)} because x`, `“until ${'x'.repeat(60)}” is no time. Write ${TIME_FORMS}.`],
  ['freeze shop-* until 2026-11-23 09:30 because x', 'That time has passed already.'],
  ['freeze shop-* for 32d because x', TOO_LONG],
  ['freeze nothing for 1h because x', 'No route of greenlight.yml matches such a pipeline: nothing would be frozen.'],
  ['freeze docs-a for 1h because x', `No one may do this on routes.0 (docs-*) of greenlight.yml. ${WHO_MAY}`],
  [
    'freeze lab for 1h because x',
    'Greenlight cannot tell whether you may do this on routes.1 (lab): Slack has no user group S0GONE; Slack has no user group S0LOST.',
  ],
  ['lengthen shop-* for 2h because x', 'No freeze is in force for shop-*. /greenlight freezes lists those that are.'],
  ['lift shop-a shop-b', 'No freeze is in force for shop-a, shop-b. /greenlight freezes lists those that are.'],
  ['lift', 'Name the freeze as /greenlight freezes lists it.'],
])('%s: nothing is done, and a sentence says why', async (text, because) => {
  const { type, services, counted } = typing()
  expect(await type(text)).toEqual({ kind: 'not-done', because })
  expect(await services.freezes.all()).toEqual([])
  expect(counted).toEqual([])
})

test('who may not do it is told who may', async () => {
  const { type } = typing()
  expect(await type('freeze shop-* for 1h because x', 'U0ANA')).toEqual({
    kind: 'not-done',
    because: `You may not do this on routes.2 (shop-*) of greenlight.yml. These people may: DANA, ELI. ${WHO_MAY}`,
  })
})

test.each([
  [`freeze ${names(10)} for 1m because x`, START + MINUTE],
  [`freeze shop-* for 31d because ${'x'.repeat(150)}`, START + 31 * DAY],
])('%s is as much as a person can freeze, and counted', async (text, until) => {
  const { set, counted } = typing()
  expect(await set(text)).toMatchObject({ from: START, until, channels: ['C0RELEASES'] })
  expect(counted).toEqual(['FreezeSet'])
})

test('a freeze ends with the minute that the person means', async () => {
  const { set, pass } = typing()
  pass(SECOND)
  expect((await set('freeze shop-* for 1h because x')).until).toBe(START + 61 * MINUTE)
})

test('a freeze that the table does not hold is not said to be set', async () => {
  const { type, services, counted } = typing()
  services.freezes = { ...services.freezes, create: async () => false }
  expect(await type('freeze shop-* for 1h because x')).toEqual({
    kind: 'not-done',
    because: 'The freeze was not stored.',
  })
  expect(counted).toEqual([])
})

test.each([
  ['lengthen shop-* until 2026-11-23 09:30', 'That time has passed already.'],
  ['lengthen shop-* for 1m', 'It lasts longer already. To end it sooner, lift it.'],
  ['lengthen shop-* for 32d', TOO_LONG],
  ['lengthen shop-*', `Say until when, such as ${TIME_FORMS}.`],
  [`lengthen shop-* for 2h because ${'x'.repeat(151)}`, REASON_TOO_LONG],
  [`lift shop-* because ${'x'.repeat(151)}`, REASON_TOO_LONG],
])('%s: the freeze stays as it is, and a sentence says why', async (text, because) => {
  const { type, set, stored, counted } = typing()
  const freeze = await set('freeze shop-* for 1h because x')
  expect(await type(text)).toEqual({ kind: 'not-done', because })
  expect(await stored(freeze)).toEqual(freeze)
  expect(counted).toEqual(['FreezeSet'])
})

test('a freeze that is lengthened twice to the same end is lengthened once', async () => {
  const { type, set, stored, counted } = typing()
  const freeze = await set('freeze shop-* for 1h because x')
  const reason = 'x'.repeat(150)
  for (let count = 0; count < 2; count++)
    expect(await type(`lengthen shop-* until 11:30 because ${reason}`)).toMatchObject({
      kind: 'freeze-lengthened',
      freeze: { until: START + 120 * MINUTE, acts: 2 },
    })
  expect((await stored(freeze)).journal.count).toBe(2)
  expect(counted).toEqual(['FreezeSet', 'FreezeSet'])
})

test.each([
  ['shop-a shop-b', 'shop-b shop-a'],
  ['shop-b shop-a', 'shop-a shop-b'],
])('a freeze of %s is lifted as %s, and counted', async (patterns, named) => {
  const { type, set, counted } = typing()
  await set(`freeze ${patterns} for 1h because x`)
  const reason = 'x'.repeat(150)
  expect(await type(`lift ${named} because ${reason}`)).toMatchObject({
    kind: 'freeze-lifted',
    freeze: { lifted: { userId: 'U0DANA', at: START, reason } },
  })
  expect(counted).toEqual(['FreezeSet', 'FreezeLifted'])
})

test('two freezes of the same names are told apart by their ids', async () => {
  const { type, set } = typing()
  const ids = [await set('freeze shop-* for 1h because x'), await set('freeze shop-* for 2h because y')].map(({ id }) =>
    shortFreezeId(id),
  )
  expect(await type('lift shop-*')).toEqual({
    kind: 'not-done',
    because: `2 freezes have these names. Name one by its id: ${ids.join(', ')}.`,
  })
  expect(await type(`lift ${ids[0]} ${ids[1]}`)).toMatchObject({
    because: expect.stringMatching(/^No freeze is in force for/) as string,
  })
})

test('which freeze is meant cannot be told if one cannot be read', async () => {
  const { type, services } = typing()
  const because = 'the table does not answer'
  services.freezes = { ...services.freezes, all: async () => [{ kind: 'unreadable', because }] }
  expect(await type('lift shop-*')).toEqual({
    kind: 'not-done',
    because: `Greenlight cannot tell which freeze this is: ${because}.`,
  })
})

test.each(['lift shop-*', 'lengthen shop-* for 2h'])(
  '%s: is tried again if the table does not answer',
  async (text) => {
    const { command, deliver, set, services, pass } = typing()
    await set('freeze shop-* for 1h because x')
    const { freezes } = services
    const silent: StoredFreeze = { kind: 'unreadable', because: 'the table does not answer', mayPass: true }
    const one = command(text)
    services.freezes = { ...freezes, all: async () => [silent] }
    await expect(deliver(one)).rejects.toThrow('the table does not answer')
    services.freezes = freezes
    const first = await deliver(one)
    pass(SECOND)
    expect(await deliver(one)).toEqual(first)
  },
)

test.each(['lift shop-*', 'lengthen shop-* for 2h'])(
  '%s: one command that two functions have at once is done once, and both say so',
  async (text) => {
    const { command, deliver, set, stored, services } = typing()
    const freeze = await set('freeze shop-* for 1h because x')
    const one = command(text)
    const { sign } = services.signatures
    const answers: CommandAnswer[] = []
    services.signatures = {
      ...services.signatures,
      sign: async (statement) => {
        services.signatures = { ...services.signatures, sign }
        answers.push(await deliver(one))
        return sign(statement)
      },
    }
    answers.push(await deliver(one))
    expect(answers[0]).toMatchObject({ freeze: { acts: 2 } })
    expect(answers[1]).toEqual(answers[0])
    expect((await stored(freeze)).journal.count).toBe(2)
  },
)

test('without a route that says who may, a freeze ends by itself', async () => {
  const { type, set, services } = typing()
  await set('freeze shop-* for 1h because x')
  services.configuration = { ...services.configuration, routesTouching: () => [] }
  expect(await type('lift shop-*')).toEqual({
    kind: 'not-done',
    because: 'No route of greenlight.yml says who may do this. The freeze ends by itself.',
  })
})

test.each(['lengthened', 'over'])('a freeze that is %s meanwhile is not lifted', async (how) => {
  const { type, set, stored, services, pass, counted } = typing()
  const freeze = await set('freeze shop-* for 1h because x')
  const { sign } = services.signatures
  let isFirst = true
  services.signatures = {
    ...services.signatures,
    sign: async (statement) => {
      if (isFirst && how === 'lengthened') {
        isFirst = false
        await type('lengthen shop-* for 2h', 'U0ELI')
      }
      return sign(statement)
    },
  }
  const { routesTouching } = services.configuration
  services.configuration = {
    ...services.configuration,
    routesTouching: (patterns) => {
      if (how === 'over') pass(60 * MINUTE)
      return routesTouching(patterns)
    },
  }
  expect(await type('lift shop-*')).toEqual({
    kind: 'not-done',
    because: 'The freeze was changed at the same moment. Look at /greenlight freezes, and try again.',
  })
  expect((await stored(freeze)).lifted).toBeUndefined()
  expect(counted).not.toContain('FreezeLifted')
})
