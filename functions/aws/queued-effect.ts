import * as z from 'zod/mini'
import type { Due, Effect } from '../domain/effect.ts'
import type { RecordedRefusal } from '../domain/recorded.ts'
import { FIRST_KIND, GATE_KINDS } from '../domain/gate.ts'
import { STEERING_ACTS } from '../domain/steering.ts'
import { Malformed, parseAs, parseJson } from '../malformed.ts'
import { ownEntry } from '../own-entry.ts'
import { whenNeeded } from '../when-needed.ts'
import type { Renamed } from './queue-message.ts'
import { QUEUED_AS } from './queue-message.ts'

/*
 * The messages of the queue as effect-due reads them. A file of its own: the other functions only send them.
 */

const PIPELINE = whenNeeded(() => ({ accountId: z.string(), region: z.string(), pipeline: z.string() }))
const EXECUTION_KEY = whenNeeded(() => z.object({ ...PIPELINE(), executionId: z.string() }))
const LEASE = whenNeeded(() =>
  z.object({
    owner: z.string(),
    mustLookFirst: z.boolean(),
    notBefore: z.number(),
    isHandedOn: z.exactOptional(z.literal(true)),
  }),
)
const GATE = whenNeeded(() => z._default(z.enum(GATE_KINDS), FIRST_KIND))
const ACTION = whenNeeded(() => z.object({ ...PIPELINE(), stage: z.string(), action: z.string() }))
const THERE = whenNeeded(() => z.object({ accountId: z.string(), region: z.string() }))

const ACT = whenNeeded(() =>
  z.discriminatedUnion('do', [
    z.object({
      do: z.literal('vote'),
      verdict: z.enum(['Approved', 'Rejected']),
      comment: z.string(),
      notBefore: z.exactOptional(z.number()),
    }),
    z.object({ do: z.enum(['withdraw', 'stop-automatic', 'take-newer', 'deploy-now']) }),
    z.object({ do: z.literal('break-glass'), reason: z.string() }),
    z.object({ do: z.literal('confirm-override'), comment: z.string() }),
  ]),
)
const ACTOR = whenNeeded(() =>
  z.object({
    userId: z.string(),
    teamId: z.nullable(z.string()),
    name: z.string(),
    email: z.nullable(z.string()),
    from: z.nullable(z.string()),
  }),
)
const TYPED_COMMAND = whenNeeded(() =>
  z.object({
    id: z.string(),
    text: z.string(),
    who: ACTOR(),
    at: z.number(),
    responseUrl: z.nullable(z.string()),
  }),
)
const SEVERAL_ANSWERS = whenNeeded(() =>
  z.object({
    id: z.string(),
    approvals: z.array(z.string()),
    verdict: z.enum(['Approved', 'Rejected']),
    comment: z.string(),
    who: ACTOR(),
    at: z.number(),
  }),
)
const CLICK = whenNeeded(() =>
  z.object({
    who: ACTOR(),
    act: ACT(),
    at: z.number(),
    waitsFor: z.exactOptional(z.enum(['slack', 'kms', 'others'])),
    seal: z.exactOptional(z.string()),
  }),
)

/** `refusal` is what the function wrote that saw the click, word for word: the seal shows it. */
const REFUSED_CLICK = whenNeeded(() =>
  z.object({
    who: ACTOR(),
    act: z.enum(['vote', 'withdraw', 'stop-automatic', 'take-newer', 'deploy-now', 'break-glass', 'confirm-override']),
    refusal: z.pipe(
      z.looseObject({ because: z.string() }),
      z.transform((refusal) => refusal as unknown as RecordedRefusal),
    ),
    at: z.number(),
    seal: z.string(),
  }),
)

const OUTSIDE_WORK = whenNeeded(() =>
  z.object({
    service: z.enum(['CodeBuild', 'CodeDeploy']),
    group: z.nullable(z.string()),
    version: z.nullable(z.string()),
  }),
)

const STEERING_REQUEST = whenNeeded(() =>
  z.object({
    id: z.string(),
    act: z.enum(STEERING_ACTS),
    execution: EXECUTION_KEY(),
    stage: z.nullable(z.string()),
    choice: z.nullable(z.string()),
    reason: z.nullable(z.string()),
    who: ACTOR(),
    thread: z.exactOptional(z.string()),
    at: z.number(),
  }),
)

const FLAG = whenNeeded(() => z.exactOptional(z.literal(true)))

/** The schema of one kind of effect; of a renamed one, under either name. */
const kind = <Name extends Effect['do'], Fields extends z.core.$ZodShape>(name: Name, fields: () => Fields) =>
  whenNeeded(() =>
    z.object({
      do: z.pipe(
        z.string(),
        z.transform(() => name),
      ),
      ...fields(),
    }),
  )

const APPROVAL = () => ({ approval: z.string() })

/** By `do`. A message has one effect or a few: each kind has its schema made when the first such effect comes. */
const EFFECTS: Record<Effect['do'] | (typeof QUEUED_AS)[Renamed], () => z.ZodMiniType<Effect>> = {
  'steer-pipeline': kind('steer-pipeline', () => ({
    request: STEERING_REQUEST(),
    seal: z.string(),
    answerTo: z.exactOptional(z.string()),
  })),
  'request-approval': kind('request-approval', () => ({
    notification: z.object({
      id: z.string(),
      gate: GATE(),
      // Missing in a message that was queued when only topics told of approvals.
      told: z._default(z.enum(['topic', 'events']), 'topic'),
      where: ACTION(),
      token: z.string(),
      expiresAt: z.number(),
    }),
  })),
  'find-approval': kind('find-approval', () => ({
    action: z.object({ gate: GATE(), where: ACTION(), executionId: z.string() }),
  })),
  'look-for-approvals': kind('look-for-approvals', () => ({ there: THERE() })),
  'look-into-pipelines': kind('look-into-pipelines', () => ({
    there: THERE(),
    pipelines: z.array(z.string()),
    parallel: z.array(z.string()),
  })),
  'settle-approval': kind('settle-approval', APPROVAL),
  'show-notices': kind('show-notices', APPROVAL),
  'announce-verdict': kind('announce-verdict', APPROVAL),
  'file-entries': kind('file-entries', APPROVAL),
  'check-approval': kind('check-approval', () => ({ ...APPROVAL(), unlessLookedAt: FLAG() })),
  'show-approval': kind('show-approval', () => ({ ...APPROVAL(), lease: z.exactOptional(LEASE()) })),
  'take-click': kind('take-click', () => ({ ...APPROVAL(), click: CLICK() })),
  'take-command': kind('take-command', () => ({ command: TYPED_COMMAND(), seal: z.string() })),
  'answer-command': kind('answer-command', () => ({
    userId: z.string(),
    responseUrl: z.string(),
    message: z.string(),
  })),
  'answer-several': kind('answer-several', () => ({ answers: SEVERAL_ANSWERS(), seal: z.string() })),
  'tell-person': kind('tell-person', () => ({
    userId: z.string(),
    channel: z.nullable(z.string()),
    thread: z.exactOptional(z.string()),
    message: z.string(),
  })),
  'show-homes': kind('show-homes', () => ({ users: z.array(z.string()), opened: z.nullable(z.number()) })),
  'tend-freeze': kind('tend-freeze', () => ({ freeze: z.string() })),
  'tend-absence': kind('tend-absence', () => ({ absence: z.string() })),
  'record-refusal': kind('record-refusal', () => ({ ...APPROVAL(), refused: REFUSED_CLICK() })),
  'weigh-deferred-clicks': kind('weigh-deferred-clicks', APPROVAL),
  [QUEUED_AS['weigh-deferred-clicks']]: kind('weigh-deferred-clicks', APPROVAL),
  'send-notices': kind('send-notices', APPROVAL),
  [QUEUED_AS['send-notices']]: kind('send-notices', APPROVAL),
  'show-execution': kind('show-execution', () => ({ execution: EXECUTION_KEY(), lease: z.exactOptional(LEASE()) })),
  'check-execution': kind('check-execution', () => ({ execution: EXECUTION_KEY(), unlessLookedAt: FLAG() })),
  'file-skips': kind('file-skips', () => ({ execution: EXECUTION_KEY() })),
  'tell-execution': kind('tell-execution', () => ({ execution: EXECUTION_KEY() })),
  'send-digest': kind('send-digest', () => ({ digest: z.string() })),
  'explain-failure': kind('explain-failure', () => ({ execution: EXECUTION_KEY(), action: z.string() })),
  'claim-deployment': kind('claim-deployment', () => ({ execution: EXECUTION_KEY(), action: z.string() })),
  'check-outside': kind('check-outside', () => ({ execution: EXECUTION_KEY(), outside: OUTSIDE_WORK() })),
}

const OF_SOME_KIND = z.looseObject({ do: z.string() })
const DUE = z.object({
  effect: OF_SOME_KIND,
  attempt: z.int().check(z.positive()),
  beside: z.exactOptional(z.array(OF_SOME_KIND)),
  hasTurn: z.exactOptional(z.literal(true)),
})

const WHAT = 'The queued effect'

const parseEffect = (given: z.output<typeof OF_SOME_KIND>): Effect => {
  const schema = ownEntry(EFFECTS, given.do)
  if (!schema) throw new Malformed(WHAT, ['effect.do: not known'])
  return parseAs(schema(), given, WHAT)
}

/** @throws {Malformed} if the message is not one of ours. */
export const parseDue = (body: string): Due => {
  const { effect, beside, ...due } = parseAs(DUE, parseJson(body, WHAT), WHAT)
  return { ...due, effect: parseEffect(effect), ...(beside && { beside: beside.map(parseEffect) }) }
}
