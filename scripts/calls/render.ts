import type { KeySpec } from '../../functions/aws/kms.ts'
import type { Counts } from './counts.ts'
import { CASES, PRICES, priceOf } from './prices.ts'

const COLUMNS = ['released', 'waiting', 'idle'] as const
const HEADINGS = ['what', 'a deployment', 'an hour of waiting', 'an idle hour']

/** A table in Markdown, without padding; all columns but the first are numbers. */
const table = (headings: string[], rows: string[][]): string =>
  [headings, ['---', ...headings.slice(1).map(() => '--:')], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** The tables of docs/cost.md, by subject. */
export const renderCounts = (counts: Counts): string => {
  const names = [...new Set(COLUMNS.flatMap((column) => [...counts[column].keys()]))].sort()
  const rows = names
    .map((name) => [name, ...COLUMNS.map((column) => String(Math.max(0, Math.round(counts[column].get(name) ?? 0))))])
    .filter(([, ...numbers]) => numbers.some((number) => number !== '0'))
  return table(HEADINGS, rows)
}

export const renderPriceList = (): string =>
  table(
    ['list price, us-east-1, November 2026', 'US dollars'],
    Object.entries(PRICES).map(([name, price]) => [name, String(price)]),
  )

export const renderBill = (counts: Counts, signingKey: KeySpec): string => {
  const cases = Object.values({ idle: 0, ...CASES }).map((releases) => priceOf(counts, releases, signingKey))
  const rows = Object.keys(cases[0] ?? {}).map((line) => [line, ...cases.map((bill) => dollars(bill[line] ?? 0))])
  const sums = cases.map((bill) => dollars(Object.values(bill).reduce((sum, one) => sum + one, 0)))
  return table(
    ['US dollars a month', 'idle', ...Object.keys(CASES)],
    [...rows, ['**together**', ...sums.map((sum) => `**${sum}**`)]],
  )
}

const dollars = (amount: number): string => amount.toFixed(2)

/** The counts in a table of renderCounts, with any padding. */
export const readCounts = (markdown: string): Counts => {
  const rows = markdown
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , ...numbers]) => numbers.length === 4 && /^\d+$/.test(numbers[0] ?? ''))
  const column = (index: number) => new Map(rows.map((cells) => [cells[1] ?? '', Number(cells[index])]))
  return { released: column(2), waiting: column(3), idle: column(4) }
}
