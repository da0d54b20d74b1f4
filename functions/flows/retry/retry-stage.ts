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
  const { clock, log, seals, retries } = services
  const { userId } = request.who
  if (!(await seals.holds(sealedRetry(request), seal))) {
    log.error('A retry is dropped, because no function has sealed it', { user: userId })
    log.count('VerdictNotProven')
    return done()
  }
  const known = await retries.read(stageRetryId(request.id))
  if (!known && clock.now() - request.at >= RETRY_REQUESTED_FOR) {
    log.warn('A retry is dropped, because it comes too late', { user: userId })
    return done()
  }
  try {
    return known ? await goOn(services, known) : await begin(services, request)
  } catch (error) {
    if (!isLast) throw error
    log.error('A retry failed for good, and its person is told', { user: userId, error })
    log.count('EffectFailed')
    return end(services, stageRetryId(request.id), request, { answer: 'refused', because: RETRY_UNANSWERED })
  }
}

const RETRY_UNANSWERED = 'CodePipeline did not answer. Look there whether the stage runs again.'

const begin = async (services: Services, request: RetryRequest): Promise<Performed> => {
  const { clock, configuration, directory, pipelines, retries, signatures } = services
  const { who, execution, at } = request
  const id = stageRetryId(request.id)
  const person = await knownPerson(directory, who.userId)
  const because = person.kind === 'unknown' ? person.because : await whyNotRetried(services, request, who.userId)
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
  return answer ? end(services, id, request, answer) : call(services, begun)
}

/** A function began, and did not say how it ended: CodePipeline's list shows whether it took the call. */
const goOn = async (services: Services, known: StageRetry): Promise<Performed> => {
  const { clock, pipelines, retries } = services
  const { id, request, state } = known
  if (state.name === 'over') return end(services, id, request, state)
  const taken = await retries.change<StageRetry | null>(id, (current) => {
    const next = retryTakenOver(current, clock.now())
    return [next ?? current, next]
  })
  if (!taken) return again(20, 'another function does it')
  const runs = await pipelines.actionRuns(request.execution)
  if (runs === null) return end(services, id, request, { answer: 'refused', because: NOT_RETRIED.gone })
  return newestOf(runs, request) === state.newest ? call(services, taken) : end(services, id, request, RETRIED)
}

const RETRIED: RetryAnswer = { answer: 'retried', because: null }

const call = async (services: Services, { id, request }: StageRetry): Promise<Performed> => {
  const outcome = await services.pipelines.retryStage(request, request.mode, request.who.userId)
  return end(services, id, request, outcome.kind === 'retried' ? RETRIED : notRetried(outcome))
}

const notRetried = (outcome: Exclude<RetryOutcome, { kind: 'retried' }>): RetryAnswer => ({
  answer: 'refused',
  because:
    'because' in outcome
      ? `AWS does not let Greenlight retry this stage: ${outcome.because}.`
      : NOT_RETRIED[outcome.kind as keyof typeof NOT_RETRIED],
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
const end = async (services: Services, id: string, request: RetryRequest, answer: RetryAnswer): Promise<Performed> => {
  const { clock, entries, log, retries, slack } = services
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
