import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import { chanceOf } from '../clock.ts'
import { parseAs, parseJson } from '../malformed.ts'
import { QUICK_CALL, pauseAfter } from './call-limits.ts'
import type { AwsConnection } from './connection.ts'
import { postSigned } from './signed-request.ts'

/** A call of a service that speaks JSON, made without a client of the SDK (signed-request.ts). */
interface JsonCall {
  /** As it begins the endpoint's name, such as `codebuild`. */
  service: string
  /** The first part of `X-Amz-Target`, such as `CodeBuild_20161006`. */
  target: string
  operation: string
  /** The version of the protocol; 1.1 if it is missing. */
  json?: '1.0' | '1.1'
  input: object
  timeoutMs: number
}

/** What the service answered: `code` is the name of its error, and `message` its sentence. */
export type JsonAnswer<T extends z.ZodMiniType> =
  { kind: 'answered'; answer: z.output<T> } | { kind: 'refused'; code: string; message: string; status: number }

const REFUSAL = z.object({
  __type: z._default(z.string(), ''),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
})

/**
 * Makes one attempt.
 *
 * @throws if the service does not answer in time; {Malformed} if its answer differs from `shape`.
 */
export const askJson = async <T extends z.ZodMiniType>(
  connection: AwsConnection,
  clock: Pick<Clock, 'now'>,
  { service, target, operation, json = '1.1', input, timeoutMs }: JsonCall,
  shape: T,
): Promise<JsonAnswer<T>> => {
  const response = await postSigned(connection, {
    service,
    headers: { 'content-type': `application/x-amz-json-${json}`, 'x-amz-target': `${target}.${operation}` },
    body: JSON.stringify(input),
    timeoutMs,
    now: clock.now(),
  })
  const text = await response.text()
  const what = `The answer of ${service} to ${operation}`
  if (response.ok) return { kind: 'answered', answer: parseAs(shape, parseJson(text, what), what) }
  const { __type, message, Message } = errorIn(text)
  return {
    kind: 'refused',
    code: __type.split('#').at(-1)!,
    message: message ?? Message ?? '',
    status: response.status,
  }
}

/** A proxy in front of the service may answer with something else. */
const errorIn = (text: string): z.output<typeof REFUSAL> => {
  try {
    return REFUSAL.parse(JSON.parse(text))
  } catch {
    return { __type: '' }
  }
}

/** An error that says what the service answered. */
export const unexpected = (
  { service, operation }: Pick<JsonCall, 'service' | 'operation'>,
  { code, message, status }: { code: string; message: string; status: number },
): Error => new Error(`${service} did not answer ${operation}: HTTP ${status} ${code} ${message}`.trimEnd())

/**
 * The same with more attempts, for what a person waits for: again, after a pause, if the service has a fault, asks to
 * slow down, or does not answer in time.
 *
 * @throws an error with the name of the service's, if it refuses.
 */
export const askPatiently = async <T extends z.ZodMiniType>(
  connection: AwsConnection,
  clock: Clock,
  call: JsonCall,
  shape: T,
): Promise<z.output<T>> => {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === QUICK_CALL.maxAttempts
    const asked = await askJson(connection, clock, call, shape).catch((error: unknown) => {
      if (isLast || !isNetworkFault(error)) throw error
      return null
    })
    if (asked?.kind === 'answered') return asked.answer
    if (asked && (isLast || !mayPass(asked))) throw Object.assign(unexpected(call, asked), { name: asked.code })
    await clock.sleep(pauseAfter(attempt, chanceOf(clock)))
  }
}

const mayPass = ({ code, status }: { code: string; status: number }): boolean =>
  status >= 500 || /Throttl|Throughput|TooManyRequests|RequestLimitExceeded/.test(code)

/** fetch throws a TypeError with a cause if the connection fails, and the reason of its signal after the time limit. */
const isNetworkFault = (error: unknown): boolean => {
  const { name, cause } = Object(error) as Partial<Error>
  return name === 'TimeoutError' || (name === 'TypeError' && cause !== undefined)
}
