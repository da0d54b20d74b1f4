import * as z from 'zod/mini'
import { buildIdIn, buildsBatch } from '../../domain/build-batch.ts'
import type { FailureCause } from '../../domain/failure-cause.ts'
import type { Asking, ReadFailure } from './asked.ts'
import { askWhy, cause, sentence, textOrNull } from './asked.ts'
import { lastLines } from './log-lines.ts'

export const CODEBUILD = { service: 'codebuild', target: 'CodeBuild_20161006', name: 'CodeBuild' }

const PHASES = z.lazy(() =>
  z.optional(
    z.array(
      z.object({
        phaseType: z.optional(z.string()),
        phaseStatus: z.optional(z.string()),
        contexts: z.optional(z.array(z.object({ statusCode: textOrNull, message: textOrNull }))),
      }),
    ),
  ),
)

/** The build’s environment variables are in the answer as well, in clear: nothing but this is read. */
const FAILED_BUILDS = z.lazy(() =>
  z.object({
    builds: z.optional(
      z.array(
        z.object({
          phases: PHASES,
          logs: z.optional(
            z.object({
              groupName: textOrNull,
              streamName: textOrNull,
              deepLink: textOrNull,
            }),
          ),
        }),
      ),
    ),
  }),
)

const FAILED_BATCHES = z.lazy(() =>
  z.object({
    buildBatches: z.optional(
      z.array(
        z.object({
          phases: PHASES,
          buildGroups: z.optional(
            z.array(
              z.object({
                identifier: textOrNull,
                ignoreFailure: z.nullish(z.boolean()),
                currentBuildSummary: z.nullish(z.object({ arn: textOrNull, buildStatus: textOrNull })),
              }),
            ),
          ),
        }),
      ),
    ),
  }),
)

/** A phase may fail in several ways ("BuildPhase", CodeBuild API reference); one that runs has no status. */
const SUCCEEDED = new Set(['SUCCEEDED', 'IN_PROGRESS', 'QUEUED', undefined])

const BUILD_GONE = cause({ unread: [{ because: 'gone', of: 'CodeBuild' }] })

/** Why a build failed, or a batch of builds. */
export const failedBuild: ReadFailure = async (asking, { externalId, configuration }) => {
  if (externalId === null) return BUILD_GONE
  const id = buildIdIn(externalId)
  return buildsBatch(configuration) ? whyBatch(asking, id) : whyBuild(asking, id)
}

/** The phase with its context, and the lines of its log before the phase ended. */
const whyBuild = async (asking: Asking, id: string): Promise<FailureCause> => {
  const asked = await askWhy(asking, CODEBUILD, 'BatchGetBuilds', { ids: [id] }, FAILED_BUILDS)
  if (asked.kind === 'denied') return cause({ unread: [asked.unread] })
  const build = asked.kind === 'answered' ? asked.answer.builds?.[0] : undefined
  if (!build) return BUILD_GONE
  const { phases, logs = {} } = build
  const { phase, what } = failedPhase(phases)
  const { groupName: group, streamName: stream } = logs
  if (!group || !stream) return cause({ what, unread: [{ because: 'no-log', of: 'CodeBuild' }] })
  const { lines, unread, log } = await lastLines(asking, { group, stream })
  return { what, lines: linesOfPhase(lines, phase), log: logs.deepLink ?? log, unread }
}

/** The same of the first of its builds that failed, and how many others did; without one, the batch's own phase. */
const whyBatch = async (asking: Asking, id: string): Promise<FailureCause> => {
  const asked = await askWhy(asking, CODEBUILD, 'BatchGetBuildBatches', { ids: [id] }, FAILED_BATCHES)
  if (asked.kind === 'denied') return cause({ unread: [asked.unread] })
  const batch = asked.kind === 'answered' ? asked.answer.buildBatches?.[0] : undefined
  if (!batch) return BUILD_GONE
  const failed = (batch.buildGroups ?? []).filter(
    ({ ignoreFailure, currentBuildSummary }) => !ignoreFailure && FAILED.has(currentBuildSummary?.buildStatus ?? ''),
  )
  const [first, ...others] = failed
  if (!first) return cause({ what: failedPhase(batch.phases).what })
  const why = await whyBuild(asking, buildIdIn(first.currentBuildSummary?.arn ?? ''))
  const named = `${first.identifier ?? 'A build'}${others.length > 0 ? ` and ${others.length} more` : ''}`
  return { ...why, what: sentence(named, why.what) }
}

/** Of the builds of a batch. One that fails fast stops the others ("Batch build buildspec reference", CodeBuild user guide). */
const FAILED = new Set(['FAILED', 'FAULT', 'TIMED_OUT'])

/** What follows a phase that failed may fail for want of it. */
const failedPhase = (phases: z.output<typeof PHASES> = []): { phase: string; what: string | null } => {
  const failed = phases.find(({ phaseStatus }) => !SUCCEEDED.has(phaseStatus))
  const context = failed?.contexts?.find(({ message }) => message)
  const why = context?.message?.replace(OF_COMMAND, '$1: $2') ?? context?.statusCode ?? failed?.phaseStatus
  return { phase: failed?.phaseType ?? '', what: sentence(failed?.phaseType, why) }
}

/** What CodeBuild says of a command that failed. */
const OF_COMMAND = /^Error while executing command: (.*)\. Reason: (.*?)\.?$/s

/** Lines of CodeBuild itself begin so. They name each command and each phase. */
const OWN = /^\s*\[Container\] /

/** What the commands wrote before the phase ended, as far as the log still has that. */
const linesOfPhase = (lines: readonly string[], phase: string): string[] => {
  const end = lines.findIndex((line) => OWN.test(line) && line.includes(`Phase complete: ${phase} State: FAILED`))
  return (end < 0 ? lines : lines.slice(0, end)).filter((line) => !OWN.test(line))
}
