import * as z from 'zod/mini'
import { storedEntries } from '../aws/entries.ts'
import type { Entry } from '../domain/journal.ts'
import type { StageAction } from '../domain/pipeline.ts'

/** An entry of the audit record as an item of the table holds it; a person with access to the table may have written it. */
export interface EntryItem {
  /** Null if the item holds no entry. Has the keys of an entry and no others. */
  entry: Entry | null
  where: StageAction | null
  /** Epoch seconds. */
  expireAt: number
  /** What is wrong with the item itself, in clauses. */
  flaws: string[]
}

const words = z.string()
const actor = z.looseObject({
  userId: words,
  teamId: z.nullish(words),
  name: z.nullish(words),
  email: z.nullish(words),
})

/** As strict as the export needs; the hash covers everything that happened. */
const happened = z.looseObject({
  what: words,
  who: z.optional(actor),
  /** The deciders' user IDs; of an approval in the AWS console, its ARN or null. */
  by: z.nullish(z.union([z.array(words), words])),
  userId: z.nullish(words),
  mentioned: z.optional(z.union([z.array(words), z.looseObject({ members: z.number() })])),
})

/** The latest moment that a date can be. Epoch milliseconds. */
const LATEST = 8.64e15
const date = z.int().check(z.minimum(0), z.maximum(LATEST))

const ENTRY = z.object({
  approval: words,
  number: z.int().check(z.positive()),
  at: date,
  happened,
  previous: words,
  earlierUntil: date,
  hash: words,
})

const WHERE = z.object({ accountId: words, region: words, pipeline: words, stage: words, action: words })

/**
 * The entries of an approval, from its items. Two functions that file at once may have filed an entry both in a shared item
 * and in one of its own: it counts once.
 */
export const readEntryItems = (items: readonly Record<string, unknown>[]): EntryItem[] => {
  const read = items.map(entriesOfItem)
  const known = new Set(read.map(([first]) => first?.entry?.hash))
  const isNew = ({ entry }: EntryItem): boolean => !entry || (!known.has(entry.hash) && !!known.add(entry.hash))
  return read.flatMap(([first, ...others]) => [...(first ? [first] : []), ...others.filter(isNew)])
}

const entriesOfItem = (item: Record<string, unknown>): EntryItem[] => {
  const expireAt = expiryOf(item)
  const { entries, where } = held(item)
  const place = WHERE.safeParse(where)
  const common = { where: place.success ? place.data : null, expireAt }
  return entries.map((given) => ({ ...common, ...readEntry(given, `the item ${String(item['sk'])}`) }))
}

/** Epoch seconds; Infinity for an item that does not expire. */
export const expiryOf = ({ expireAt }: Record<string, unknown>): number =>
  typeof expireAt === 'number' ? expireAt : Infinity

/** The entry, or null, and what is wrong with it, in clauses. `holder` has it. */
export const readEntry = (given: unknown, holder: string): Pick<EntryItem, 'entry' | 'flaws'> => {
  const entry = ENTRY.safeParse(given)
  if (!entry.success) return { entry: null, flaws: [`${holder} holds no entry`] }
  const more = Object.keys(given as object).filter((key) => !(key in ENTRY.shape))
  return {
    entry: entry.data as Entry,
    flaws: more.length > 0 ? [`entry ${entry.data.number} has ${namesOfKeys(more)}, which no entry has`] : [],
  }
}

/** An item that does not inflate, or to no entries, holds no entry. */
const held = (item: Record<string, unknown>): ReturnType<typeof storedEntries> => {
  try {
    const found = storedEntries(item)
    return found.entries.length > 0 ? found : { entries: [null] }
  } catch {
    return { entries: [null] }
  }
}

const namesOfKeys = (keys: readonly string[]): string =>
  new Intl.ListFormat('en').format(keys.map((key) => JSON.stringify(key.slice(0, 40))))
