export const FORMAT_NAMES = ['jsonl', 'csv'] as const
export type FormatName = (typeof FORMAT_NAMES)[number]

/** How rows are written: a first line, then a line for each. */
export interface Format<Row> {
  head: string | null
  line(row: Row): string
}

/** The columns of a CSV, by name, and the value of each for a row. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | number | null | undefined>>

/** The formats in which a command writes its rows. JSON has each row as it is. */
export const formatsOf = <Row>(columns: Columns<Row>): Record<FormatName, Format<Row>> => ({
  jsonl: { head: null, line: (row) => JSON.stringify(row) },
  csv: {
    head: Object.keys(columns).join(','),
    line: (row) =>
      Object.values(columns)
        .map((column) => csvField(column(row)))
        .join(','),
  },
})

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
