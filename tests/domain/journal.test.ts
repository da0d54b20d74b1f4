import fc from 'fast-check'
import { flaws as flawsAt } from '../../functions/record/flaws.ts'
import type { Entry, Happening, Journal, NewEntry } from '../../functions/domain/journal.ts'
import { GENESIS, emptyJournal, filed, hashOf, toFile, written } from '../../functions/domain/journal.ts'
import { canonical } from '../../functions/domain/canonical.ts'
import { DAY, MINUTE, START, actor, inAnotherOrder } from '../support/records.ts'
import { anyCharacter } from '../support/any-character.ts'

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant('withdrawn' as const), who: fc.constantFrom('U0ANA', 'U0BEN').map((id) => actor(id)) }),
  fc.record({ what: fc.constant('announced' as const), event: fc.string({ unit: anyCharacter }) }),
)

const WEEK = 7 * DAY
/** Kept for a week. */
const entry = (at: number, happened: Happening): NewEntry => ({ approval: 'a', at, happened, keptUntil: at + WEEK })

const kept = (happenings: readonly Happening[]): Journal =>
  happenings.reduce((so, one, index) => written(so, entry(START + index * MINUTE, one)), emptyJournal)

/** What verification finds, while all entries are kept. */
const flaws = (entries: readonly Entry[], journal: Journal | null): string[] => flawsAt(entries, journal, START)

/** A journal of some entries, the index of one of them, and a fault of that entry. */
const journals = fc
  .array(happening, { minLength: 1, maxLength: 8 })
  .map(kept)
  .chain((journal) => fc.record({ journal: fc.constant(journal), at: fc.nat({ max: journal.count - 1 }) }))

describe('a journal', () => {
  test('numbers its entries from one, each with the hash of the one before', () => {
    const { unfiled, count, head } = kept([
      { what: 'announced', event: 'a' },
      { what: 'announced', event: 'b' },
    ])
    expect(unfiled.map(({ number, previous }) => [number, previous])).toEqual([
      [1, GENESIS],
      [2, unfiled[0]!.hash],
    ])
    expect([count, head]).toEqual([2, unfiled[1]!.hash])
    expect(unfiled[0]!.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(GENESIS).toMatch(/^0{64}$/)
  })

  test.each<[keyof Entry, unknown]>([
    ['approval', 'b'],
    ['number', 2],
    ['at', 0],
    ['happened', { what: 'announced', event: 'b' }],
    ['previous', 'f'.repeat(64)],
    ['earlierUntil', 1],
  ])('has the %s of an entry in its hash', (field, other) => {
    const [first] = kept([{ what: 'announced', event: 'a' }]).unfiled
    expect(hashOf({ ...first! })).toBe(first!.hash)
    expect(hashOf({ ...first!, [field]: other })).not.toBe(first!.hash)
  })

  test('passes verification in whatever order its entries and their keys are read', () => {
    fc.assert(
      fc.property(journals, ({ journal }) => {
        expect(flaws(journal.unfiled, journal)).toEqual([])
        expect(flaws(inAnotherOrder(journal.unfiled).toReversed(), journal)).toEqual([])
        expect(flaws(filed(journal, 2).unfiled, null).length > 0).toBe(journal.count > 2)
      }),
    )
  })

  test('keeps its hashes when a table stores it', () => {
    const through = <T>(value: T): T =>
      JSON.parse(new TextDecoder().decode(new TextEncoder().encode(JSON.stringify(value)))) as T
    // DynamoDB's client writes UTF-8, which has no half characters.
    const asBytes = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))
    const cut = kept([{ what: 'announced', event: '👩'.slice(0, 1) }])
    const read: Entry = {
      ...through(cut.unfiled[0]!),
      happened: { what: 'announced', event: asBytes('👩'.slice(0, 1)) },
    }
    expect(flaws([read], cut)).toEqual([])
  })

  test('forgets entries that are filed, and continues to count', () => {
    const journal = filed(
      kept([
        { what: 'announced', event: 'a' },
        { what: 'announced', event: 'b' },
      ]),
      1,
    )
    expect(journal.unfiled.map(({ number }) => number)).toEqual([2])
    expect(written(journal, entry(START, { what: 'announced', event: 'c' })).count).toBe(3)
  })
})

describe('a journal whose early entries have expired', () => {
  test('says until when each entry is kept; none is kept for less time than those before it', () => {
    const late = kept(['a', 'b', 'c'].map((event) => ({ what: 'announced', event }) as const))
    const journal = written(late, { ...entry(START, { what: 'announced', event: 'd' }), keptUntil: START })
    const until = [0, 1, 2, 2].map((minutes) => START + minutes * MINUTE + WEEK)
    expect(toFile(journal).map(({ keptUntil }) => keptUntil)).toEqual(until)
    expect(toFile(filed(journal, 2)).map(({ keptUntil }) => keptUntil)).toEqual(until.slice(2))
    expect(journal.unfiled.map(({ earlierUntil }) => earlierUntil)).toEqual([0, ...until.slice(0, 3)])
  })

  test('passes verification from the moment of expiry on, and not before', () => {
    fc.assert(
      fc.property(journals, ({ journal, at }) => {
        fc.pre(at > 0)
        const left = journal.unfiled.slice(at)
        const gone = START + (at - 1) * MINUTE + WEEK
        expect(flawsAt(left, journal, gone)).toEqual([])
        expect(flawsAt(left, journal, gone - 1)).toEqual([`entries 1 to ${at} are missing`])
      }),
    )
  })

  test('fails verification without its last entry, or if a remaining entry was altered to excuse the gap', () => {
    fc.assert(
      fc.property(journals, ({ journal, at }) => {
        fc.pre(at > 0)
        const long = START + 100 * WEEK
        expect(flawsAt(journal.unfiled.slice(0, at), journal, long)).not.toEqual([])
        expect(flawsAt([], journal, long)).not.toEqual([])
        const [first, ...others] = journal.unfiled.slice(at) as [Entry, ...Entry[]]
        const forged = { ...first, earlierUntil: 1 }
        expect(flaws([forged, ...others], journal)).not.toEqual([])
        expect(flaws([{ ...forged, hash: hashOf(forged) }, ...others], journal)).not.toEqual([])
      }),
    )
  })
})

describe('verification finds each alteration:', () => {
  type Alteration = (entries: readonly Entry[], at: number) => Entry[]
  const resealed = (entry: Entry): Entry => ({ ...entry, hash: hashOf(entry) })
  const ALTERATIONS: Record<string, Alteration> = {
    'an entry is altered': (entries, at) => entries.with(at, { ...entries[at]!, at: entries[at]!.at + 1 }),
    'an entry is altered, and its hash computed again': (entries, at) =>
      entries.with(at, resealed({ ...entries[at]!, happened: { what: 'announced', event: 'never so' } })),
    'an entry is removed': (entries, at) => entries.toSpliced(at, 1),
    'an entry is removed, and the others renumbered': (entries, at) =>
      entries.toSpliced(at, 1).map((entry, index) => resealed({ ...entry, number: index + 1 })),
    'an entry is inserted': (entries, at) =>
      entries.toSpliced(at, 0, resealed({ ...entries[at]!, happened: { what: 'announced', event: 'slipped in' } })),
    'an entry is there twice': (entries, at) => entries.toSpliced(at, 0, entries[at]!),
    'the last entries are removed': (entries, at) => entries.slice(0, at),
    'all is rewritten with another first entry': (entries) =>
      entries.reduce<Journal>((so, { at, happened }) => written(so, entry(at + 1, happened)), emptyJournal).unfiled,
    'an entry is appended': (entries) => [
      ...entries,
      resealed({ ...entries.at(-1)!, number: entries.length + 1, previous: entries.at(-1)!.hash }),
    ],
  }

  test.each(Object.keys(ALTERATIONS))('%s', (what) => {
    fc.assert(
      fc.property(journals, ({ journal, at }) => {
        expect(flaws(ALTERATIONS[what]!(journal.unfiled, at), journal)).not.toEqual([])
      }),
    )
  })

  test('two entries that change places', () => {
    fc.assert(
      fc.property(journals, ({ journal }) => {
        fc.pre(journal.count > 1)
        const [first, second, ...others] = journal.unfiled as [Entry, Entry, ...Entry[]]
        expect(flaws([{ ...second, number: 1 }, { ...first, number: 2 }, ...others], journal)).not.toEqual([])
      }),
    )
  })

  test('also if the approval itself is missing, except for entries missing at the end', () => {
    fc.assert(
      fc.property(journals, ({ journal, at }) => {
        expect(flaws(journal.unfiled.slice(0, at), null)).toEqual([])
        if (at < journal.count - 1) expect(flaws(journal.unfiled.toSpliced(at, 1), null)).not.toEqual([])
      }),
    )
  })

  test('and the sentence names the entry', () => {
    const journal = kept(['a', 'b', 'c', 'd'].map((event) => ({ what: 'announced', event }) as const))
    const [one, two, three, four] = journal.unfiled as [Entry, Entry, Entry, Entry]
    expect(flaws([one, four], journal)).toContain('entries 2 to 3 are missing')
    expect(flaws([one, two], journal)).toEqual(['entries 3 to 4 are missing'])
    expect(flaws([one, { ...two, at: 0 }, three, four], journal)).toEqual(['entry 2 was altered'])
    expect(flaws([one, two, two, three, four], journal)).toContain('entry 2 exists twice')
  })
})

test('canonical JSON is the same for equal values, and different for different ones', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(canonical(inAnotherOrder(value))).toBe(canonical(value))))
  expect(canonical({ a: 1, b: [2, { d: 3, c: 4 }] })).toBe('{"a":1,"b":[2,{"c":4,"d":3}]}')
  expect(canonical({ a: 1 })).not.toBe(canonical({ a: '1' }))
})
