import { z } from 'zod'
import type { BuildOrder } from './build-order.ts'
import type { Tools } from '../../process/capabilities.ts'
import { cleanEnvironment } from '../../process/clean-environment.ts'
import { dirname } from 'node:path'

/** What a CodeBuild action's `EnvironmentVariables` holds (CodePipeline User Guide, "AWS CodeBuild build and test action reference"). */
const environmentVariables = z.array(
  z.strictObject({
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    value: z.string(),
    type: z.enum(['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER']).default('PLAINTEXT'),
  }),
)

/**
 * The environment of a build: CodeBuild's own variables (AWS CodeBuild User Guide, "Environment variables in build
 * environments"), the buildspec's, and the action's, each overriding those before. Throws a sentence if the action's
 * are not in CodeBuild's form.
 */
export const buildEnvironment = (options: {
  run: BuildOrder
  buildId: string
  source: string
  sourceVersion: string | undefined
  home: string
  /** Removed with the build. */
  temporary: string
  startedAt: number
  tools: Tools
  /** The buildspec's `env.variables`. */
  variables: Record<string, string>
  /** What pip needs. */
  packages: Record<string, string>
}): Record<string, string> => {
  const { run, buildId, sourceVersion, tools } = options
  const { PATH = '' } = process.env
  return cleanEnvironment(options.home, {
    PATH: 'missing' in tools.python ? PATH : `${dirname(tools.python.path)}:${PATH}`,
    TMPDIR: options.temporary,
    ...options.packages,
    ...options.variables,
    ...actionVariables(run),
    AWS_REGION: run.region,
    AWS_DEFAULT_REGION: run.region,
    CODEBUILD_BUILD_ID: buildId,
    CODEBUILD_BUILD_ARN: `arn:aws:codebuild:${run.region}:${run.accountId}:build/${buildId}`,
    CODEBUILD_INITIATOR: run.initiator,
    CODEBUILD_SRC_DIR: options.source,
    CODEBUILD_START_TIME: String(options.startedAt),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    ...(sourceVersion !== undefined && { CODEBUILD_RESOLVED_SOURCE_VERSION: sourceVersion }),
  })
}

const actionVariables = (run: BuildOrder): Record<string, string> => {
  const text = run.configuration.EnvironmentVariables
  if (text === undefined) return {}
  const parsed = environmentVariables.safeParse(jsonOrUndefined(text))
  if (!parsed.success)
    throw new Error(`EnvironmentVariables of action ${run.actionName} is not a JSON list of {name, value, type}`)
  const plain = parsed.data.filter(({ type }) => type === 'PLAINTEXT')
  for (const { name } of parsed.data.filter(({ type }) => type !== 'PLAINTEXT'))
    run.log(`${name} is not set: Parameter Store and Secrets Manager are not here`)
  return Object.fromEntries(plain.map(({ name, value }) => [name, value]))
}

const jsonOrUndefined = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
