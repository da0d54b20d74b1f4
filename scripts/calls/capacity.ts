import { type Item, itemSize } from './item-size.ts'

/** The keys of each index in infra/bot.yml; all project keys alone, so an entry is far below 1 KB. */
const INDEXES = {
  due: ['dueShard', 'dueAt'],
  open: ['openIn', 'pk'],
  record: ['day', 'at'],
}

const entryIn = (item: Item | undefined, keys: string[]): string | null =>
  item && keys.every((key) => item[key]) ? JSON.stringify(keys.map((key) => item[key])) : null

const kindOf = ({ pk }: Item): string => KINDS[String(pk?.['S']).split('#')[0] ?? ''] ?? 'others'

const KINDS: Record<string, string> = { APPROVAL: 'approvals', EXECUTION: 'executions', RECORD: 'audit entries' }

/** Units for the item itself: one for each KB of the larger of both. A refused write costs them too. */
export const itemUnits = (after: Item, before: Item | undefined): [part: string, units: number] => {
  const size = Math.max(itemSize(after), before ? itemSize(before) : 0)
  return [kindOf(after), Math.ceil(size / 1024)]
}

/**
 * Write request units of a PutItem, by what they are for: those of the item, and for each index one to remove the old
 * entry and one to add the new one ("Global secondary indexes: read/write capacity considerations").
 */
export const writeUnits = (after: Item, before: Item | undefined): [part: string, units: number][] => [
  itemUnits(after, before),
  ...Object.entries(INDEXES).map(([name, keys]): [string, number] => {
    const [from, to] = [entryIn(before, keys), entryIn(after, keys)]
    return [`index ${name}`, from === to ? 0 : Number(from !== null) + Number(to !== null)]
  }),
]

/** Read request units: one for 4 KB read consistently, half otherwise; an empty result costs the least. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5)

/** DynamoDB charges so many bytes more for an item, and for an entry of an index ("DynamoDB item sizes and formats"). */
const AROUND_AN_ITEM = 100

/** The item, and its entries in the indexes: the keys alone. Bytes. */
export const keptBytes = (item: Item): number =>
  itemSize(item) +
  AROUND_AN_ITEM +
  Object.values(INDEXES)
    .filter((keys) => entryIn(item, keys) !== null)
    .reduce((sum, keys) => {
      const names = new Set(['pk', 'sk', ...keys])
      return sum + AROUND_AN_ITEM + itemSize(Object.fromEntries([...names].map((name) => [name, item[name] ?? {}])))
    }, 0)

/** How long an item is kept (functions/aws/table.ts). */
export const keptFor = (item: Item): string =>
  kindOf(item) === 'executions' ? 'DynamoDB bytes kept for 90 days' : 'DynamoDB bytes kept for 400 days'
