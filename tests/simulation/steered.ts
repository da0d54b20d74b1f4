import type { Entry } from '../../functions/domain/journal.ts'
import { membersOf } from '../support/memory/people.ts'
import { frozenTimes, openAt } from './configuration.ts'
import type { Pressed } from './ledger.ts'
import { PERMISSION } from './drawn-steering.ts'
import type { History } from './history.ts'
import type { Steered, SteeringCall } from './ledger.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import { chainOf } from './steering-port.ts'

/** From judging until CodePipeline has the call: the time limit of a function. */
const CALLED_WITHIN = 31_000
/** They let a change go on, which a change freeze forbids (decision 34). */
const LETS_GO_ON: readonly Pressed['act'][] = ['retry', 'resume', 'release']
/** "DisableStageTransition", CodePipeline API reference, reason. */
const AWS_REASON = /^[a-zA-Z0-9!@ ().*?-]{1,300}$/

/** What CodePipeline must be asked for, by what was pressed. */
const CALLS: Record<Pressed['act'], (pressed: Pressed) => [operation: string, input: Record<string, unknown>]> = {
  retry: ({ execution, stage, choice }) => [
    'RetryStageExecution',
    { stageName: stage, pipelineExecutionId: execution.executionId, retryMode: choice },
  ],
  rollback: ({ stage, choice }) => ['RollbackStage', { stageName: stage, targetPipelineExecutionId: choice }],
  stop: ({ execution, choice }) => [
    'StopPipelineExecution',
    { pipelineExecutionId: execution.executionId, abandon: choice === 'abandon' },
  ],
  hold: ({ stage }) => ['DisableStageTransition', { stageName: stage, transitionType: 'Inbound' }],
  resume: ({ stage }) => ['EnableStageTransition', { stageName: stage, transitionType: 'Inbound' }],
  release: () => ['StartPipelineExecution', { name: PIPELINE }],
}

/**
 * What CodePipeline did for people in Slack: each press by someone who may, as they pressed it, once, outside the freezes that
 * forbid it. The audit record has each press that was judged with its answer, and its person is told what CodePipeline did.
 */
export const steeredByRight = async (history: History): Promise<string[]> => {
  const { ledger, tables } = history
  const found = ledger.steered
    .filter(({ once }) => !ledger.pressed.has(once))
    .map(({ operation, once }) => `${operation} for ${once}, which no person pressed`)
  for (const [chain, pressed] of ledger.pressed) {
    const entries = (await tables.entriesOf(chain)).toSorted((a, b) => a.number - b.number)
    const calls = ledger.steered.filter(({ once }) => once === chain)
    const { act, stage, userId } = pressed
    const problems = [
      ...callProblems(history, pressed, calls),
      ...entryProblems(history, chain, pressed, calls, entries),
      ...toldProblems(history, pressed, calls, entries),
    ]
    found.push(...problems.map((problem) => `${act} of ${stage ?? 'the pipeline'} by ${userId} (${chain}): ${problem}`))
  }
  return [...found, ...holdProblems(history)]
}

const callProblems = (history: History, pressed: Pressed, calls: readonly Steered[]): string[] => {
  const { act, userId, reason } = pressed
  const [operation, input] = CALLS[act](pressed)
  const taken = calls.filter(({ error }) => error === null)
  const isAsPressed = (call: Steered): boolean =>
    call.operation === operation && Object.entries(input).every(([name, value]) => call.input[name] === value)
  return [
    ...(calls.length > 0 && !mayDo(history, pressed) ? ['may not'] : []),
    ...(calls.some((call) => !isAsPressed(call)) ? ['is done as something else'] : []),
    ...(calls.some(({ session }) => session !== `decider/steer-${userId}`) ? ['is done in the name of another'] : []),
    ...(calls.some(({ error }) => error === 'ValidationException')
      ? ['is asked for in a way that AWS does not take']
      : []),
    ...(act === 'hold' ? calls.flatMap((call) => reasonProblems(call, userId, reason ?? '')) : []),
    ...(isDoneAgain(act, taken) ? [`was pressed once, and CodePipeline did it ${taken.length} times`] : []),
    ...(taken.some(({ at }) => isForbidden(history, act, at)) ? ['was done in a change freeze'] : []),
    ...(calls.some(({ isRecorded }) => !isRecorded) ? ['was called before it was in the audit record'] : []),
  ]
}

/** Another call leaves a held or resumed stage as it is. */
const isDoneAgain = (act: Pressed['act'], taken: readonly Steered[]): boolean => {
  if (act === 'hold' || act === 'resume') return false
  return act === 'release' ? new Set(taken.map(({ started }) => started)).size > 1 : taken.length > 1
}

/** AWS keeps who held the stage, and as much of their words as its characters let it. */
const reasonProblems = ({ input }: Steered, userId: string, words: string): string[] => {
  const reason = String(input['reason'])
  const plain = /[a-z]{3,}/gi
  const kept = words.match(plain)?.at(0)
  return [
    ...(AWS_REASON.test(reason) ? [] : ['has characters in its reason that AWS does not take']),
    ...(reason.includes(userId) ? [] : ['does not say in AWS who did it']),
    ...(kept === undefined || !/^[a-z ]+$/i.test(words) || reason.includes(kept) ? [] : ['does not say in AWS why']),
  ]
}

/** By the routes: all have the same permissions. */
const mayDo = ({ routes }: History, { act, userId }: Pressed): boolean =>
  routes.length > 0 && routes.every(({ may }) => membersOf(may[PERMISSION[act]]).includes(userId))

const isForbidden = (history: History, act: Pressed['act'], at: number): boolean => {
  if (!LETS_GO_ON.includes(act)) return false
  return freezesAt(history, at).some((from) => from + CALLED_WITHIN <= at)
}

/** When each freeze began that is in force at this moment, by every route and by people in Slack. */
const freezesAt = ({ routes, freezes }: History, at: number): number[] => [
  ...routes.flatMap((route) => openAt(frozenTimes(route), at)?.from ?? []),
  ...freezes
    .filter(({ patterns }) => patterns.some(isOfPipeline))
    .filter(({ from, until, lifted }) => from <= at && at < (lifted?.at ?? until))
    .map(({ from }) => from),
]

/** A pattern of the drawn freezes: a name, or its beginning. */
const isOfPipeline = (pattern: string): boolean =>
  pattern.endsWith('*') ? PIPELINE.startsWith(pattern.slice(0, -1)) : pattern === PIPELINE

const entryProblems = (
  history: History,
  chain: string,
  pressed: Pressed,
  calls: readonly Steered[],
  entries: readonly Entry[],
): string[] => {
  const { ledger, queue } = history
  const happened = entries.map((entry) => entry.happened)
  const requests = happened.filter(({ what }) => what === 'steering-requested')
  const answers = happened.filter(({ what }) => what === 'steering-answered')
  const isDead = queue.dead.some(
    ({ effect }) =>
      (effect.do === 'steer-pipeline' && chainOf(effect.request.id) === chain) ||
      (effect.do === 'take-command' && chainOf(effect.command.id) === chain),
  )
  const taken = entries.find((entry) => isTakenBy(entry))
  return [
    ...(requests.length > 1 || answers.length > 1 || entries.length > requests.length + answers.length
      ? [`has ${happened.map(({ what }) => what).join(', ')} in the audit record`]
      : []),
    ...(happened.length > 0 && happened[0]!.what !== 'steering-requested' ? ['has an answer before its request'] : []),
    ...(requests.length > answers.length && !isDead ? ['has no answer in the audit record'] : []),
    ...requests.flatMap((request) =>
      request.what === 'steering-requested' && !isOf(pressed, request)
        ? ['is in the audit record as something else']
        : [],
    ),
    ...(calls.some(({ error }) => error === null) && answers.length > 0 && !taken && !mayDiffer(ledger, happened)
      ? ['was done, and the audit record says that it was refused']
      : []),
    ...(taken && !isDoneBySomeone(history, chain, pressed, taken.at)
      ? ['is in the audit record as done, and CodePipeline has not done it']
      : []),
  ]
}

type Requested = Extract<Entry['happened'], { what: 'steering-requested' }>

const isOf = (pressed: Pressed, { who, steering }: Requested): boolean =>
  who.userId === pressed.userId &&
  steering.act === pressed.act &&
  steering.stage === pressed.stage &&
  steering.choice === pressed.choice &&
  steering.reason?.trim() === pressed.reason?.trim() &&
  (pressed.isTyped || steering.execution.executionId === pressed.execution.executionId)

const isTakenBy = ({ happened }: Entry): boolean => happened.what === 'steering-answered' && happened.answer === 'taken'

/**
 * No one knows what became of the call, and the person is told to look. A pipeline that is deleted shows nothing of what it
 * did.
 */
const mayDiffer = ({ pipelineDeleted }: History['ledger'], happened: readonly Entry['happened'][]): boolean =>
  pipelineDeleted ||
  happened.some((one) => one.what === 'steering-answered' && one.because?.startsWith(UNANSWERED) === true)

const UNANSWERED = 'CodePipeline did not answer.'

/**
 * Where a function crashed, or the answer to a call was lost, the same that was done for another press looks like it: an act
 * of that kind, at that stage and that execution, while the press was handled. CodePipeline's answers may be outdated, so
 * that what was done shortly before the press counts too. What CodePipeline shows the person of, must be their own.
 */
const isDoneBySomeone = (
  { ledger: { steered, steeredByOthers }, climate }: History,
  chain: string,
  pressed: Pressed,
  answeredAt: number,
): boolean => {
  const [operation, input] = CALLS[pressed.act](pressed)
  const isOfAct = (call: SteeringCall): boolean =>
    (call.operation === operation || (pressed.act === 'retry' && call.operation === 'OverrideStageCondition')) &&
    AIMED_BY.every((name) => call.input[name] === input[name])
  const isInTime = ({ at }: SteeringCall): boolean => pressed.at - climate.lag <= at && at <= answeredAt
  const isOwn = ({ once, session }: Steered): boolean =>
    once === chain || !SAYS_WHO.includes(pressed.act) || session === `decider/steer-${pressed.userId}`
  const taken = steered.filter(({ error }) => error === null)
  return [...taken.filter(isOwn), ...steeredByOthers].some((call) => isOfAct(call) && isInTime(call))
}

/** What CodePipeline shows of a call: not how the stage was retried, or the execution stopped. */
const AIMED_BY = ['stageName', 'pipelineExecutionId', 'targetPipelineExecutionId']

/** CodePipeline shows for whom it did these. */
const SAYS_WHO: readonly Pressed['act'][] = ['hold', 'release']

const toldProblems = (
  { ledger, freezes, routes, ...history }: History,
  pressed: Pressed,
  calls: readonly Steered[],
  entries: readonly Entry[],
): string[] => {
  const recorded = entries.find(({ happened }) => happened.what === 'steering-answered')
  const told = ledger.toldSteering.filter(({ from }) => from === pressed.from)
  const whole = { ledger, freezes, routes, ...history }
  return told.flatMap(({ userId, answer, because }) => [
    ...(userId === null || userId === pressed.userId ? [] : [`${userId} is told of it`]),
    ...((recorded?.happened.what !== 'steering-answered' || recorded.happened.answer !== answer) &&
    !(entries.length === 0 && calls.length === 0 && because?.includes(NOTHING_DONE))
      ? [`its person is told that it was ${answer}, and that is not in the audit record`]
      : []),
    ...(because === null ? [] : reasonsUntrue(whole, pressed, because, recorded?.at ?? 0)),
  ])
}

/** It could not be recorded, and so it was not done: only where there is neither an entry nor a call. */
const NOTHING_DONE = 'nothing was done'

/** What is said of permissions and freezes is so. */
const reasonsUntrue = (history: History, pressed: Pressed, because: string, at: number): string[] => {
  if (/^(?:You may not|No one may) /.test(because) && mayDo(history, pressed))
    return [`its person is told “${because}”, and may`]
  const moments = Array.from({ length: CALLED_WITHIN / 1_000 }, (_, second) => at - second * 1_000)
  return because.startsWith('The change freeze') && moments.every((moment) => freezesAt(history, moment).length === 0)
    ? [`its person is told “${because}”, and nothing is frozen`]
    : []
}

/** A stage is held if the last of those who held or resumed it held it, and no edit has taken it away since. */
const holdProblems = ({ ledger, stateNow }: History): string[] =>
  (stateNow?.stageStates ?? []).flatMap(({ stageName, inboundTransitionState: transition }) => {
    const last = ledger.steered.findLast(
      ({ operation, input, error }) =>
        error === null && operation.endsWith('StageTransition') && input['stageName'] === stageName,
    )
    const wasTakenAway = ledger.edited.some(({ stages, at }) => last && last.at <= at && !stages.includes(stageName))
    const isHeld = last?.operation === 'DisableStageTransition' && !wasTakenAway
    return transition === undefined || transition.enabled === !isHeld
      ? []
      : [`${stageName} is ${isHeld ? 'not held any more, and no one resumed it' : 'held, and no one held it'}`]
  })
