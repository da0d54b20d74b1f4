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
  user: ({ happened }) => actorOf(happened)?.userId,
  team: ({ happened }) => actorOf(happened)?.teamId,
  name: ({ happened }) => actorOf(happened)?.name,
  email: ({ happened }) => actorOf(happened)?.email,
  from: ({ happened }) => actorOf(happened)?.from,
  verdict: ({ happened }) => ('verdict' in happened ? happened.verdict : null),
  comment: ({ happened }) => ('comment' in happened ? happened.comment : 'reason' in happened ? happened.reason : null),
  /** The whole entry as JSON, from which its hash is made. */
  happened: ({ happened }) => JSON.stringify(happened),
  at: ({ at }) => at,
  previous: ({ previous }) => previous,
  earlierUntil: ({ earlierUntil }) => earlierUntil,
  hash: ({ hash }) => hash,
}

/** The beginning of a text that a spreadsheet takes for a formula ("CSV Injection", OWASP). */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/u

/** A value for CSV (RFC 4180). A text that a spreadsheet would calculate gets an apostrophe in front. */
export const csvField = (value: string | number | null | undefined): string => {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const FORMATS: Record<'jsonl' | 'csv', Format> = {
  jsonl: { head: null, line: (entry) => JSON.stringify(entry) },
  csv: {
    head: Object.keys(COLUMNS).join(','),
    line: (entry) =>
      Object.values(COLUMNS)
        .map((column) => csvField(column(entry)))
        .join(','),
  },
}
