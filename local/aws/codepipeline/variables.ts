import { AwsError } from '../aws-error.ts'
import type { Execution } from './model.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** Namespace → variable → value: the outputs of actions so far, with `codepipeline` and `variables` beside them. */
export type Namespaces = ReadonlyMap<string, Readonly<Record<string, string>>>

/** What the configuration of an execution's next action or rule may refer to. */
export const namespacesOf = (execution: Execution): Namespaces =>
  new Map([
    ...execution.outputs,
    ['variables', execution.variables],
    ['codepipeline', { PipelineExecutionId: execution.id }],
  ])

const REFERENCE = /#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)\}/g
/** CodePipeline User Guide, "Quotas": the resolved configuration of one action. */
const MOST_BYTES = 100 * 1024

/**
 * Replaces every `#{namespace.variable}` (CodePipeline User Guide, "Variables reference"). Throws a {@link AwsError}
 * `ConfigurationError` if a variable has no value yet or the result is too large.
 */
export const resolveConfiguration = (
  configuration: Record<string, string>,
  namespaces: Namespaces,
): Record<string, string> => {
  const resolved = Object.fromEntries(
    Object.entries(configuration).map(([key, text]) => [
      key,
      text.replace(REFERENCE, (reference, namespace: string, variable: string) => {
        const value = ownEntry(namespaces.get(namespace), variable)
        if (value === undefined)
          throw new AwsError('ConfigurationError', `${key} uses ${reference}, which has no value`)
        return value
      }),
    ]),
  )
  const bytes = Buffer.byteLength(JSON.stringify(resolved))
  if (bytes > MOST_BYTES)
    throw new AwsError('ConfigurationError', `The resolved configuration is ${bytes} bytes, over ${MOST_BYTES}`)
  return resolved
}
