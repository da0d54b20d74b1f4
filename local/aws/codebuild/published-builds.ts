import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'
import { type BuildEvent, arnOf, batchArnOf, buildEvent } from './build-events.ts'
import type { BuildBegun, PublishedBatch, PublishedBuild } from './build-states.ts'
import { type BuildCaller, type BuildPlace, createStartBuild } from './start-build.ts'

export type PublishedBuilds = ReturnType<typeof createPublishedBuilds>

const ids = z.object({ ids: z.array(z.string()).min(1).max(100) })
const batchIds = z.object({ ids: z.array(z.string()).max(100) })
const reportArns = z.object({ reportArns: z.array(z.string()).min(1).max(100) })

/**
 * CodeBuild's builds and their test reports, as its API answers them (AWS CodeBuild API Reference). `putEvent` gets the
 * event of each state change.
 */
export const createPublishedBuilds = ({
  putEvent = () => {},
  newId = randomUUID,
}: { putEvent?: (event: BuildEvent) => void; newId?: () => string } = {}) => {
  /** By ARN: each account and Region has builds of its own. */
  const builds = new Map<string, object>()
  const batches = new Map<string, object>()
  const reports = new Map<string, object>()
  const find = (where: BuildPlace, id: string) => builds.get(arnOf({ ...where, id }))
  const starting = createStartBuild({ find, newId })

  const operations: Record<string, (input: unknown, caller: BuildCaller) => object> = {
    BatchGetBuilds: (input, caller) => {
      const asked = parsed(ids, input).ids
      return {
        builds: asked.flatMap((id) => find(caller, id) ?? []),
        buildsNotFound: asked.filter((id) => !find(caller, id)),
      }
    },
    BatchGetBuildBatches: (input, caller) => {
      const asked = parsed(batchIds, input).ids
      const found = (id: string) => batches.get(batchArnOf({ ...caller, id }))
      return {
        buildBatches: asked.flatMap((id) => found(id) ?? []),
        buildBatchesNotFound: asked.filter((id) => !found(id)),
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

  const keep = (build: BuildBegun, more: object) =>
    builds.set(arnOf(build), {
      id: build.id,
      arn: arnOf(build),
      projectName: build.projectName,
      initiator: build.initiator,
      ...(build.sourceVersion !== null && { sourceVersion: build.sourceVersion }),
      ...(build.commit !== null && { resolvedSourceVersion: build.commit }),
      logs: {
        ...build.logs,
        cloudWatchLogsArn: `arn:aws:logs:${build.region}:${build.accountId}:log-group:${build.logs.groupName}:log-stream:${build.logs.streamName}`,
        cloudWatchLogs: { status: 'ENABLED' },
      },
      startTime: build.startedAt / 1_000,
      ...more,
    })

  const publish = (build: PublishedBuild): void => {
    const { projectName, accountId, region, endedAt, status, phases } = build
    const arn = arnOf(build)
    const arns = build.reports.map(({ name, counts, durationMs }) => {
      // A report that a buildspec names belongs to a group of the project ("Report group naming", CodeBuild User Guide).
      const group = `${projectName}-${name}`
      const reportArn = `arn:aws:codebuild:${region}:${accountId}:report/${group}:${build.newId()}`
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
    keep(build, {
      buildStatus: status,
      buildComplete: true,
      currentPhase: 'COMPLETED',
      phases: phases.map(({ name, failure }) => ({
        phaseType: name,
        phaseStatus: failure === null ? 'SUCCEEDED' : 'FAILED',
        contexts: failure === null ? [] : [{ statusCode: failure.code, message: failure.message }],
      })),
      endTime: endedAt / 1_000,
      reportArns: arns,
    })
    putEvent(buildEvent(build, build))
  }

  return {
    begin: (build: BuildBegun): void => {
      keep(build, { buildStatus: 'IN_PROGRESS', buildComplete: false, currentPhase: 'SUBMITTED', phases: [] })
      putEvent(buildEvent(build, null))
    },
    publish,
    /** The builds of a batch that has ended, and the batch ("BuildBatch", CodeBuild API reference). */
    publishBatch: (batch: PublishedBatch): void => {
      const ofGroups = Object.entries(batch.builds)
      for (const [, build] of ofGroups) publish(build)
      const status = ofGroups.find(([, build]) => build.status !== 'SUCCEEDED')?.[1].status ?? 'SUCCEEDED'
      batches.set(batchArnOf(batch), {
        id: batch.id,
        arn: batchArnOf(batch),
        projectName: batch.projectName,
        initiator: batch.initiator,
        buildBatchStatus: status,
        complete: true,
        currentPhase: status,
        phases: [
          { phaseType: 'DOWNLOAD_BATCHSPEC', phaseStatus: 'SUCCEEDED' },
          { phaseType: 'IN_PROGRESS', phaseStatus: status },
        ],
        buildGroups: ofGroups.map(([identifier, build]) => ({
          identifier,
          dependsOn: [],
          ignoreFailure: false,
          currentBuildSummary: {
            arn: arnOf(build),
            requestedOn: build.startedAt / 1_000,
            buildStatus: build.status,
          },
        })),
        reportArns: [],
      })
    },
    /** Adds a project that StartBuild can build. */
    addProject: starting.addProject,
    /** Stops the builds of StartBuild, and resolves when none runs. */
    close: starting.close,
    /** Answers one call. Throws an AwsError, as CodeBuild would. */
    answer: (operation: string, input: unknown, caller: BuildCaller): object => {
      const operate = ownEntry(operations, operation)
      const answer = operate ? operate(input, caller) : starting.answer(operation, input, caller)
      if (answer) return answer
      throw new AwsError(
        'UnknownOperationException',
        `The workspace does not offer ${operation} of CodeBuild. It offers ${[...Object.keys(operations), 'StartBuild', 'StopBuild'].join(', ')}.`,
      )
    },
  }
}

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new AwsError('InvalidInputException', result.error.issues.map(({ message }) => message).join('; '))
}
