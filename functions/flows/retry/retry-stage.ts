import { filed, toFile } from '../../domain/journal.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { RetryAnswer, RetryRequest, StageRetry } from '../../domain/stage-retry.ts'
import {
  RETRY_REQUESTED_FOR,
  retryBegun,
  retryOver,
  retryStatement,
  retryTakenOver,
  sealedRetry,
  stageRetryId,
} from '../../domain/stage-retry.ts'
import type { RetryOutcome } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import { knownPerson } from '../known-person.ts'
import { whyNotRetried } from './judge-retry.ts'

/**
 * Story: a person has sent the form that has a failed stage run again. They are judged once more, the audit record says
 * what they asked for, CodePipeline is called once, and they alone are told how it ended.
 */
export const retryStage = async (
  services: Services,
  request: RetryRequest,
  seal: string,
  { isLast }: Tried,
): Promise<Performed> => {
  const { log, seals, retries } = services
  const { userId } = request.who
  if (!(await seals.holds(sealedRetry(request), seal))) {
    log.error('A retry is dropped, because no function has sealed it', { user: userId })
    log.count('VerdictNotProven')
    return done()
  }
  try {
    const known = await retries.read(stageRetryId(request.id))
    return known ? await goOn(services, request, known) : await begin(services, request)
  } catch (error) {
    if (!isLast) throw error
    log.error('A retry failed for good, and its person is told', { user: userId, error })
    log.count('EffectFailed')
    return end(services, request, { answer: 'refused', because: RETRY_UNANSWERED })
  }
}

const RETRY_UNANSWERED = 'CodePipeline did not answer. Look there whether the stage runs again.'

/** Why the person who is known cannot have the stage run again at this moment, in a sentence; null if they can. */
const whyNotNow = async (services: Services, request: RetryRequest): Promise<string | null> =>
  services.clock.now() - request.at >= RETRY_REQUESTED_FOR
    ? 'Half an hour has passed since you asked. Look at the stage, and ask again.'
    : whyNotRetried(services, request, request.who.userId)

const begin = async (services: Services, request: RetryRequest): Promise<Performed> => {
  const { clock, configuration, directory, entries, pipelines, retries, signatures } = services
  const { who, execution, at } = request
  const id = stageRetryId(request.id)
  const person = await knownPerson(directory, who.userId)
  const because = person.kind === 'unknown' ? person.because : await whyNotNow(services, request)
  const runs = because === null ? await pipelines.actionRuns(execution) : []
  const signed = await signatures.sign(retryStatement(id, request, who.userId, at))
  const newest = newestOf(runs ?? [], request)
  const by = person.kind === 'known' ? { ...who, ...person.person } : who
  const now = clock.now()
  const begun = retryBegun({ ...request, who: by }, { newest, signed, retention: configuration.retention }, now)
  const refused = because ?? (runs === null ? NOT_RETRIED.gone : null)
  const answer: RetryAnswer | null = refused === null ? null : { answer: 'refused', because: refused }
  // What is refused is stored as over: no function may take it over and call.
  if (!(await retries.create(answer ? retryOver(begun, answer, now) : begun)))
    return again(20, 'another function does it')
  if (answer) return end(services, request, answer)
  // Before the call: a retry that CodePipeline took has its request in the audit record, whatever happens then.
  await entries.file(toFile(begun.journal).map((one) => ({ ...one, where: null })))
  const { kind, ...more } = await services.pipelines.retryStage(request, request.mode, request.who.userId)
  return end(services, request, kind === 'retried' ? RETRIED : notRetried(kind, more))
}

/**
 * A function began, and did not say how it ended: CodePipeline's list shows whether it took the call. Of what is stored,
 * only how far it was is believed: the sealed request says what to retry, and whether its person may is judged again.
 */
const goOn = async (services: Services, request: RetryRequest, known: StageRetry): Promise<Performed> => {
  const { clock, entries, log, pipelines, retries } = services
  if (sealedRetry(known.request) !== sealedRetry(request)) {
    log.error('A retry is dropped, because the table has another request', { user: request.who.userId })
    log.count('VerdictNotProven')
    return done()
  }
  const { id, state } = known
  if (state.name === 'over') return end(services, request, state)
  const taken = await retries.change<StageRetry | null>(id, (current) => {
    const next = retryTakenOver(current, clock.now())
    return [next ?? current, next]
  })
  if (!taken) return again(20, 'another function does it')
  const wasTaken = async (): Promise<boolean | null> => {
    const runs = await pipelines.actionRuns(request.execution)
    return runs && newestOf(runs, request) !== state.newest
  }
  const earlier = await wasTaken()
  if (earlier) return end(services, request, RETRIED)
  const because = earlier === null ? NOT_RETRIED.gone : await whyNotNow(services, request)
  if (because !== null) return end(services, request, { answer: 'refused', because })
  await entries.file(toFile(taken.journal).map((one) => ({ ...one, where: null })))
  const { kind, ...more } = await pipelines.retryStage(request, request.mode, request.who.userId)
  // CodePipeline may have taken the first call, and not listed its actions yet.
  const isTaken = kind === 'retried' || (IS_AT_WORK.has(kind) && (await wasTaken()))
  return end(services, request, isTaken ? RETRIED : notRetried(kind, more))
}

/** How CodePipeline refuses to retry a stage that it retries already. */
const IS_AT_WORK: ReadonlySet<RetryOutcome['kind']> = new Set(['running', 'not-retryable'])

const RETRIED: RetryAnswer = { answer: 'retried', because: null }

const notRetried = (kind: RetryOutcome['kind'], more: { because?: string }): RetryAnswer => ({
  answer: 'refused',
  because:
    more.because !== undefined
      ? `AWS does not let Greenlight retry this stage: ${more.because}.`
      : NOT_RETRIED[kind as keyof typeof NOT_RETRIED],
})

/** What CodePipeline's refusals mean to the person. */
const NOT_RETRIED = {
  'not-latest': 'A newer execution has been in this stage since, so CodePipeline does not retry this one.',
  'not-retryable': 'CodePipeline cannot retry this stage: it did not fail, or the pipeline has changed since.',
  running: 'The stage is at work already.',
  gone: 'CodePipeline no longer has this pipeline, stage or execution.',
} as const

/** Newest first, as CodePipeline lists them. */
const newestOf = (
  runs: readonly { stage: string; actionExecutionId: string }[],
  { stage }: RetryRequest,
): string | null => runs.find((run) => run.stage === stage)?.actionExecutionId ?? null

/** The answer is stored and recorded before the person hears it: a crash in between tells them twice at most. */
const end = async (services: Services, request: RetryRequest, answer: RetryAnswer): Promise<Performed> => {
  const { clock, entries, log, retries, slack } = services
  const id = stageRetryId(request.id)
  const { who, execution, stage, mode } = request
  const over = await retries.change(id, (current) => {
    const next = retryOver(current, answer, clock.now())
    return [next, next]
  })
  const last = over?.journal.unfiled.at(-1)
  if (over && last) {
    await entries.file(toFile(over.journal).map((one) => ({ ...one, where: null })))
    await retries.change(id, (current) => [{ ...current, journal: filed(current.journal, last.number) }, null], {
      from: over,
    })
  }
  log.info('A retry of a stage was answered', { execution: execution.executionId, stage, user: who.userId, ...answer })
  if (who.from !== null) {
    const card = { kind: 'retry', pipeline: execution.pipeline, stage, mode, ...answer } as const
    await slack
      .whisper(who.from, who.userId, card)
      .catch((error: unknown) => log.warn('A private answer failed', { channel: who.from, user: who.userId, error }))
  }
  return done([{ do: 'check-execution', execution: { ...pipelineOf(execution), executionId: execution.executionId } }])
}
