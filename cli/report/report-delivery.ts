import type { Measures, Middle } from '../../functions/domain/delivery-measures.ts'
import { globSources } from '../../functions/config/glob-sources.ts'
import { matchesPipeline } from '../../functions/config/pipeline-match.ts'
import { GLOB } from '../../functions/config/schema.ts'
import { deliveryOf, measured, pipelineOfKey, pipelinesIn } from '../../functions/domain/delivery-measures.ts'
import type { Pipeline } from '../../functions/domain/pipeline.ts'
import { readDelivery } from '../../functions/record/read-delivery.ts'
import { roughDuration } from '../../functions/slack/language.ts'
import { recordTable } from '../audit/record-table.ts'
import { wrongArgument } from '../failure.ts'
import { type Columns, formatsOf } from '../formats.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { utcMoment } from '../moment.ts'
import type { Terminal } from '../terminal.ts'

export interface ReportOptions extends InstallationOptions {
  from: string
  to?: string
  /** Globs. */
  pipeline?: string[]
  account?: string[]
  pipelinesRegion?: string[]
  format: 'table' | 'json' | 'csv'
  table?: string
}

/** One pipeline, or all of them together. */
interface Row extends Measures {
  account: string
  region: string
  pipeline: string
}

/** @throws {Failure} for wrong arguments, and if the installation is not deployed. */
export const reportDelivery = async (options: ReportOptions, terminal: Terminal): Promise<void> => {
  const now = terminal.now()
  const span = { from: utcMoment('--from', options.from), to: options.to ? utcMoment('--to', options.to) : now }
  if (span.from >= span.to) throw wrongArgument('--from must be before --to.')
  const covers = coveredBy(options)
  const { client, table } = await recordTable(options, terminal)
  const delivery = deliveryOf(await readDelivery(client, table, span), covers)
  const rows = pipelinesIn(delivery, span).map((key): Row => {
    const { accountId: account, region, pipeline } = pipelineOfKey(key)
    return { account, region, pipeline, ...measured(delivery, span, key) }
  })
  const all: Row[] =
    rows.length > 1 ? [...rows, { account: '', region: '', pipeline: 'together', ...measured(delivery, span) }] : rows
  terminal.print(PRINTED[options.format](all, span))
}

/** The pipelines that the options name by globs, as `match` of a digest does. */
const coveredBy = ({ pipeline, account, pipelinesRegion }: ReportOptions): ((one: Pipeline) => boolean) => {
  const given = { '--pipeline': pipeline, '--account': account, '--pipelines-region': pipelinesRegion }
  for (const [option, globs = []] of Object.entries(given))
    for (const glob of globs) {
      const problem = GLOB.safeParse(glob).error?.issues[0]
      if (problem) throw wrongArgument(`${option} ${glob}: ${problem.message}`)
    }
  const sources = globSources(Object.values(given).flatMap((globs) => globs ?? []))
  return (one) => matchesPipeline(sources, { pipeline, account, region: pipelinesRegion }, one)
}

interface Reported {
  from: number
  to: number
}

const PRINTED: Record<ReportOptions['format'], (rows: readonly Row[], span: Reported) => string> = {
  json: (rows, { from, to }) =>
    JSON.stringify(
      {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        pipelines: rows.filter(({ account }) => account !== '').map(inSeconds),
        ...(rows.at(-1)?.account === '' && { together: inSeconds(rows.at(-1)!) }),
      },
      null,
      2,
    ),
  csv: (rows) => [CSV.head!, ...rows.map((row) => CSV.line(row))].join('\n'),
  table: (rows) => (rows.length === 0 ? 'No deployment and no answered approval in that time.' : asTable(rows)),
}

const seconds = (ms: number): number => Math.round(ms / 1_000)

const inSeconds = ({ account, region, pipeline, deployments, failed, failureRate, ...durations }: Row) => ({
  ...(account && { account, region, pipeline }),
  deployments,
  failed,
  failureRate,
  ...Object.fromEntries(
    Object.entries(durations).map(([name, value]: [string, Middle | null]) => [
      name,
      value && { median: seconds(value.median), longest: seconds(value.longest), count: value.count },
    ]),
  ),
})

const median = (value: Middle | null): number | null => value && seconds(value.median)

const COLUMNS: Columns<Row> = {
  account: ({ account }) => account,
  region: ({ region }) => region,
  pipeline: ({ pipeline }) => pipeline,
  deployments: ({ deployments }) => deployments,
  failed: ({ failed }) => failed,
  failureRate: ({ failureRate }) => failureRate,
  leadTimeSeconds: ({ leadTime }) => median(leadTime),
  waitingSeconds: ({ waiting }) => median(waiting),
  restoreSeconds: ({ restore }) => median(restore),
}

const CSV = formatsOf(COLUMNS).csv

const SHOWN: Record<string, (row: Row) => string> = {
  pipeline: ({ pipeline }) => pipeline,
  deployments: ({ deployments }) => String(deployments),
  'lead time': ({ leadTime }) => durationOf(leadTime),
  'waited for approval': ({ waiting }) => durationOf(waiting),
  failed: ({ failed, failureRate }) => (failureRate === null ? '–' : `${failed} (${Math.round(failureRate * 100)} %)`),
  'time to restore': ({ restore }) => durationOf(restore),
}

const durationOf = (value: Middle | null): string =>
  value === null ? '–' : roughDuration(value.median).replaceAll(/\s/g, ' ')

const asTable = (rows: readonly Row[]): string => {
  const cells = [Object.keys(SHOWN), ...rows.map((row) => Object.values(SHOWN).map((shown) => shown(row)))]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)))
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
