import type { Actor } from './act.ts'
import { canonical } from './canonical.ts'
import type { Execution } from './execution.ts'
import { hasFailed, stageNames } from './execution.ts'
import type { Happening, Journal } from './journal.ts'
import { emptyJournal, written } from './journal.ts'
import type { ExecutionKey } from './pipeline.ts'
import type { Signature } from './signature.ts'
import { sha256 } from './statement.ts'
import { MINUTE } from './time-units.ts'

/** Which actions of the stage run again ("RetryStageExecution", CodePipeline API reference). */
export const RETRY_MODES = ['FAILED_ACTIONS', 'ALL_ACTIONS'] as const
export type RetryMode = (typeof RETRY_MODES)[number]

/** A stage that failed, in its execution. */
export interface FailedStage {
  execution: ExecutionKey
  stage: string
}

/** What a person has sent the form for. */
export interface RetryRequest extends FailedStage {
  /** Another one for each form, however often it is delivered. */
  id: string
  mode: RetryMode
  who: Actor
  at: number
}

/** A request that comes later is not done: the person has looked at CodePipeline since, or asked again. */
export const RETRY_REQUESTED_FOR = 30 * MINUTE

/** The text that a request is sealed with. */
export const sealedRetry = ({ id, execution, stage, mode, who, at }: RetryRequest): string =>
  canonical({ retry: id, ...execution, stage, mode, userId: who.userId, from: who.from, at })

/** The chain of the audit record. */
export const stageRetryId = (requestId: string): string => `retry-${sha256(requestId).slice(0, 12)}`
export const isStageRetryId = (id: string): boolean => /^retry-[0-9a-f]{12}$/.test(id)

/** The text that is signed. */
export const retryStatement = (
  chain: string,
  { execution, stage, mode }: FailedStage & { mode: RetryMode },
  userId: string,
  at: number,
): string => canonical({ version: 1, retry: chain, ...execution, stage, mode, userId, at })

export type RetryAnswer =
  | { answer: 'retried'; because: null }
  /** `because` is a sentence. */
  | { answer: 'refused'; because: string }

export interface StageRetry {
  kind: 'retry'
  id: string
  request: RetryRequest
  /**
   * `begun`: a function calls CodePipeline, until then alone. `newest`: the stage's newest action execution before the
   * call, by which a function that does not know whether CodePipeline took the call sees that it did.
   */
  state: { name: 'begun'; newest: string | null; until: number } | ({ name: 'over' } & RetryAnswer)
  /** How long its entries are kept. Milliseconds. */
  retention: number
  journal: Journal
}

/** One call, with the time to assume a role (functions/domain/lease.ts). */
const CALLING_MS = 20_000

export const retryBegun = (
  request: RetryRequest,
  { newest, signed, retention }: { newest: string | null; signed: Signature; retention: number },
  now: number,
): StageRetry => {
  const { who, execution, stage, mode, at } = request
  const fresh: StageRetry = {
    kind: 'retry',
    id: stageRetryId(request.id),
    request,
    state: { name: 'begun', newest, until: now + CALLING_MS },
    retention,
    journal: emptyJournal,
  }
  return withRetryEntry(fresh, at, { what: 'retry-requested', who, execution, stage, mode, signed })
}

/** The right to call once more, if the function that had it did not say how its call ended; null while it may still. */
export const retryTakenOver = (retry: StageRetry, now: number): StageRetry | null =>
  retry.state.name === 'begun' && now >= retry.state.until
    ? { ...retry, state: { ...retry.state, until: now + CALLING_MS } }
    : null

export const retryOver = (retry: StageRetry, answer: RetryAnswer, now: number): StageRetry =>
  retry.state.name === 'over'
    ? retry
    : withRetryEntry({ ...retry, state: { name: 'over', ...answer } }, now, { what: 'retry-answered', ...answer })

const withRetryEntry = (retry: StageRetry, at: number, happened: Happening): StageRetry => ({
  ...retry,
  journal: written(retry.journal, { approval: retry.id, at, happened, keptUntil: at + retry.retention }),
})

/** The stage that a failed execution failed in; null if there is none. */
export const failedStageOf = (execution: Execution): string | null =>
  hasFailed(execution) && !execution.outside
    ? (stageNames(execution).findLast((name) => execution.stages.get(name)?.progress === 'failed') ?? null)
    : null
