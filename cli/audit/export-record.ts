import { readRecord } from '../../functions/record/record-reader.ts'
import { logFlaws } from '../../functions/record/log-flaws.ts'
import { counted } from '../counted.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { FormatName } from '../formats.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { namedLog, type LogOptions } from '../log/named-log.ts'
import type { ReadLog } from '../log/read-log.ts'
import { utcMoment } from '../moment.ts'
import { progressTo } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Examination, Examined } from './examine-approvals.ts'
import { examineParts } from './examine-parts.ts'
import { openExaminers, type Examiners } from './examiners.ts'
import type { Wanted } from './filter.ts'
import { FORMATS } from './formats.ts'
import { outputTo, type Output } from './output.ts'
import { NO_KEY_KNOWN, recordKeys } from './read-keys.ts'
import { recordTable, type RecordTable } from './record-table.ts'

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
  const [from, now] = [utcMoment('--from', options.from), terminal.now()]
  const to = options.to === undefined ? now : utcMoment('--to', options.to)
  if (from >= to) throw wrongArgument('--from must be earlier than --to.')
  const source = await recordTable(options, terminal)
  const keys = await recordKeys(source, options)
  const log = await namedLog(options, source.connection)
  const output = await outputTo(options.output, terminal)
  const { connection, table } = source
  const { pipeline, person, format, verifyOnly } = options
  const wanted = { ...(pipeline !== undefined && { pipeline }), ...(person !== undefined && { person }) }
  const examination = { connection, table, keys, from, now, format, verifyOnly: verifyOnly ?? false, ...wanted }
  const examiners = openExaminers(examination)
  const seen = await writeEntries(source, examiners, output, { ...examination, to }, terminal)
    .catch(async (error: unknown) => {
      await output.discard()
      throw error
    })
    .finally(() => Promise.all([output.close(), examiners.close()]))
  if (log) {
    await compareWithLog(source, log, seen, terminal)
    const { size, root } = log.state.checkpoint
    terminal.warn(`Compared with the log: ${counted(size, 'entry', 'entries')}, root ${root}.`)
    if (log.copies > 0)
      terminal.warn(
        `The log keeps ${counted(log.copies, 'entry', 'entries')} as they were written, in ${options.log}/entries.*.jsonl.`,
      )
  }
  if (!keys) terminal.warn(NO_KEY_KNOWN)
  report(seen, terminal)
}

/** What an approval failed by, and where it is. */
type Failed = Pick<Examined, 'where' | 'flaws'>

interface Seen {
  entries: number
  /** Approvals without a flaw. */
  intact: number
  failed: Map<string, Failed>
  /** What is to be said of overrides that no one confirmed in time, by approval. */
  unconfirmed: Map<string, string>
}

/** Adds every approval of which the log has what the record lacks. */
const compareWithLog = async (
  { client, table }: RecordTable,
  log: ReadLog,
  { failed }: Seen,
  terminal: Terminal,
): Promise<void> => {
  const [now, progress] = [terminal.now(), progressTo(terminal)]
  let compared = 0
  for await (const leaves of log.leaves()) {
    for (const [id, logged] of Map.groupBy(leaves, ({ approval }) => approval)) {
      const record = await readRecord(client, table, id, now)
      const flaws = logFlaws(logged, record, now)
      if (flaws.length > 0)
        failed.set(id, { where: record.where, flaws: [...new Set([...(failed.get(id)?.flaws ?? []), ...flaws])] })
      compared += logged.length
      progress(() => `${counted(compared, 'entry', 'entries')} of ${log.state.checkpoint.size} compared with the log`)
    }
  }
}

const writeEntries = async (
  { client, table }: RecordTable,
  examiners: Examiners,
  output: Output,
  { from, to, format, verifyOnly }: Examination & { to: number },
  terminal: Terminal,
): Promise<Seen> => {
  const progress = progressTo(terminal)
  const seen: Seen = { entries: 0, intact: 0, failed: new Map(), unconfirmed: new Map() }
  const { head } = FORMATS[format]
  if (head !== null && !verifyOnly) await output.write(head)
  for await (const part of examineParts(client, table, examiners, { from, to })) {
    const lines = part.approvals.flatMap(({ approval, entries }) => entries.map((entry) => ({ approval, ...entry })))
    if (!verifyOnly) for (const { line } of lines.sort(inTime)) await output.write(line)
    seen.entries += lines.length
    for (const { approval, where, flaws, isFirst, unconfirmed } of part.approvals) {
      if (unconfirmed) seen.unconfirmed.set(approval, unconfirmed)
      if (flaws.length > 0) seen.failed.set(approval, { where, flaws })
      else if (isFirst) seen.intact += 1
    }
    progress(() => `${counted(seen.entries, 'entry', 'entries')} until ${new Date(part.to).toISOString().slice(0, 16)}`)
  }
  return seen
}

type Line = Examined['entries'][number] & { approval: string }

/** At one moment, in the order of approvals and of their entries. */
const inTime = (a: Line, b: Line): number => a.at - b.at || compare(a.approval, b.approval) || a.number - b.number

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a !== b))

/** On the error output, so that the entries alone are on the standard output. @throws {Failure} */
const report = ({ entries, intact, failed, unconfirmed }: Seen, terminal: Terminal): void => {
  for (const [approval, what] of unconfirmed) terminal.warn(`Approval ${approval}: ${what}.`)
  const approvals = counted(intact + failed.size, 'approval', 'approvals')
  const size = `${counted(entries, 'entry', 'entries')} of ${approvals}`
  if (failed.size === 0) return terminal.warn(`${size}: every approval passed verification.`)
  throw new Failure([`${size}: ${failed.size} failed verification.`, ...[...failed].flatMap(linesOf)].join('\n'))
}

const linesOf = ([approval, { where, flaws }]: [string, Failed]): string[] => {
  const place = where ? ` (${where.pipeline}, ${where.stage} in ${where.accountId} ${where.region})` : ''
  return [`  approval ${approval}${place}`, ...flaws.map((flaw) => `    ${flaw}`)]
}
