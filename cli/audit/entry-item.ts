import { z } from 'zod'
import type { Entry } from '../../functions/domain/journal.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'

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

const text = z.string()
const actor = z.looseObject({ userId: text, teamId: text.nullish(), name: text.nullish(), email: text.nullish() })

/** As strict as the export needs; the hash covers everything that happened. */
const happened = z.looseObject({
  what: text,
  who: actor.optional(),
  /** The deciders' user IDs; of an approval in the AWS console, its ARN or null. */
  by: z.union([z.array(text), text]).nullish(),
  userId: text.nullish(),
  mentioned: z.union([z.array(text), z.looseObject({ members: z.number() })]).optional(),
})

/** The latest moment that a date can be. Epoch milliseconds. */
const LATEST = 8.64e15
const moment = z.int().min(0).max(LATEST)

const ENTRY = z.object({
  approval: text,
  number: z.int().positive(),
  at: moment,
  happened,
  previous: text,
  earlierUntil: moment,
  hash: text,
})

const WHERE = z.object({ accountId: text, region: text, pipeline: text, stage: text, action: text })

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
    flaws: more.length > 0 ? [`entry ${entry.data.number} has ${listed(more)}, which no entry has`] : [],
  }
}

const listed = (keys: readonly string[]): string =>
  new Intl.ListFormat('en').format(keys.map((key) => JSON.stringify(key.slice(0, 40))))
