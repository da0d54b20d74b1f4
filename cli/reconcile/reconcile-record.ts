import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { approvalId } from '../../functions/domain/approval-id.ts'
import { globSources } from '../../functions/config/glob-sources.ts'
import { matchesGlob } from '../../functions/config/glob.ts'
import { outputTo, type Output } from '../audit/output.ts'
import { skippedApprovalId } from '../../functions/domain/skipped-approval.ts'
import { readApprovals, readRecord, type ApprovalRecord } from '../../functions/record/record-reader.ts'
import { recordTable, type RecordTable } from '../audit/record-table.ts'
import { counted } from '../counted.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { FormatName } from '../formats.ts'
import { requireForm, type ClientConnection } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { utcMoment } from '../moment.ts'
import { progressTo } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { FORMATS, isException, type Line } from './lines.ts'
import { onRecord } from './on-record.ts'
import { pipelineNames, readPipelineHistory } from './pipeline-history.ts'
import { momentOf, releasesIn, type Release, type Unapproved } from './releases.ts'

export interface ReconcileOptions extends InstallationOptions {
  from: string
  to?: string
  pipeline?: string
  pipelinesRegion?: string
  pipelinesProfile?: string
  onlyStage?: string[]
  format: FormatName
  output?: string
  table?: string
}

/**
 * Writes each release of the range with what the audit record says of it.
 *
 * @throws {Failure} if one has no approval by the policy.
 */
export const reconcileRecord = async (options: ReconcileOptions, terminal: Terminal): Promise<void> => {
  const from = utcMoment('--from', options.from)
  const to = options.to === undefined ? terminal.now() : utcMoment('--to', options.to)
  if (from >= to) throw wrongArgument('--from must be earlier than --to.')
  const { client, table, connection } = await recordTable(options, terminal)
  const pipelines = connectionToPipelines(connection, options)
  const { Account: accountId = '' } = await new STSClient(pipelines).send(new GetCallerIdentityCommand({}))
  const names = options.pipeline === undefined ? await pipelineNames(pipelines) : [options.pipeline]
  const { onlyStage } = options
  const isWanted = (stage: string) => !onlyStage || matchesGlob(globSources(onlyStage), onlyStage, stage)
  const output = await outputTo(options.output, terminal)
  const seen = await writeReleases(
    { client, table, pipelines, accountId },
    names,
    output,
    { ...options, from, to, isWanted },
    terminal,
  )
    .catch(async (error: unknown) => {
      await output.discard()
      throw error
    })
    .finally(() => output.close())
  report(seen, names.length, terminal)
}

/** The account of another profile has credentials of its own. */
const connectionToPipelines = (
  connection: ClientConnection,
  { pipelinesRegion: region = connection.region, pipelinesProfile: profile }: ReconcileOptions,
): ClientConnection => {
  requireForm('--pipelines-region', region)
  if (profile === undefined) return { ...connection, region }
  const { credentials: _, ...rest } = connection
  return { ...rest, region, profile }
}

interface Source extends Pick<RecordTable, 'client' | 'table'> {
  pipelines: ClientConnection
  accountId: string
}

interface WantedRange {
  from: number
  to: number
  isWanted: (stage: string) => boolean
  format: FormatName
}

/** How many releases there are of each outcome. */
type Seen = Map<Line['outcome'], number>

const writeReleases = async (
  source: Source,
  names: readonly string[],
  output: Output,
  range: WantedRange,
  terminal: Terminal,
): Promise<Seen> => {
  const seen: Seen = new Map()
  const { head, line } = FORMATS[range.format]
  if (head !== null) await output.write(head)
  const progress = progressTo(terminal)
  for (const [index, name] of names.entries()) {
    progress(() => `${index} of ${counted(names.length, 'pipeline', 'pipelines')} read; now ${name}`)
    const history = await readPipelineHistory(source.pipelines, name)
    if (!history) throw new Failure(`The pipeline ${name} does not exist in ${source.pipelines.region}.`)
    for (const release of releasesIn(history, range)) {
      const told = await lineOf(release, name, source, terminal.now())
      await output.write(line(told))
      seen.set(told.outcome, (seen.get(told.outcome) ?? 0) + 1)
    }
  }
  return seen
}

const lineOf = async (release: Release, pipeline: string, source: Source, now: number): Promise<Line> => {
  const { run } = release
  const { accountId, client, table } = source
  const { region } = source.pipelines
  const common = {
    time: new Date(momentOf(release)).toISOString(),
    account: accountId,
    region,
    pipeline,
    stage: run.stage,
    action: run.action,
    execution: run.executionId,
  }
  const without = (outcome: Line['outcome'], note: string): Line => ({
    ...common,
    outcome,
    exception: isException(outcome),
    approval: null,
    by: [],
    note,
  })
  if (release.kind === 'rolled-back') return without('rolled-back', `To execution ${release.to}, which was approved.`)
  if (release.kind === 'unapproved') {
    const { because } = release
    const gates = because.kind === 'skipped' ? because.gates : []
    const skips = gates.map(({ stage, action }) =>
      skippedApprovalId({ accountId, region, pipeline, stage, action }, run.executionId),
    )
    const recorded = (await readApprovals(client, table, skips, now)).flatMap(saidOfSkip)
    return without(because.kind, [noteOf(because), ...recorded].join(' '))
  }
  if (run.externalId === null) return without('not-on-record', 'CodePipeline does not tell the approval’s token.')
  const id = approvalId(accountId, region, run.externalId)
  const record = await readRecord(client, table, id, now)
  const { outcome, by, note } = onRecord(record, now)
  const approval = outcome === 'not-on-record' ? null : id
  return { ...common, outcome, exception: isException(outcome), approval, by, note }
}

const noteOf = (because: Unapproved): string => {
  if (because.kind === 'skipped')
    return `Not approved: ${because.gates.map(({ stage, action }) => `${stage} › ${action}`).join(', ')}.`
  return because.kind === 'unknown-version'
    ? 'CodePipeline does not have this version of the pipeline any more.'
    : 'The pipeline has no approval action before it.'
}

/** What the record says of an approval that was skipped with its stage, in a sentence. */
const saidOfSkip = ({ entries, flaws }: ApprovalRecord): string[] => {
  if (flaws.length > 0) return [`Its record was altered: ${flaws.join('; ')}.`]
  return entries.flatMap(({ happened }) => {
    if (happened.what !== 'approval-skipped') return []
    const { where, because, overriddenBy } = happened
    const by = overriddenBy === undefined ? '' : ` A rule was overridden by ${overriddenBy}.`
    return [`A condition skipped the stage ${where.stage}${because === null ? '' : `: ${because}`}.${by}`]
  })
}

/** On the error output, so that the lines alone are on the standard output. @throws {Failure} */
const report = (seen: Seen, pipelines: number, terminal: Terminal): void => {
  const outcomes = [...seen]
  const total = outcomes.reduce((sum, [, count]) => sum + count, 0)
  const bad = outcomes.filter(([outcome]) => isException(outcome))
  const size = `${counted(total, 'release', 'releases')} in ${counted(pipelines, 'pipeline', 'pipelines')}`
  if (bad.length === 0) return terminal.warn(`${size}: each has its approval.`)
  const exceptions = bad.reduce((sum, [, count]) => sum + count, 0)
  throw new Failure(
    [
      `${size}: ${exceptions} without approval by the policy.`,
      ...bad.map(([outcome, count]) => `  ${outcome}: ${count}`),
    ].join('\n'),
  )
}
