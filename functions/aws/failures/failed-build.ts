import * as z from 'zod/mini'
import type { ReadFailure } from './asked.ts'
import { askWhy, cause, sentence } from './asked.ts'
import { lastLines } from './log-lines.ts'

export const CODEBUILD = { service: 'codebuild', target: 'CodeBuild_20161006', name: 'CodeBuild' }

/** The build’s environment variables are in the answer as well, in clear: nothing but this is read. */
const FAILED_BUILDS = z.lazy(() =>
  z.object({
    builds: z.optional(
      z.array(
        z.object({
          phases: z.optional(
            z.array(
              z.object({
                phaseType: z.optional(z.string()),
                phaseStatus: z.optional(z.string()),
                contexts: z.optional(
                  z.array(z.object({ statusCode: z.nullish(z.string()), message: z.nullish(z.string()) })),
                ),
              }),
            ),
          ),
          logs: z.optional(
            z.object({
              groupName: z.nullish(z.string()),
              streamName: z.nullish(z.string()),
              deepLink: z.nullish(z.string()),
            }),
          ),
        }),
      ),
    ),
  }),
)

/** A phase may fail in several ways ("BuildPhase", CodeBuild API reference); one that runs has no status. */
const SUCCEEDED = new Set(['SUCCEEDED', 'IN_PROGRESS', 'QUEUED', undefined])

/** Why a build failed: the phase with its context, and the lines of its log before the phase ended. */
export const failedBuild: ReadFailure = async (asking, { externalId }) => {
  if (externalId === null) return cause({ unread: [{ because: 'gone', of: 'CodeBuild' }] })
  const asked = await askWhy(asking, CODEBUILD, 'BatchGetBuilds', { ids: [externalId] }, FAILED_BUILDS)
  if (asked.kind === 'denied') return cause({ unread: [asked.unread] })
  const build = asked.kind === 'answered' ? asked.answer.builds?.[0] : undefined
  if (!build) return cause({ unread: [{ because: 'gone', of: 'CodeBuild' }] })
  const { phases = [], logs = {} } = build
  // What follows a phase that failed may fail for want of it.
  const failed = phases.find(({ phaseStatus }) => !SUCCEEDED.has(phaseStatus))
  const context = failed?.contexts?.find(({ message }) => message)
  const why = context?.message?.replace(OF_COMMAND, '$1: $2') ?? context?.statusCode ?? failed?.phaseStatus
  const what = sentence(failed?.phaseType, why)
  const { groupName: group, streamName: stream } = logs
  if (!group || !stream) return cause({ what, unread: [{ because: 'no-log', of: 'CodeBuild' }] })
  const { lines, unread, log } = await lastLines(asking, { group, stream })
  return { what, lines: linesOfPhase(lines, failed?.phaseType ?? ''), log: logs.deepLink ?? log, unread }
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
