import { Command, Option } from 'commander'
import { documentClient } from '../../functions/aws/document-client.ts'
import type { ApprovalRecord } from '../audit/record-reader.ts'
import { exportedEntry, readRecords } from '../audit/record-reader.ts'
import { wantedEntries, type Wanted } from '../audit/filter.ts'
import { FORMATS } from '../audit/formats.ts'
import { utcMoment } from '../audit/moment.ts'
import { outputTo } from '../audit/output.ts'
import { Failure } from '../failure.ts'
import { placeFrom, withPlace, type Place, type PlaceOptions } from '../place.ts'
import { readStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'

interface AuditOptions extends PlaceOptions, Wanted {
  from: string
  to?: string
  format: keyof typeof FORMATS
  output?: string
  verifyOnly?: boolean
  table?: string
}

/** `greenlight audit`: the record of a stretch of time, with every approval's chain verified. */
export const audit = (terminal: Terminal): Command =>
  withPlace(new Command('audit'))
    .description('export the record of a time range, and verify that nothing in it was altered or removed')
    .requiredOption('--from <time>', 'a UTC date such as 2026-11-01, or a time such as 2026-11-01T09:30+01:00')
    .option('--to <time>', 'up to this moment, itself left out; else now')
    .option('--pipeline <name>', 'only entries of this pipeline')
    .option('--person <id>', 'only entries by or about this person: Slack user ID or e-mail address')
    .addOption(new Option('--format <name>', 'how to write them').choices(Object.keys(FORMATS)).default('jsonl'))
    .option('--output <file>', 'a new file to write them to; else they are printed')
    .option('--verify-only', 'write no entries')
    .option('--table <name>', "the table; else the stage's, as its stack says")
    .addHelpText(
      'after',
      `
Every approval of the range is verified whole, whatever is filtered out. What is wrong is named, and ends it with 1.

Examples:
  npx greenlight audit --from 2026-10-01 --to 2027-01-01 --format csv --output q4.csv
  npx greenlight audit --from 2026-11-23 --person dana@example.com | jq 'select(.happened.what == "voted")'
  AWS_ENDPOINT_URL=http://127.0.0.1:4600/aws npx greenlight audit --table greenlight --from 2026-11-23`,
    )
    .action(async (options: AuditOptions) => {
      const from = utcMoment('--from', options.from)
      const to = options.to === undefined ? terminal.now() : utcMoment('--to', options.to)
      if (from >= to) throw new Failure('--from is not before --to.')
      const place = await placeFrom(options, terminal)
      const TableName = options.table ?? (await tableOf(place))
      const table = documentClient(place.connection)
      const seen = { entries: 0, approvals: new Set<string>(), broken: new Map<string, ApprovalRecord>() }
      const { head, line } = FORMATS[options.format]
      const output = await outputTo(options.output, terminal)
      try {
        if (head !== null && !options.verifyOnly) await output.write(head)
        for await (const day of readRecords(table, TableName, { from, to, now: terminal.now() })) {
          const entries = day.records.flatMap((record) =>
            wantedEntries(record, options)
              .filter(({ at }) => at >= day.from && at < day.to)
              .map((entry) => exportedEntry(record, entry)),
          )
          entries.sort(
            (a, b) =>
              a.at - b.at ||
              (a.approval < b.approval ? -1 : 1) * Number(a.approval !== b.approval) ||
              a.number - b.number,
          )
          for (const entry of entries) if (!options.verifyOnly) await output.write(line(entry))
          seen.entries += entries.length
          for (const record of day.records) {
            seen.approvals.add(record.approval)
            if (record.flaws.length > 0) seen.broken.set(record.approval, record)
          }
        }
      } finally {
        await output.close()
      }
      const size = `${counted(seen.entries, 'entry', 'entries')} of ${counted(seen.approvals.size, 'approval', 'approvals')} looked at`
      if (seen.broken.size === 0) return terminal.warn(`${size}: every chain is whole.`)
      throw new Failure(
        [`${size}, of which ${seen.broken.size} not as written:`, ...[...seen.broken.values()].flatMap(inWords)].join(
          '\n',
        ),
      )
    })

const tableOf = async ({ connection, stackName, region }: Place): Promise<string> => {
  const name = (await readStack(connection, stackName))?.outputs['TableName']
  if (!name) throw new Failure(`${stackName} is not deployed in ${region}, or names no table: give --table.`)
  return name
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

const inWords = ({ approval, where, flaws }: ApprovalRecord): string[] => {
  const place = where ? ` (${where.pipeline}, ${where.stage} in ${where.accountId} ${where.region})` : ''
  return [`  approval ${approval}${place}`, ...flaws.map((flaw) => `    ${flaw}`)]
}
