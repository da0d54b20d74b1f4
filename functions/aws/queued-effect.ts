import * as z from 'zod/mini'
import type { Due } from '../domain/effect.ts'
import type { RecordedRefusal } from '../domain/recorded.ts'
import { FIRST_KIND, GATE_KINDS } from '../domain/gate.ts'
import { STEERING_ACTS } from '../domain/steering.ts'
import { parseAs, parseJson } from '../malformed.ts'
import type { Renamed } from './queue-message.ts'
import { QUEUED_AS } from './queue-message.ts'

/*
 * The messages of the queue as effect-due reads them. A file of its own: the other functions only send them.
 */

/** The effect under either name. */
const renamed = <Name extends Renamed>(name: Name) =>
  z.object({
    do: z.pipe(
      z.enum([name, QUEUED_AS[name]]),
      z.transform(() => name),
    ),
    approval: z.string(),
  })

const PIPELINE = { accountId: z.string(), region: z.string(), pipeline: z.string() }
const EXECUTION_KEY = z.object({ ...PIPELINE, executionId: z.string() })
const LEASE = z.object({
  owner: z.string(),
  mustLookFirst: z.boolean(),
  notBefore: z.number(),
  isHandedOn: z.exactOptional(z.literal(true)),
})
const GATE = z._default(z.enum(GATE_KINDS), FIRST_KIND)
const ACTION = z.object({ ...PIPELINE, stage: z.string(), action: z.string() })
const THERE = z.object({ accountId: z.string(), region: z.string() })

const COMMENT_OF_CLICK = { comment: z.string() }
const ACT = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('vote'),
    verdict: z.enum(['Approved', 'Rejected']),
    ...COMMENT_OF_CLICK,
    notBefore: z.exactOptional(z.number()),
  }),
  z.object({ do: z.enum(['withdraw', 'stop-automatic', 'take-newer', 'deploy-now']) }),
  z.object({ do: z.literal('break-glass'), reason: z.string() }),
  z.object({ do: z.literal('confirm-override'), ...COMMENT_OF_CLICK }),
])
const ACTOR = z.object({
  userId: z.string(),
  teamId: z.nullable(z.string()),
  name: z.string(),
  email: z.nullable(z.string()),
  from: z.nullable(z.string()),
})
const TYPED_COMMAND = z.object({
  id: z.string(),
  text: z.string(),
  who: ACTOR,
  at: z.number(),
  responseUrl: z.nullable(z.string()),
})
const SEVERAL_ANSWERS = z.object({
  id: z.string(),
  approvals: z.array(z.string()),
  verdict: z.enum(['Approved', 'Rejected']),
  ...COMMENT_OF_CLICK,
  who: ACTOR,
  at: z.number(),
})
const CLICK = z.object({
  who: ACTOR,
  act: ACT,
  at: z.number(),
  waitsFor: z.exactOptional(z.enum(['slack', 'kms', 'others'])),
  seal: z.exactOptional(z.string()),
})

/** `refusal` is what the function wrote that saw the click, word for word: the seal shows it. */
const REFUSED_CLICK = z.object({
  who: ACTOR,
  act: z.enum(['vote', 'withdraw', 'stop-automatic', 'take-newer', 'deploy-now', 'break-glass', 'confirm-override']),
  refusal: z.pipe(
    z.looseObject({ because: z.string() }),
    z.transform((refusal) => refusal as unknown as RecordedRefusal),
  ),
  at: z.number(),
  seal: z.string(),
})

const OUTSIDE_WORK = z.object({
  service: z.enum(['CodeBuild', 'CodeDeploy']),
  group: z.nullable(z.string()),
  version: z.nullable(z.string()),
})

const STEERING_REQUEST = z.object({
  id: z.string(),
  act: z.enum(STEERING_ACTS),
  execution: EXECUTION_KEY,
  stage: z.nullable(z.string()),
  choice: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  who: ACTOR,
  at: z.number(),
})

const FLAG = z.exactOptional(z.literal(true))

const EFFECT = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('steer-pipeline'),
    request: STEERING_REQUEST,
    seal: z.string(),
    answerTo: z.exactOptional(z.string()),
  }),
  z.object({
    do: z.literal('request-approval'),
    notification: z.object({
      id: z.string(),
      gate: GATE,
      // Missing in a message that was queued when only topics told of approvals.
      told: z._default(z.enum(['topic', 'events']), 'topic'),
      where: ACTION,
      token: z.string(),
      expiresAt: z.number(),
    }),
  }),
  z.object({
    do: z.literal('find-approval'),
    action: z.object({ gate: GATE, where: ACTION, executionId: z.string() }),
  }),
  z.object({ do: z.literal('look-for-approvals'), there: THERE }),
  z.object({
    do: z.literal('look-into-pipelines'),
    there: THERE,
    pipelines: z.array(z.string()),
    parallel: z.array(z.string()),
  }),
  z.object({
    do: z.enum(['settle-approval', 'show-notices', 'announce-verdict', 'file-entries']),
    approval: z.string(),
  }),
  z.object({ do: z.literal('check-approval'), approval: z.string(), unlessLookedAt: FLAG }),
  z.object({ do: z.literal('show-approval'), approval: z.string(), lease: z.exactOptional(LEASE) }),
  z.object({ do: z.literal('take-click'), approval: z.string(), click: CLICK }),
  z.object({ do: z.literal('take-command'), command: TYPED_COMMAND, seal: z.string() }),
  z.object({ do: z.literal('answer-command'), userId: z.string(), responseUrl: z.string(), message: z.string() }),
  z.object({ do: z.literal('answer-several'), answers: SEVERAL_ANSWERS, seal: z.string() }),
  z.object({
    do: z.literal('tell-person'),
    userId: z.string(),
    channel: z.nullable(z.string()),
    message: z.string(),
  }),
  z.object({ do: z.literal('show-homes'), users: z.array(z.string()), opened: z.nullable(z.number()) }),
  z.object({ do: z.literal('tend-freeze'), freeze: z.string() }),
  z.object({ do: z.literal('tend-absence'), absence: z.string() }),
  z.object({ do: z.literal('record-refusal'), approval: z.string(), refused: REFUSED_CLICK }),
  renamed('weigh-deferred-clicks'),
  renamed('send-notices'),
  z.object({ do: z.literal('show-execution'), execution: EXECUTION_KEY, lease: z.exactOptional(LEASE) }),
  z.object({ do: z.literal('check-execution'), execution: EXECUTION_KEY, unlessLookedAt: FLAG }),
  z.object({ do: z.enum(['file-skips', 'tell-execution']), execution: EXECUTION_KEY }),
  z.object({ do: z.literal('send-digest'), digest: z.string() }),
  z.object({
    do: z.enum(['explain-failure', 'claim-deployment']),
    execution: EXECUTION_KEY,
    action: z.string(),
  }),
  z.object({ do: z.literal('check-outside'), execution: EXECUTION_KEY, outside: OUTSIDE_WORK }),
])

const DUE = z.object({
  effect: EFFECT,
  attempt: z.int().check(z.positive()),
  beside: z.exactOptional(z.array(EFFECT)),
  hasTurn: FLAG,
})

/** @throws {Malformed} if the message is not one of ours. */
export const parseDue = (body: string): Due => {
  const what = 'The queued effect'
  return parseAs(DUE, parseJson(body, what), what)
}
