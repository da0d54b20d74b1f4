import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'
import type { ReadReport } from './build-reports.ts'

/** A build that has ended, with the test reports that it published. */
export interface PublishedBuild {
  id: string
  projectName: string
  accountId: string
  region: string
  /** Epoch milliseconds. */
  startedAt: number
  endedAt: number
  succeeded: boolean
  phases: readonly PublishedPhase[]
  /** Where its log is, and the page of it. */
  logs: { groupName: string; streamName: string; deepLink?: string }
  reports: readonly ReadReport[]
  /** Makes the ID of a report. */
  newId: () => string
}

/** A phase of a build that has ended; `failure` as CodeBuild has it in the phase's context. */
export interface PublishedPhase {
  name: string
  failure: { code: string; message: string } | null
}

export type PublishedBuilds = ReturnType<typeof createPublishedBuilds>

const ids = z.object({ ids: z.array(z.string()).min(1).max(100) })
const reportArns = z.object({ reportArns: z.array(z.string()).min(1).max(100) })

/** CodeBuild's builds and their test reports, as its API answers them (AWS CodeBuild API Reference). */
export const createPublishedBuilds = () => {
  const builds = new Map<string, object>()
  const reports = new Map<string, object>()

  const operations: Record<string, (input: unknown) => object> = {
    BatchGetBuilds: (input) => {
      const asked = parsed(ids, input).ids
      return {
        builds: asked.flatMap((id) => builds.get(id) ?? []),
        buildsNotFound: asked.filter((id) => !builds.has(id)),
      }
    },
    BatchGetReports: (input) => {
      const asked = parsed(reportArns, input).reportArns
      return {
        reports: asked.flatMap((arn) => reports.get(arn) ?? []),
        reportsNotFound: asked.filter((arn) => !reports.has(arn)),
      }
    },
  }

  return {
    publish: (build: PublishedBuild): void => {
      const { id, projectName, accountId, region, startedAt, endedAt, succeeded, phases, logs, newId } = build
      const arn = `arn:aws:codebuild:${region}:${accountId}:build/${id}`
      const arns = build.reports.map(({ name, counts, durationMs }) => {
        // A report that a buildspec names belongs to a group of the project ("Report group naming", CodeBuild User Guide).
        const group = `${projectName}-${name}`
        const reportArn = `arn:aws:codebuild:${region}:${accountId}:report/${group}:${newId()}`
        const failed = counts.failed.length
        reports.set(reportArn, {
          arn: reportArn,
          type: 'TEST',
          name: reportArn.split('/').at(-1),
          reportGroupArn: `arn:aws:codebuild:${region}:${accountId}:report-group/${group}`,
          executionId: arn,
          status: failed > 0 ? 'FAILED' : 'SUCCEEDED',
          created: endedAt / 1_000,
          truncated: false,
          testSummary: {
            total: counts.passed + counts.skipped + failed,
            statusCounts: {
              SUCCEEDED: counts.passed,
              FAILED: failed,
              ERROR: 0,
              SKIPPED: counts.skipped,
              UNKNOWN: 0,
            },
            durationInNanoSeconds: Math.round(durationMs * 1e6),
          },
        })
        return reportArn
      })
      builds.set(id, {
        id,
        arn,
        projectName,
        buildStatus: succeeded ? 'SUCCEEDED' : 'FAILED',
        buildComplete: true,
        phases: phases.map(({ name, failure }) => ({
          phaseType: name,
          phaseStatus: failure === null ? 'SUCCEEDED' : 'FAILED',
          contexts: failure === null ? [] : [{ statusCode: failure.code, message: failure.message }],
        })),
        logs: {
          ...logs,
          cloudWatchLogsArn: `arn:aws:logs:${region}:${accountId}:log-group:${logs.groupName}:log-stream:${logs.streamName}`,
          cloudWatchLogs: { status: 'ENABLED' },
        },
        startTime: startedAt / 1_000,
        endTime: endedAt / 1_000,
        reportArns: arns,
      })
    },
    /** Answers one call. Throws an AwsError, as CodeBuild would. */
    answer: (operation: string, input: unknown): object => {
      const operate = ownEntry(operations, operation)
      if (operate) return operate(input)
      throw new AwsError(
        'UnknownOperationException',
        `The workspace does not offer ${operation} of CodeBuild. It offers ${Object.keys(operations).join(', ')}.`,
      )
    },
  }
}

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new AwsError('InvalidInputException', result.error.issues.map(({ message }) => message).join('; '))
}
