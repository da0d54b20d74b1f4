import { counted } from '../counted.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { utcMoment } from '../moment.ts'
import type { Terminal } from '../terminal.ts'
import { wantedEntries, type Wanted } from './filter.ts'
import type { FormatName } from '../formats.ts'
import { FORMATS } from './formats.ts'
import { logFlaws } from '../log/log-flaws.ts'
import { namedLog, type LogOptions } from '../log/named-log.ts'
import type { ReadLog } from '../log/read-log.ts'
import { progressTo } from '../progress.ts'
import { outputTo, type Output } from './output.ts'
import { NO_KEY_KNOWN, recordKeys } from './read-keys.ts'
import { recordTable, type RecordTable } from './record-table.ts'
import { exportedEntry, readRecord, readRecords, type ApprovalRecord, type ExportedEntry } from './record-reader.ts'
import { signatureFlaws, type AuditKeys } from './signature-flaws.ts'

export interface AuditOptions extends InstallationOptions, LogOptions, Wanted {
  from: string
  to?: string
  format: FormatName
  output?: string
  verifyOnly?: boolean
  table?: string
  /** ARNs of keys that signed before. */
  key?: string[]
  /** The id of an approval. */
  proof?: string
}

/** Writes the entries of the range, and says whether all of it is intact. @throws {Failure} if it is not. */
export const exportRecord = async (options: AuditOptions, terminal: Terminal): Promise<void> => {
  const from = utcMoment('--from', options.from)
  const to = options.to === undefined ? terminal.now() : utcMoment('--to', options.to)
  if (from >= to) throw wrongArgument('--from must be earlier than --to.')
  const source = await recordTable(options, terminal)
  const keys = await recordKeys(source, options)
  const log = await namedLog(options, source.connection)
  const output = await outputTo(options.output, terminal)
  const seen = await writeRecords({ ...source, keys }, output, { ...options, from, to, now: terminal.now() }, terminal)
    .catch(async (error: unknown) => {
      await output.discard()
      throw error
    })
    .finally(() => output.close())
  if (log) {
    for (const [id, record] of await missingFrom(source, log, terminal.now()))
      seen.failed.set(id, { ...record, flaws: [...new Set([...(seen.failed.get(id)?.flaws ?? []), ...record.flaws])] })
    const { size, root } = log.checkpoint
    terminal.warn(`Compared with the log: ${counted(size, 'entry', 'entries')}, root ${root}.`)
  }
  if (!keys) terminal.warn(NO_KEY_KNOWN)
  report(seen, terminal)
}

/** Every approval of which the log has what the record lacks. */
const missingFrom = async (
  { client, table }: RecordTable,
  { leaves }: ReadLog,
  now: number,
): Promise<Map<string, ApprovalRecord>> => {
  const found = new Map<string, ApprovalRecord>()
  for (const [id, logged] of Map.groupBy(leaves, ({ approval }) => approval)) {
    const record = await readRecord(client, table, id, now)
    const flaws = logFlaws(logged, record, now)
    if (flaws.length > 0) found.set(id, { ...record, flaws })
  }
  return found
}

interface Seen {
  entries: number
  approvals: Set<string>
  failed: Map<string, ApprovalRecord>
}

interface Range extends Wanted {
  from: number
  to: number
  now: number
  format: FormatName
  verifyOnly?: boolean
}

const writeRecords = async (
  { client, table, keys }: RecordTable & { keys: AuditKeys | null },
  output: Output,
  range: Range,
  terminal: Terminal,
): Promise<Seen> => {
  const progress = progressTo(terminal)
  const seen: Seen = { entries: 0, approvals: new Set(), failed: new Map() }
  const format = FORMATS[range.format]
  const write = async (line: string) => {
    if (!range.verifyOnly) await output.write(line)
  }
  if (format.head !== null) await write(format.head)
  for await (const day of readRecords(client, table, range)) {
    const entries = entriesOfDay(day, range)
    for (const entry of entries) await write(format.line(entry))
    seen.entries += entries.length
    progress(() => `${counted(seen.entries, 'entry', 'entries')} until ${new Date(day.to).toISOString().slice(0, 10)}`)
    for (const record of day.records) {
      seen.approvals.add(record.approval)
      const forged = keys ? signatureFlaws(record.approval, record.entries, keys) : []
      const flaws = [...record.flaws, ...forged]
      if (flaws.length > 0) seen.failed.set(record.approval, { ...record, flaws })
    }
  }
  return seen
}

/** In the order of time; at one moment, in the order of approvals and of their entries. */
const entriesOfDay = (
  { from, to, records }: { from: number; to: number; records: ApprovalRecord[] },
  wanted: Wanted,
): ExportedEntry[] =>
  records
    .flatMap((record) =>
      wantedEntries(record, wanted)
        .filter(({ at }) => at >= from && at < to)
        .map((entry) => exportedEntry(record, entry)),
    )
    .sort((a, b) => a.at - b.at || compare(a.approval, b.approval) || a.number - b.number)

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a !== b))

/** On the error output, so that the entries alone are on the standard output. @throws {Failure} */
const report = ({ entries, approvals, failed }: Seen, terminal: Terminal): void => {
  const size = `${counted(entries, 'entry', 'entries')} of ${counted(approvals.size, 'approval', 'approvals')}`
  if (failed.size === 0) return terminal.warn(`${size}: every approval passed verification.`)
  throw new Failure(
    [`${size}: ${failed.size} failed verification.`, ...[...failed.values()].flatMap(linesOf)].join('\n'),
  )
}

const linesOf = ({ approval, where, flaws }: ApprovalRecord): string[] => {
  const place = where ? ` (${where.pipeline}, ${where.stage} in ${where.accountId} ${where.region})` : ''
  return [`  approval ${approval}${place}`, ...flaws.map((flaw) => `    ${flaw}`)]
}
