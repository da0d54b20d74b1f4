import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { Answer } from './judge-answer.ts'
import type { ShiftingServices } from './validate-version.ts'
import type { AwsConnection } from '../aws/connection.ts'

/** How long one address may take to answer. The caller limits the time of a function. */
const ADDRESS_ANSWERS_WITHIN_MS = 5_000

/** How much of a function's error goes into the log. */
const REASON_LENGTH = 200

/** A version that is being deployed, with its health check. Never throws for what the version does. */
export const newVersion = (
  connection: AwsConnection,
  { addressAnswersWithinMs = ADDRESS_ANSWERS_WITHIN_MS } = {},
): ShiftingServices['newVersion'] => {
  // The caller tries again, and knows how much time is left.
  const client = new LambdaClient({ ...connection, maxAttempts: 1 })
  return {
    invoke: async (functionName, qualifier, path, abortSignal) => {
      const Payload = JSON.stringify(healthCheck(path))
      const invoked = await client
        .send(new InvokeCommand({ FunctionName: functionName, Qualifier: qualifier, Payload }), { abortSignal })
        .catch(problem)
      if ('kind' in invoked) return invoked
      const text = Buffer.from(invoked.Payload ?? []).toString()
      if (invoked.FunctionError)
        return failedAnswer(`fails (${invoked.FunctionError}): ${text.slice(0, REASON_LENGTH)}`)
      return { kind: 'answered', executedVersion: invoked.ExecutedVersion ?? null, payload: jsonOrText(text) }
    },

    get: async (url, signal) => {
      if (!URL.canParse(url)) return failedAnswer('is not an address')
      const soon = AbortSignal.any([signal, AbortSignal.timeout(addressAnswersWithinMs)])
      try {
        const response = await fetch(url, { signal: soon })
        const payload = { statusCode: response.status, body: await response.text() }
        return { kind: 'answered', executedVersion: null, payload }
      } catch (error) {
        return problem(error)
      }
    },
  }
}

/**
 * `GET <path>`, in the part of payload format 2.0 that functions route by (API Gateway Developer Guide, "Create AWS
 * Lambda proxy integrations for HTTP APIs").
 */
const healthCheck = (path: string) => ({
  version: '2.0',
  routeKey: `GET ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { 'user-agent': 'greenlight-traffic-shifting' },
  requestContext: { http: { method: 'GET', path, protocol: 'HTTP/1.1' }, stage: '$default' },
  isBase64Encoded: false,
})

const failedAnswer = (because: string): Answer & { kind: 'failed' } => ({ kind: 'failed', because })

const problem = (error: unknown): Answer & { kind: 'failed' } =>
  failedAnswer(`does not answer: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
