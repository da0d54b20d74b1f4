import type { ExportedEntry } from './record-reader.ts'
import { actorOf } from './filter.ts'

/** How entries are written: a first line, then a line for each entry. */
export interface Format {
  head: string | null
  line(entry: ExportedEntry): string
}

const COLUMNS: Record<string, (entry: ExportedEntry) => string | number | null | undefined> = {
  time: ({ time }) => time,
  account: ({ account }) => account,
  region: ({ region }) => region,
  pipeline: ({ pipeline }) => pipeline,
  stage: ({ stage }) => stage,
  action: ({ action }) => action,
  approval: ({ approval }) => approval,
  number: ({ number }) => number,
  what: ({ happened }) => happened.what,
  user: ({ happened }) => ('userId' in happened ? happened.userId : actorOf(happened)?.userId),
  team: ({ happened }) => actorOf(happened)?.teamId,
  name: ({ happened }) => actorOf(happened)?.name,
  email: ({ happened }) => actorOf(happened)?.email,
  from: ({ happened }) => actorOf(happened)?.from,
  verdict: ({ happened }) => ('verdict' in happened ? happened.verdict : null),
  comment: ({ happened }) => ('comment' in happened ? happened.comment : 'reason' in happened ? happened.reason : null),
  /** The whole entry as JSON, from which its hash is made. */
  happened: ({ happened }) => inertJson(happened),
  at: ({ at }) => at,
  previous: ({ previous }) => previous,
  earlierUntil: ({ earlierUntil }) => earlierUntil,
  hash: ({ hash }) => hash,
}

/**
 * Characters with which a formula may begin in a spreadsheet ("CSV Injection", OWASP): at the start of a text, or after
 * a character that the spreadsheet may use to separate cells.
 */
const FORMULA = /((?:^|[;\t\r\n])[\s\0"']*)(?=[=+\-@＝＋－＠])/gu
const BEFORE_CELL = /^[\t\r\n]/

/** A value for CSV (RFC 4180). A text that a spreadsheet would calculate gets an apostrophe in front. */
export const csvField = (value: string | number | null | undefined): string => {
  const text = String(value ?? '')
  if (typeof value !== 'string') return text
  const inert = text.replaceAll(FORMULA, "$1'")
  const safe = inert === text && BEFORE_CELL.test(text) ? `'${text}` : inert
  return /[",;\t\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** JSON with the same content, in which only the comma can separate cells. */
const inertJson = (value: unknown): string => JSON.stringify(value).replaceAll(';', String.raw`\u003b`)

/** CSV with these columns: the name of each, and its value for a row. */
export const csvOf = <Row>(columns: Readonly<Record<string, (row: Row) => string | number | null | undefined>>) => ({
  head: Object.keys(columns).join(','),
  line: (row: Row): string =>
    Object.values(columns)
      .map((column) => csvField(column(row)))
      .join(','),
})

export const FORMATS: Record<'jsonl' | 'csv', Format> = {
  jsonl: { head: null, line: (entry) => JSON.stringify(entry) },
  csv: csvOf(COLUMNS),
}
