import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import { buildIdIn } from '../domain/build-batch.ts'
import type { TestReport } from '../domain/test-evidence.ts'
import type { Build, Builds, TestReportsRead } from '../ports/builds.ts'
import { AccountNotAllowed } from './allowed-accounts.ts'
import { askJson, unexpected } from './ask-json.ts'
import { RoleRefused } from './assume-role.ts'
import type { AwsConnection } from './connection.ts'
import { answerIn } from './expected-errors.ts'
import type { ReaderConnection } from './reader-connection.ts'
import { ownEntry } from '../own-entry.ts'

/** One call takes so many builds, batches or reports ("BatchGetBuilds" and the like, CodeBuild API reference). */
const MOST_IN_A_CALL = 100

const CODEBUILD_MS = 2_500

/** A build’s environment variables are in the answer as well, in clear: nothing but this is read. */
const BUILDS = z.lazy(() =>
  z.object({
    builds: z.optional(z.array(z.object({ id: z.optional(z.string()), reportArns: z.optional(z.array(z.string())) }))),
  }),
)

const BUILD_BATCHES = z.lazy(() =>
  z.object({
    buildBatches: z.optional(
      z.array(
        z.object({
          id: z.optional(z.string()),
          reportArns: z.optional(z.array(z.string())),
          buildGroups: z.optional(
            z.array(z.object({ currentBuildSummary: z.optional(z.object({ arn: z.optional(z.string()) })) })),
          ),
        }),
      ),
    ),
  }),
)

type BuildBatch = NonNullable<z.output<typeof BUILD_BATCHES>['buildBatches']>[number]

const count = z._default(z.number(), 0)

const REPORTS = z.lazy(() =>
  z.object({
    reports: z.optional(
      z.array(
        z.object({
          arn: z.string(),
          type: z.optional(z.string()),
          status: z.optional(z.string()),
          testSummary: z.optional(
            z.object({
              total: count,
              statusCounts: z._default(z.record(z.string(), z.number()), {}),
              durationInNanoSeconds: count,
            }),
          ),
        }),
      ),
    ),
  }),
)

type ReportsAnswer = z.output<typeof REPORTS>
type Report = NonNullable<ReportsAnswer['reports']>[number]

/**
 * The test reports of builds ("BatchGetBuildBatches", "BatchGetBuilds" and "BatchGetReports", CodeBuild API reference),
 * without a client of the SDK (signed-request.ts).
 *
 * @throws if CodeBuild does not answer in time or differs from its reference.
 */
export const codeBuild = (connectionTo: ReaderConnection, clock: Pick<Clock, 'now'>): Builds => ({
  testReports: async (where, asked) => {
    try {
      return await readReports(await connectionTo(where), clock, asked)
    } catch (error) {
      if (error instanceof RoleRefused) return { kind: 'denied', lacks: 'sts:AssumeRole' }
      if (error instanceof AccountNotAllowed) return { kind: 'not-joined', region: where.region }
      throw error
    }
  },
})

const readReports = async (
  connection: AwsConnection,
  clock: Pick<Clock, 'now'>,
  asked: readonly Build[],
): Promise<TestReportsRead> => {
  const idsOf = (isBatch: boolean) => asked.filter((one) => one.isBatch === isBatch).map(({ id }) => id)
  const batched = await ask(connection, clock, 'BatchGetBuildBatches', idsOf(true), BUILD_BATCHES)
  if ('lacks' in batched) return batched
  const { buildBatches: batches = [] } = batched.answer
  const ids = [...idsOf(false), ...batches.flatMap(buildIdsOf)]
  const built = await ask(connection, clock, 'BatchGetBuilds', ids, BUILDS)
  if ('lacks' in built) return built
  const found = [...(built.answer.builds ?? []), ...batches]
  if (found.length === 0) return { kind: 'no-build' }
  const pageOf = (id: string): string | null => {
    const named = batches.find((batch) => buildIdsOf(batch).includes(id))?.id ?? id
    return asked.find((build) => build.id === named)?.url ?? null
  }
  const pages = new Map(found.flatMap(({ id = '', reportArns = [] }) => reportArns.map((arn) => [arn, pageOf(id)])))
  const reports = await ask(connection, clock, 'BatchGetReports', [...pages.keys()], REPORTS)
  if ('lacks' in reports) return reports
  const ofTests = (reports.answer.reports ?? []).filter(isOfTests)
  return { kind: 'read', reports: ofTests.map((one) => reportOf(one, pages.get(one.arn) ?? null)) }
}

/**
 * The builds whose reports count for the batch: none if CodeBuild has merged them into the batch’s own ("Automatically merge
 * individual build reports", CodeBuild user guide).
 */
const buildIdsOf = ({ reportArns = [], buildGroups = [] }: BuildBatch): string[] =>
  reportArns.length > 0
    ? []
    : buildGroups.flatMap(({ currentBuildSummary: { arn } = {} }) => (arn === undefined ? [] : buildIdIn(arn)))

/** An execution’s build may have a report of its code coverage as well. */
const isOfTests = ({ type }: Report): boolean => type === undefined || type === 'TEST'

const FINISHED = new Set(['SUCCEEDED', 'FAILED'])

const reportOf = ({ arn, status, testSummary }: Report, url: string | null): TestReport => {
  const { total = 0, statusCounts = {}, durationInNanoSeconds = 0 } = testSummary ?? {}
  const counted = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (ownEntry(statusCounts, name) ?? 0), 0)
  const [passed, failed, skipped] = [counted('SUCCEEDED'), counted('FAILED', 'ERROR'), counted('SKIPPED')]
  return {
    arn,
    name: groupIn(arn),
    url,
    passed,
    failed,
    skipped,
    unknown: Math.max(0, total - passed - failed - skipped),
    durationMs: Math.round(durationInNanoSeconds / 1e6),
    isUnfinished: !FINISHED.has(status ?? ''),
  }
}

/** The report group: `flask-app-test-unit-tests` of `arn:aws:codebuild:…:report/flask-app-test-unit-tests:5f0e9a11-…`. */
const groupIn = (arn: string): string => (arn.split(':')[5] ?? '').replace(/^report\//, '')

type ReportsOperation = 'BatchGetBuildBatches' | 'BatchGetBuilds' | 'BatchGetReports'
type Denied = { kind: 'denied'; lacks: string }

/** The answer about these builds, batches or reports. CodeBuild refuses to be asked about none. */
const ask = async <T extends z.ZodMiniType>(
  connection: AwsConnection,
  clock: Pick<Clock, 'now'>,
  operation: ReportsOperation,
  names: readonly string[],
  shape: T,
): Promise<{ answer: z.output<T> } | Denied> => {
  if (names.length === 0) return { answer: shape.parse({}) }
  const input = { [operation === 'BatchGetReports' ? 'reportArns' : 'ids']: names.slice(0, MOST_IN_A_CALL) }
  const call = { service: 'codebuild', target: 'CodeBuild_20161006', operation, input, timeoutMs: CODEBUILD_MS }
  const asked = await askJson(connection, clock, call, shape)
  if (asked.kind === 'answered') return asked
  if (answerIn(operation, asked.code) === 'denied') return { kind: 'denied', lacks: `codebuild:${operation}` }
  throw unexpected(call, asked)
}
