import { type Item, itemSize } from './item-size.ts'

/** The keys of each index in infra/bot.yml; all project keys alone, so an entry is far below 1 KB. */
const INDEXES = [
  ['dueShard', 'dueAt'],
  ['openIn', 'pk'],
  ['day', 'at'],
]

const entryIn = (item: Item | undefined, keys: string[]): string | null =>
  item && keys.every((key) => item[key]) ? JSON.stringify(keys.map((key) => item[key])) : null

/**
 * Write request units of a PutItem: one for each KB of the larger of both items, and for each index one to remove the
 * old entry and one to add the new one ("Global secondary indexes: read/write capacity considerations").
 */
export const writeUnits = (after: Item, before: Item | undefined): number => {
  const size = Math.max(itemSize(after), before ? itemSize(before) : 0)
  const moved = INDEXES.map((keys) => [entryIn(before, keys), entryIn(after, keys)] as const)
  const entries = moved.map(([from, to]) => (from === to ? 0 : Number(from !== null) + Number(to !== null)))
  return Math.ceil(size / 1024) + entries.reduce((sum, one) => sum + one, 0)
}

/** Read request units: one for 4 KB read consistently, half otherwise; an empty result costs the least. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5)
