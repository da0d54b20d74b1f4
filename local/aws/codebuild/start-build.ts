import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'
import type { BuildOrder, BuildRunner } from './build-order.ts'

/** A project of CodeBuild with a source of its own, so that no pipeline is needed to build it. */
export interface OwnProject {
  accountId: string
  region: string
  /** The directory of its work. */
  directory: string
  /** Writes the source at a version, the newest without one, into an empty directory. Rejects with a sentence. */
  checkOut(version: string | undefined, directory: string): Promise<void>
  build: BuildRunner
}

/** The account and Region that have a build. */
export interface BuildPlace {
  accountId: string
  region: string
}

/** Who calls, and where. */
export interface BuildCaller extends BuildPlace {
  arn: string
}

const START = z.object({
  projectName: z.string(),
  sourceVersion: z.string().optional(),
  environmentVariablesOverride: z
    .array(z.object({ name: z.string(), value: z.string(), type: z.string().default('PLAINTEXT') }))
    .optional(),
})
const STOP = z.object({ id: z.string() })

const notFound = (message: string) => new AwsError('ResourceNotFoundException', message)

/**
 * StartBuild and StopBuild (AWS CodeBuild API Reference). StartBuild answers at once; the build runs on, and
 * BatchGetBuilds and the events of EventBridge tell how it goes.
 */
export const createStartBuild = ({
  find,
  newId,
}: {
  find: (where: BuildPlace, id: string) => object | undefined
  newId: () => string
}) => {
  const projects = new Map<string, OwnProject>()
  const running = new Map<string, { abort: AbortController; ended: Promise<unknown> }>()
  const keyOf = (accountId: string, name: string): string => `${accountId}/${name}`

  const operations: Record<string, (input: unknown, caller: BuildCaller) => object> = {
    StartBuild: (input, caller) => {
      const { projectName, sourceVersion, environmentVariablesOverride } = parsed(START, input)
      const project = projects.get(keyOf(caller.accountId, projectName))
      if (!project)
        throw notFound(
          `Project cannot be found: arn:aws:codebuild:${caller.region}:${caller.accountId}:project/${projectName}. ` +
            `The workspace builds ${[...projects.keys()].map((key) => key.split('/')[1]).join(', ') || 'none'} outside pipelines.`,
        )
      const abort = new AbortController()
      const streamName = newId()
      const directory = join(project.directory, `source-${streamName}`)
      const order: BuildOrder = {
        accountId: project.accountId,
        region: project.region,
        actionName: projectName,
        actionExecutionId: streamName,
        category: 'Build',
        configuration: {
          ProjectName: projectName,
          ...(environmentVariablesOverride && { EnvironmentVariables: JSON.stringify(environmentVariablesOverride) }),
        },
        outputArtifacts: {},
        log: () => {},
        signal: abort.signal,
        initiator: initiatorOf(caller.arn),
        sourceVersion: sourceVersion ?? null,
        streamName,
        source: async () => {
          await mkdir(directory, { recursive: true })
          await project.checkOut(sourceVersion, directory)
          return directory
        },
      }
      const ended = project.build(order).finally(async () => {
        running.delete(streamName)
        await rm(directory, { recursive: true, force: true, maxRetries: 3 })
      })
      // It has no caller any more: an error of the workspace itself would end the process.
      void ended.catch(() => {})
      running.set(streamName, { abort, ended })
      return { build: find(project, `${projectName}:${streamName}`) }
    },
    StopBuild: (input, caller) => {
      const { id } = parsed(STOP, input)
      const build = find(caller, id)
      if (!build) throw notFound(`Build ${id} cannot be found.`)
      running.get(id.split(':')[1] ?? '')?.abort.abort()
      return { build }
    },
  }

  return {
    addProject: (name: string, project: OwnProject): void => void projects.set(keyOf(project.accountId, name), project),
    /** Answers a call that this offers; undefined for another one. Throws an AwsError, as CodeBuild would. */
    answer: (operation: string, input: unknown, caller: BuildCaller): object | undefined =>
      ownEntry(operations, operation)?.(input, caller),
    /** Stops every build, and resolves when none runs. */
    close: async (): Promise<void> => {
      for (const { abort } of running.values()) abort.abort()
      await Promise.allSettled([...running.values()].map(({ ended }) => ended))
    },
  }
}

/** `initiator` ("Build", CodeBuild API reference): the name of a user, or the role and the session. */
const initiatorOf = (arn: string): string =>
  arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^(?:user|assumed-role)\//, '')

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AwsError('InvalidInputException', problems.join('; '))
}
