import * as z from 'zod/mini'
import type { Entry } from '../domain/journal.ts'
import type { StageAction } from '../domain/pipeline.ts'

/** An item of the audit record as the table holds it; a person with access to the table may have written it. */
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

export const readEntryItem = (item: Record<string, unknown>): EntryItem => {
  const entry = ENTRY.safeParse(item['entry'])
  const where = WHERE.safeParse(item['where'])
  const expireAt = typeof item['expireAt'] === 'number' ? item['expireAt'] : Infinity
  const common = { where: where.success ? where.data : null, expireAt }
  if (!entry.success) return { ...common, entry: null, flaws: [`the item ${String(item['sk'])} holds no entry`] }
  const more = Object.keys(item['entry'] as object).filter((key) => !(key in ENTRY.shape))
  return {
    ...common,
    entry: entry.data as Entry,
    flaws: more.length > 0 ? [`entry ${entry.data.number} has ${namesOfKeys(more)}, which no entry has`] : [],
  }
}

const namesOfKeys = (keys: readonly string[]): string =>
  new Intl.ListFormat('en').format(keys.map((key) => JSON.stringify(key.slice(0, 40))))
