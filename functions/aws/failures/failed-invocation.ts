import type { ReadFailure } from './asked.ts'
import { cause } from './asked.ts'
import { lastLines, linesWith } from './log-lines.ts'

/** The function may write after it has told CodePipeline. */
const AFTERWARDS_MS = 60_000

/**
 * What an invoked function wrote: the lines that name the request which it gave as its execution ID ("PutJobFailureResult",
 * CodePipeline API reference). Other invocations write into the same log.
 */
export const failedInvocation: ReadFailure = async (asking, { configuration, externalId, startedAt, updatedAt }) => {
  const { FunctionName } = configuration
  if (!FunctionName) return cause({})
  if (externalId === null) return cause({ unread: [{ because: 'no-log', of: FunctionName }] })
  const group = `/aws/lambda/${FunctionName}`
  return cause(await linesWith(asking, group, externalId, { from: startedAt, until: updatedAt + AFTERWARDS_MS }))
}

const LOG_STREAM = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+):log-stream:(.+)$/

/** What an action wrote that CodePipeline computes itself: Commands, EC2, EKS, Lambda's deployment and others. */
export const failedCompute: ReadFailure = async (asking, { logStreamArn = '', provider }) => {
  const [, group, stream] = LOG_STREAM.exec(logStreamArn) ?? []
  if (!group || !stream) return cause({ unread: [{ because: 'no-log', of: provider }] })
  return cause(await lastLines(asking, { group, stream }))
}
