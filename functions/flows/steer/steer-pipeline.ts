import type { Clock } from '../../clock.ts'
import type { Effect } from '../../domain/effect.ts'
import { filed, toFile } from '../../domain/journal.ts'
import { holds } from '../../domain/lease.ts'
import { pipelineId, pipelineOf } from '../../domain/pipeline.ts'
import type { SteeringAnswer, SteeringRecord, SteeringRequest } from '../../domain/steering.ts'
import {
  STEERING_CALL,
  STEERING_REQUESTED_FOR,
  sealedSteering,
  steeringBegun,
  steeringId,
  steeringNotBegun,
  steeringOf,
  steeringOver,
  steeringReleased,
  steeringRules,
  steeringRenewed,
  steeringStatement,
  steeringTakenOver,
} from '../../domain/steering.ts'
import { DAY } from '../../domain/time-units.ts'
import type { SteeringNotTaken } from '../../ports/pipeline-steering.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import { lookAgain } from '../approval/look-again.ts'
import { within } from '../within.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import { knownPerson } from '../known-person.ts'
import { lastGood } from './last-good.ts'
import { whyNotSteered } from './judge-steering.ts'
import { REFUSALS, STEERING_CALLS, transitionOf } from './steering-calls.ts'

type SteeringServices = Services &
  Pick<DueServices, 'pipelineSteering'> & {
    /** Has the person told how it ended. */
    tell: (request: SteeringRequest, answer: SteeringAnswer) => Effect
  }

/**
 * Story: a person has sent the form of a steering act. They are judged once more, the audit record says what they
 * requested, CodePipeline takes one call, and they alone are told how it ended.
 */
export const steerPipeline = async (
  services: SteeringServices,
  request: SteeringRequest,
  seal: string,
  tried: Tried,
): Promise<Performed> => {
  const { configuration, log, seals, steerings } = services
  const { act, who } = request
  if (!(await seals.holds(sealedSteering(request), seal))) {
    log.error('A steering act is dropped, because no function has sealed it', { act, user: who.userId })
    log.count('VerdictNotProven')
    return done()
  }
  try {
    const known = await steerings.read(steeringId(request.id))
    return known ? await goOn(services, request, known, tried) : await begin(services, request, tried)
  } catch (error) {
    if (!tried.isLast) throw error
    log.error('A steering act failed for good, and its person is told', { act, user: who.userId, error })
    log.count('EffectFailed')
    const notBegun: SteeringAnswer = { answer: 'refused', because: STEERING_NOT_BEGUN }
    // Stored: the queue may have delivered the request twice, and the other delivery still have tries left.
    const isNotBegun = await steerings.create(steeringNotBegun(request, notBegun, configuration.retention))
    return end(services, request, isNotBegun ? notBegun : NOT_SHOWN)
  }
}

const STEERING_UNANSWERED = 'CodePipeline did not answer. Look there whether it was done.'
const STEERING_NOT_BEGUN = 'Greenlight could not check it in time, and nothing was done. Please ask again.'

/** Why a person with an account cannot do it at this moment, in a sentence; null if they can. */
const whyNotNow = async (services: Services, request: SteeringRequest): Promise<string | null> => {
  const { act, execution, who, at } = request
  if (services.clock.now() - at >= STEERING_REQUESTED_FOR)
    return 'Half an hour has passed since you asked. Look at the pipeline, and ask again.'
  // A stage that was added since the execution began may have other people.
  const stages = steeringRules(act).on === 'pipeline' ? await services.pipelines.stages(execution) : []
  if (!stages) return REFUSALS.gone
  const stagesNow = stages.map(({ stage }) => stage)
  const because = await whyNotSteered(services, request, who.userId, stagesNow)
  if (because !== null) return because
  const { toLastGood, transition } = steeringRules(act)
  if (toLastGood) return whyNotTo(services, request)
  if (!transition) return null
  // Of a stage that is gone, what CodePipeline shows before the call or after it says so.
  const standing = await transitionOf(services.pipelines, execution, request.stage)
  // Another person's reason stays until the stage is resumed.
  return standing === transition ? STANDS[standing] : null
}

const STANDS = { held: 'The stage is held already.', open: 'The stage is not held.' } as const

/** The person has agreed to this execution, and no other. */
const whyNotTo = async (services: Services, { choice, ...aim }: SteeringRequest): Promise<string | null> => {
  const good = await lastGood(services, aim)
  if (good.kind === 'none') return good.because
  return good.target === choice ? null : 'Another execution is the last good one now. Look at the stage, and ask again.'
}

/** With the signature and the call it fits into the function's thirty seconds (docs/time-limits.md). */
const JUDGING_MS = 8_000

/** @throws if Slack and CodePipeline are too slow: the queue tries again. */
const inTime = async <T>(clock: Clock, judging: Promise<T>): Promise<T> => {
  const judged = await within(
    clock,
    JUDGING_MS,
    judging.then((answer) => ({ answer })),
  )
  if (!judged) throw new Error('Slack and CodePipeline took too long to say whether the person may do it')
  return judged.answer
}

const steeringFor = (request: SteeringRequest) => ({
  ...steeringOf(request),
  by: request.who.userId,
  chain: steeringId(request.id),
})

/** Who asks, and why they cannot do it at this moment. */
const judgeAsker = async (services: Services, request: SteeringRequest) => {
  const person = await knownPerson(services.directory, request.who.userId)
  return { person, because: person.kind === 'unknown' ? person.because : await whyNotNow(services, request) }
}

/** The same, and what CodePipeline shows before the call. */
const judgeFirst = async (services: Services, request: SteeringRequest) => {
  const { person, because } = await judgeAsker(services, request)
  const { before } = STEERING_CALLS[request.act]
  return { person, because, before: because === null ? await before(services.pipelines, steeringFor(request)) : null }
}

const begin = async (services: SteeringServices, request: SteeringRequest, tried: Tried): Promise<Performed> => {
  const { clock, configuration, signatures, steerings } = services
  const { who, at } = request
  const { person, because, before } = await inTime(clock, judgeFirst(services, request))
  const signed = await signatures.sign(steeringStatement(steeringId(request.id), request, who.userId, at))
  const by = person.kind === 'known' ? { ...who, ...person.person } : who
  const now = clock.now()
  const owner = clock.newId()
  const begun = steeringBegun(
    { ...request, who: by },
    { before: before ?? null, owner, signed, retention: configuration.retention },
    now,
  )
  const refused = because ?? (before === undefined ? REFUSALS.gone : null)
  const answer: SteeringAnswer | null = refused === null ? null : { answer: 'refused', because: refused }
  // What is refused is stored as over: no function may take it over and call.
  if (!(await steerings.create(answer ? steeringOver(begun, answer, now) : begun))) return OTHER_FUNCTION
  if (answer) return end(services, request, answer)
  return callOnce(services, request, begun, { owner, isFirst: true, ...tried })
}

const OTHER_FUNCTION = again(20, 'another function does it')

/**
 * A function began, and did not say how it ended: CodePipeline shows whether it took the call. Of what is stored, only
 * how far it was is believed: the sealed request says what to do, and whether its person may is judged again.
 */
const goOn = async (
  services: SteeringServices,
  request: SteeringRequest,
  known: SteeringRecord,
  tried: Tried,
): Promise<Performed> => {
  const { clock, log, pipelines, steerings } = services
  if (sealedSteering(known.request) !== sealedSteering(request)) {
    log.error('A steering act is dropped, because the table has another request', { user: request.who.userId })
    log.count('VerdictNotProven')
    return done()
  }
  const { id, state } = known
  if (state.name === 'over') return end(services, request, state)
  const owner = clock.newId()
  const acquired = await steerings.change(id, (current) => steeringTakenOver(current, owner, clock.now()))
  if (acquired?.kind !== 'acquired') return OTHER_FUNCTION
  const judgeAgain = async () => {
    // In this order: the call that CodePipeline took may be why there is nothing to do any more.
    const { because } = await judgeAsker(services, request)
    const earlier = await STEERING_CALLS[request.act].wasTaken(pipelines, steeringFor(request), state.before)
    return { because, earlier }
  }
  const { because, earlier } = await inTime(clock, judgeAgain())
  if (earlier !== false) return end(services, request, earlier === true ? TAKEN : NOT_SHOWN)
  if (because !== null) return end(services, request, { answer: 'refused', because })
  return callOnce(services, request, known, { owner, isFirst: false, ...tried })
}

interface Calling extends Tried {
  owner: string
  /** No function has called before. */
  isFirst: boolean
}

const callOnce = async (
  services: SteeringServices,
  request: SteeringRequest,
  { id, journal, state }: SteeringRecord,
  { owner, isFirst, isLast }: Calling,
): Promise<Performed> => {
  const { clock, entries, pipelineSteering, pipelines, steerings } = services
  const steering = steeringOf(request)
  // Before the call: what CodePipeline took has its request in the audit record, whatever happens then.
  await entries.file(toFile(journal).map((one) => ({ ...one, where: null })))
  const lease = await steerings.change(id, (current) => steeringRenewed(current, owner, clock.now()))
  if (!holds(lease, owner, clock.now(), STEERING_CALL)) return OTHER_FUNCTION
  const outcome = await pipelineSteering.steer(steering, { by: request.who.userId, once: id })
  if (outcome.kind === 'taken') return end(services, request, TAKEN)
  const before = state.name === 'begun' ? state.before : null
  // CodePipeline may have taken an earlier call, and not shown it yet.
  const earlier = !isFirst && (await STEERING_CALLS[request.act].wasTaken(pipelines, steeringFor(request), before))
  if (earlier !== false) return end(services, request, earlier === true ? TAKEN : NOT_SHOWN)
  if (outcome.kind !== 'busy' || isLast) return end(services, request, notTaken(request, outcome))
  await steerings.change(id, (current) => [steeringReleased(current, owner), null])
  return again(5, 'CodePipeline is busy with the pipeline')
}

const TAKEN: SteeringAnswer = { answer: 'taken', because: null }
/** Another act hides it, or an edit has taken the stage away, and with it what was done there. */
const NOT_SHOWN: SteeringAnswer = { answer: 'refused', because: STEERING_UNANSWERED }

const notTaken = ({ act }: SteeringRequest, outcome: SteeringNotTaken): SteeringAnswer => ({
  answer: 'refused',
  because:
    outcome.kind === 'refused'
      ? `AWS does not let Greenlight do this: ${outcome.because}.`
      : ({ ...REFUSALS, ...STEERING_CALLS[act].refusals }[outcome.kind] ?? REFUSALS.unable),
})

/**
 * The answer is stored and recorded before the person hears it: a crash in between tells them twice at most. They hear what
 * is stored, also if this function knows less than the one that stored it.
 */
const end = async (
  services: SteeringServices,
  request: SteeringRequest,
  answer: SteeringAnswer,
): Promise<Performed> => {
  const { clock, entries, log, steerings } = services
  const id = steeringId(request.id)
  const { act, execution, stage, who } = request
  const over = await steerings.change(id, (current) => {
    const next = steeringOver(current, answer, clock.now())
    return [next, next]
  })
  const told: SteeringAnswer =
    over?.state.name !== 'over'
      ? answer
      : over.state.answer === 'taken'
        ? TAKEN
        : { answer: 'refused', because: over.state.because }
  const last = over?.journal.unfiled.at(-1)
  if (over && last) {
    await entries.file(toFile(over.journal).map((one) => ({ ...one, where: null })))
    await steerings.change(id, (current) => [{ ...current, journal: filed(current.journal, last.number) }, null], {
      from: over,
    })
  }
  log.info('A steering act was answered', { act, execution: execution.executionId, stage, user: who.userId, ...told })
  if (told.answer === 'taken' && steeringRules(act).transition) await lookAtHeld(services, request)
  return done([
    services.tell(request, told),
    // A click without a channel comes from the Home tab, which shows what became of it.
    ...(who.from === null ? [{ do: 'show-homes', users: [who.userId], opened: null } as const] : []),
    { do: 'check-execution', execution: { ...pipelineOf(execution), executionId: execution.executionId } },
  ])
}

/** How far back it is looked for executions that wait for the stage, and how many of them are read again. */
const WAITING_SINCE = 30 * DAY
const MOST_WAITING = 10

/** CodePipeline sends no event of a transition: what shows the stage as held, or should, is looked at again. */
const lookAtHeld = async (services: Services, { execution, stage }: SteeringRequest): Promise<void> => {
  const { attention, clock, log, queue } = services
  const pipeline = pipelineId(execution)
  const { keys } = await attention.newestExecutions(
    clock.now() - WAITING_SINCE,
    (key) => pipelineId(key) === pipeline && key.executionId !== execution.executionId,
    MOST_WAITING,
  )
  for (const one of keys) await queue.send({ effect: { do: 'check-execution', execution: one }, attempt: 1 }, 0)
  const approvals = await lookAgain(services, ({ where }) => pipelineId(where) === pipeline)
  log.info('A stage was held or resumed, and what waits is looked at again', { pipeline, stage, approvals })
}
