import { readFileSync } from 'node:fs'
import { wholeInCi } from '../support/whole-in-ci.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { canonical } from '../../functions/domain/canonical.ts'
import { rendered } from '../support/memory/slack.ts'
import { ENUMERATED_BOTS } from './broken.ts'
import type { Explored } from './explore.ts'
import { explore } from './explore.ts'
import type { Limits } from './limits.ts'
import type { Outcome } from './runs.ts'
import { readIn, withoutWords } from './journal.ts'
import type { World } from './world.ts'
import type { Size } from './scenario.ts'
import { scenario } from './scenario.ts'
import { enumerate } from './enumerate.ts'
import type { Enumeration } from './sizes.ts'
import { ENUMERATIONS, nameOf } from './sizes.ts'

const sizes = ENUMERATIONS.filter(({ testedFor }) => testedFor !== undefined)
const ANA_AND_CHEN_FROM_A_DELIVERY = {
  ...ENUMERATIONS[0]!.size,
  deliveries: 1,
  people: { U0ANA: 'Approved', U0CHEN: 'Rejected' },
} as const
const cases = (all: readonly Enumeration[]): [string, Enumeration][] => all.map((one) => [nameOf(one), one])

/** By size: several tests compare one enumeration with others, which have the same ends. */
const foundAtRest = new Map<Size, Map<string, readonly string[]>>()
const enumerated = new Map<Enumeration, Promise<Explored>>()

const enumerateWith = (size: Size, limits: Limits): Promise<Explored> => {
  const found = foundAtRest.get(size) ?? new Map<string, readonly string[]>()
  foundAtRest.set(size, found)
  return enumerate(size, limits, {}, found)
}

const enumerateOnce = (one: Enumeration): Promise<Explored> => {
  const explored = enumerated.get(one) ?? enumerateWith(one.size, one.limits)
  enumerated.set(one, explored)
  return explored
}

test.each(wholeInCi(cases(sizes), cases(sizes).slice(0, 2)))(
  'no order breaks an invariant: %s',
  async (_, one) => {
    const { states, found, isWhole } = await enumerateOnce(one)
    expect(found).toEqual([])
    expect(isWhole).toBe(true)
    expect(states).toBeGreaterThanOrEqual(one.testedFor!)
  },
  300_000,
)

describe('the enumeration finds', () => {
  test.each(Object.entries(ENUMERATED_BOTS))(
    '%s',
    async (_, bot) => {
      for (const apart of [
        {},
        { fixedReadsApart: true },
        { alikeApart: true },
        { alikeApart: true, exchangesApart: true },
      ]) {
        const { found } = await enumerate(bot.size, { ...bot.limits, ...apart, until: bot.breaks }, bot)
        const violation = found.find(({ what }) => what.startsWith(`${bot.breaks}:`))
        expect(violation?.path.length).toBeGreaterThan(0)
      }
    },
    60_000,
  )
})

test('a change of a record as one step leads to the same ends as its read and its write apart', async () => {
  const size = { ...ENUMERATIONS[0]!.size, deliveries: 1, people: { U0ANA: 'Approved', U0BEN: 'Approved' } } as const
  const exploredWith = async (readsApart: boolean) => {
    const { world, actors } = await scenario(size)
    return explore(world, actors, { crashes: 0, readsApart }, { everywhere: [], atRest: async () => [] })
  }
  const [one, two] = [await exploredWith(false), await exploredWith(true)]
  expect(two.states).toBeGreaterThan(one.states)
  expect(two.endKeys).toEqual(one.endKeys)
}, 60_000)

const twice = cases(sizes.filter(({ testedFor }) => testedFor! < 10_000))
test.each(wholeInCi(twice, twice.slice(0, 1)))(
  'reads of what no other actor can write any more lead to the same ends wherever they land: %s',
  async (_, one) => {
    const [first, everywhere] = [
      await enumerateOnce(one),
      await enumerateWith(one.size, { ...one.limits, fixedReadsApart: true }),
    ]
    expect(everywhere.states).toBeGreaterThan(first.states)
    expect(everywhere.endKeys).toEqual(first.endKeys)
    expect(everywhere.found).toEqual(first.found)
  },
  120_000,
)

describe('positions from which a function does the same are one', () => {
  test.each(wholeInCi(twice, twice.slice(0, 1)))(
    'which leads to the same ends: %s',
    async (_, one) => {
      const merged = await enumerateOnce(one)
      const apart = await enumerateWith(one.size, { ...one.limits, alikeApart: true, exchangesApart: true })
      expect(merged.states).toBeLessThan(apart.states)
      expect(merged.endKeys).toEqual(apart.endKeys)
      expect(merged.found).toEqual(apart.found)
    },
    120_000,
  )

  const compared = [ANA_AND_CHEN_FROM_A_DELIVERY, ...twice.slice(0, 1).map(([, { size }]) => size)]
  test.each(wholeInCi(compared, compared.slice(1)).map((size) => [nameOf({ size, limits: { crashes: 0 } }), size]))(
    'and all of them compared in all states leave no fewer: %s',
    async (_, size) => {
      const some = await enumerateWith(size, { crashes: 0 })
      const all = await enumerateWith(size, { crashes: 0, isThorough: true })
      expect(all.compared).toBeGreaterThan(some.compared)
      expect(all.states).toBe(some.states)
      expect(all.endKeys).toEqual(some.endKeys)
    },
    120_000,
  )

  test('and those that are found to differ stay apart', async () => {
    const { begun, compared } = await enumerateWith(ANA_AND_CHEN_FROM_A_DELIVERY, { crashes: 0 })
    expect(begun).toBeGreaterThan(1)
    expect(compared).toBeGreaterThan(100)
  }, 60_000)
})

describe('states in which two actors that are alike are exchanged are one', () => {
  // Which of several reads lands first depends on the order of the actors.
  const limits = { crashes: 0, alikeApart: true, fixedReadsApart: true } as const
  const deliveries = ENUMERATIONS[0]!.size
  const exchangeable: readonly [string, Size, number][] = [
    ['two deliveries', { ...deliveries, people: { U0ANA: 'Approved' } }, 1.8],
    ['two people', { ...deliveries, deliveries: 1, people: { U0ANA: 'Approved', U0BEN: 'Approved' } }, 1.8],
    ['both, two by two', { ...deliveries, isAsked: true, people: { U0ANA: 'Approved', U0BEN: 'Approved' } }, 3.6],
  ]
  test.each(wholeInCi([...exchangeable], exchangeable.slice(0, 1)))(
    'and exactly one of each is left, with the same ends: %s',
    async (_, size, fewer) => {
      const [one, apart] = [
        await enumerateWith(size, limits),
        await enumerateWith(size, { ...limits, exchangesApart: true }),
      ]
      expect(apart.states / one.states).toBeGreaterThan(fewer)
      expect(apart.exchanged).toBe(one.states)
      expect(apart.endKeys).toEqual(one.endKeys)
      expect(apart.found).toEqual(one.found)
    },
    120_000,
  )
})

test('while clocks stand, what is left out leads to the same ends as all orders', async () => {
  const size = {
    ...ENUMERATIONS[0]!.size,
    isAsked: true,
    deliveries: 0,
    people: { U0ANA: 'Approved', U0CHEN: 'Rejected' },
    console: 'Rejected',
    timesOut: true,
  } as const
  const passing = await enumerateWith(size, { crashes: 0 })
  const standing = await enumerateWith(size, { crashes: 0, clocksStand: true })
  const apart = {
    crashes: 0,
    clocksStand: true,
    alikeApart: true,
    fixedReadsApart: true,
    exchangesApart: true,
  } as const
  const everywhere = await enumerateWith(size, apart)
  expect(standing.states).toBeLessThan(passing.states)
  expect(everywhere.states).toBeGreaterThan(standing.states)
  expect(everywhere.endKeys).toEqual(standing.endKeys)
  expect([everywhere.found, standing.found]).toEqual([[], []])
}, 60_000)

test('fingerprints of states in place of whole states lead to the same', async () => {
  const one = sizes[1]!
  const whole = await enumerateOnce(one)
  const fingerprints = await enumerateWith(one.size, { ...one.limits, asFingerprints: 0.0001 })
  expect(fingerprints).toEqual(whole)
}, 60_000)

test('a violation among fingerprints says where each actor stands', async () => {
  const bot = ENUMERATED_BOTS['a verdict that is sent before it is stored']!
  const { found } = await enumerate(bot.size, { ...bot.limits, asFingerprints: 1, until: bot.breaks }, bot)
  const violation = found.find(({ what }) => what.startsWith(`${bot.breaks}:`))
  expect(violation?.path).toHaveLength(4)
  expect(violation?.path[0]).toMatch(/^delivery 1: /)
}, 60_000)

test('an actor that writes what it was said never to write ends the enumeration', async () => {
  const { world, actors } = await scenario({ ...ENUMERATIONS[0]!.size, deliveries: 1 })
  const wrong = actors.map((actor) => ({ ...actor, writes: ['slack'] as const }))
  await expect(explore(world, wrong, { crashes: 0 }, { everywhere: [], atRest: async () => [] })).rejects.toThrow(
    'delivery 1 wrote approvals, and was to write only slack',
  )
})

test('a journal of which only the numbers are kept leads to the same ends as a whole one', async () => {
  const size = {
    ...ENUMERATIONS[0]!.size,
    isAsked: true,
    deliveries: 0,
    people: { U0ANA: 'Approved', U0CHEN: 'Rejected' },
  } as const
  const exploredWith = async (keepsEntries: boolean) => {
    const { world, actors } = await scenario(size, { keepsEntries })
    const ends = new Set<string>()
    const atRest = async (outcomes: readonly Outcome[], load: () => void) => {
      load()
      ends.add(canonical([withoutWordsIn(world), outcomes]))
      return []
    }
    const { states } = await explore(
      world,
      actors,
      // Ends of a beginning that was given up would be among them.
      { crashes: 1, alikeApart: true },
      { everywhere: [], atRest },
    )
    return { states, ends: [...ends].toSorted() }
  }
  const [numbers, whole] = [await exploredWith(false), await exploredWith(true)]
  expect(whole.states).toBeGreaterThan(numbers.states)
  expect(whole.ends).toEqual(numbers.ends)
}, 60_000)

/** What is shared, with a journal that has only the numbers of its entries. */
const withoutWordsIn = ({ approvals, executions, entries, recorded, announced, ...world }: World) => {
  const [approval] = approvals.all() as Approval[]
  const { id, journal } = approval!
  const filed = entries.entriesOf(id)
  const all = new Map([...filed, ...journal.unfiled].map((entry) => [entry.number, entry]))
  return {
    approval: { ...approval!, journal: withoutWords(journal) },
    filed: filed.map(({ number }) => number).toSorted((a, b) => a - b),
    recorded: (world.keepsEntries ? [...all.values()].map(readIn) : recorded).map(canonical).toSorted(),
    announced: announced.map(({ detail }) => canonical({ ...detail, record: detail.record.entries })).toSorted(),
    executions: executions.all(),
    slack: world.slack.messages.map(({ place, under, card }) => ({ place, under, shows: rendered(card) })),
    objections: world.objections,
    codePipeline: world.codePipeline,
    queue: world.queue.map(canonical).toSorted(),
  }
}

test('README.md names each broken bot, and the invariant that it breaks', () => {
  const readme = readFileSync(`${process.cwd()}/tests/enumeration/README.md`, 'utf8')
  const rows = [...readme.matchAll(/^\| (I\d+) +\| (.*?) +\|$/gm)].map(([, breaks, what]) => `${breaks} ${what}`)
  expect(rows).toEqual(Object.entries(ENUMERATED_BOTS).map(([what, { breaks }]) => `${breaks} ${what}`))
})
