import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { Progress } from '../domain/execution.ts'
import type { OutsideState } from '../domain/outside-execution.ts'
import type { OutsideService } from '../domain/outside-work.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import { ownEntry } from '../own-entry.ts'
import type { OutsideWorkRead, OutsideWorks } from '../ports/outside-works.ts'
import { AccountNotAllowed } from './allowed-accounts.ts'
import { RoleRefused } from './assume-role.ts'
import type { Asking, ToldWhy } from './failures/asked.ts'
import { askWhy, textOrNull } from './failures/asked.ts'
import { CODEBUILD } from './failures/failed-build.ts'
import { CODEDEPLOY } from './failures/failed-deployment.ts'
import {
  PROGRESS_OF_BUILD,
  PROGRESS_OF_DEPLOYMENT,
  isByPipeline,
  startedBuild,
  startedDeployment,
} from './outside-states.ts'
import type { ReaderConnection } from './reader-connection.ts'

/** Seconds since 1970, with a fraction. */
const seconds = z.nullish(z.number())

/** The build’s environment variables are in the answer as well, in clear: nothing but this is read. */
const OUTSIDE_BUILDS = z.lazy(() =>
  z.object({
    builds: z.optional(
      z.array(
        z.object({
          buildStatus: textOrNull,
          startTime: seconds,
          endTime: seconds,
          initiator: textOrNull,
          sourceVersion: textOrNull,
          resolvedSourceVersion: textOrNull,
        }),
      ),
    ),
  }),
)

const OUTSIDE_DEPLOYMENT = z.lazy(() =>
  z.object({
    deploymentInfo: z.optional(
      z.object({
        status: textOrNull,
        createTime: seconds,
        completeTime: seconds,
        creator: textOrNull,
        revision: z.nullish(
          z.object({
            s3Location: z.nullish(z.object({ bucket: textOrNull, key: textOrNull })),
            gitHubLocation: z.nullish(z.object({ commitId: textOrNull })),
          }),
        ),
      }),
    ),
  }),
)

/** Reads them with the role that reads in their account and Region. */
export const awsOutsideWorks = (connectionTo: ReaderConnection, clock: Pick<Clock, 'now'>): OutsideWorks => ({
  read: async (key, service) => {
    try {
      return await READ_OUTSIDE[service]({ connection: await connectionTo(key), clock }, key)
    } catch (error) {
      if (error instanceof RoleRefused) return { kind: 'denied', lacks: 'sts:AssumeRole' }
      if (error instanceof AccountNotAllowed) return { kind: 'gone' }
      throw error
    }
  },
})

type Read = (asking: Asking, key: ExecutionKey) => Promise<OutsideWorkRead>

/** "BatchGetBuilds", CodeBuild API reference. */
const readBuild: Read = async (asking, { executionId }) => {
  const asked = await askWhy(asking, CODEBUILD, 'BatchGetBuilds', { ids: [executionId] }, OUTSIDE_BUILDS)
  if (asked.kind !== 'answered') return notRead(asked)
  const build = asked.answer.builds?.[0]
  if (!build) return { kind: 'gone' }
  const { buildStatus, startTime, endTime, initiator, sourceVersion, resolvedSourceVersion } = build
  return {
    kind: 'read',
    states: statesOf(ownEntry(PROGRESS_OF_BUILD, buildStatus ?? ''), startTime, endTime),
    starter: initiator ? startedBuild(initiator) : null,
    version: resolvedSourceVersion || sourceVersion || null,
    isOfPipeline: isByPipeline(initiator ?? null),
  }
}

/** "GetDeployment", CodeDeploy API reference. */
const readDeployment: Read = async (asking, { executionId: deploymentId }) => {
  const asked = await askWhy(asking, CODEDEPLOY, 'GetDeployment', { deploymentId }, OUTSIDE_DEPLOYMENT)
  if (asked.kind !== 'answered') return notRead(asked)
  const { status, createTime, completeTime, creator, revision } = asked.answer.deploymentInfo ?? {}
  const { bucket, key } = revision?.s3Location ?? {}
  return {
    kind: 'read',
    states: statesOf(ownEntry(PROGRESS_OF_DEPLOYMENT, status ?? ''), createTime, completeTime),
    starter: startedDeployment(creator ?? null),
    version: revision?.gitHubLocation?.commitId || (bucket && key ? `s3://${bucket}/${key}` : null),
    isOfPipeline: false,
  }
}

const READ_OUTSIDE: Record<OutsideService, Read> = { CodeBuild: readBuild, CodeDeploy: readDeployment }

const notRead = (asked: Exclude<ToldWhy<unknown>, { kind: 'answered' }>): OutsideWorkRead =>
  asked.kind === 'denied' ? { kind: 'denied', lacks: asked.unread.of } : { kind: 'gone' }

/** Events have whole seconds, and one state has one time. */
const inWholeSeconds = (time: number): number => Math.floor(time) * 1_000

const statesOf = (
  progress: Progress | undefined,
  began: number | null | undefined,
  ended: number | null | undefined,
): OutsideState[] => {
  const beginning: OutsideState[] = began ? [{ progress: 'running', at: inWholeSeconds(began) }] : []
  const isOver = progress !== undefined && progress !== 'running' && ended
  return [...beginning, ...(isOver ? [{ progress, at: inWholeSeconds(ended) }] : [])]
}
