import * as z from 'zod/mini'
import type { Clock } from '../../clock.ts'
import type { FailureCause, Unread } from '../../domain/failure-cause.ts'
import { UNKNOWN_CAUSE } from '../../domain/failure-cause.ts'
import type { FailedRun } from '../../ports/failures.ts'
import { askJson, unexpected } from '../ask-json.ts'
import type { AwsConnection } from '../connection.ts'
import { answerIn } from '../expected-errors.ts'

/** What reading a failure takes: credentials for the account and Region in which the action ran. */
export interface Asking {
  connection: AwsConnection
  clock: Pick<Clock, 'now'>
}

/** Reads why one kind of action failed. */
export type ReadFailure = (asking: Asking, run: FailedRun) => Promise<FailureCause>

/** One call. All calls of one cause have the time that EXPLAINING_MS in flows/execution/explain-failure.ts gives them. */
export const FAILURE_MS = 2_500

/** A service by the names that an endpoint, `X-Amz-Target` and people have for it. */
export interface JsonService {
  service: string
  target: string
  name: string
}

type FailureOperation =
  | 'BatchGetBuildBatches'
  | 'BatchGetBuilds'
  | 'GetLogEvents'
  | 'FilterLogEvents'
  | 'GetDeployment'
  | 'ListDeploymentTargets'
  | 'BatchGetDeploymentTargets'
  | 'DescribeServices'

export type ToldWhy<T> =
  | { kind: 'answered'; answer: T }
  /** The service does not have what was asked for; its sentence says what. */
  | { kind: 'missing'; message: string }
  | { kind: 'denied'; unread: Unread }

/** @throws for an error that expected-errors.ts does not have. */
export const askWhy = async <T extends z.ZodMiniType>(
  { connection, clock }: Asking,
  service: JsonService,
  operation: FailureOperation,
  input: object,
  shape: T,
): Promise<ToldWhy<z.output<T>>> => {
  const call = { ...service, operation, input, timeoutMs: FAILURE_MS }
  const asked = await askJson(connection, clock, call, shape)
  if (asked.kind === 'answered') return asked
  const meaning: 'denied' | 'missing' | null = answerIn(operation, asked.code)
  if (meaning === null) throw unexpected(call, asked)
  return meaning === 'denied'
    ? { kind: 'denied', unread: { because: 'denied', of: `${service.service}:${operation}` } }
    : { kind: 'missing', message: asked.message }
}

/** A text that a service may leave out. */
export const textOrNull = z.nullish(z.string())

/** A cause of which nothing else is known. */
export const cause = (more: Partial<FailureCause>): FailureCause => ({ ...UNKNOWN_CAUSE, ...more })

/** Facts of a failure in one sentence, without those that are missing. */
export const sentence = (...parts: readonly (string | null | undefined)[]): string | null =>
  parts
    .map((part) => (part ?? '').trim())
    .filter((part) => part !== '')
    .join(': ') || null
