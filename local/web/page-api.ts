import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { BusEvent } from '../aws/eventbridge/event-bus.ts'
import type { WorkspaceClock } from '../clock.ts'
import { CodePipelineError } from '../aws/codepipeline/errors.ts'
import type { CodePipeline } from '../aws/codepipeline/engine.ts'
import type { CodePipelines } from '../workspace/codepipelines.ts'
import type { DeadLetter } from '../aws/lambda/dead-letters.ts'
import type { LiveUpdates } from './live-updates.ts'
import type { Push } from '../workspace/deliveries.ts'
import type { Person, Snapshot } from '../page/contract.ts'
import type { Interactions, Trouble } from '../slack/interactions.ts'
import { PEOPLE } from '../slack/people.ts'

/** What the page can reach. */
export interface PageApi {
  snapshot(): Snapshot
  updates: LiveUpdates
  pipelines: CodePipelines
  interactions: Interactions
  clock: WorkspaceClock
  deadLetters: readonly DeadLetter[]
  /** The bot's own events, as they passed EventBridge. */
  announcements(): readonly BusEvent[]
  /** The record since the workspace began, as JSON Lines. */
  record(): Promise<string>
  /** Makes a commit on a pipeline's branch; without a message, one that fits its kind. */
  push(person: Person, commit: Push): Promise<Trouble>
}

const HEARTBEAT_MS = 15_000
const LONGEST_MOVE_MS = 366 * 86_400_000

const userId = z.string().refine((id) => PEOPLE.some((person) => person.id === id), 'Nobody here has this id')
const text = z.string().max(3000)
const clickRequest = z.object({ userId, channelId: text, ts: text, blockId: text, actionId: text })
const closeRequest = z.object({ userId, viewId: text })
const submitRequest = closeRequest.extend({ values: z.record(z.string(), z.record(z.string(), z.unknown())) })
/** The bot's own account when left out. */
const accountId = z
  .string()
  .regex(/^\d{12}$/)
  .optional()
const startRequest = z.object({ userId, pipelineName: text, accountId })
const retryRequest = startRequest.extend({ executionId: text, stageName: text })
const stopRequest = startRequest.extend({ executionId: text, abandon: z.boolean() })
const decisionRequest = startRequest.extend({
  stageName: text,
  actionName: text,
  token: text,
  status: z.enum(['Approved', 'Rejected']),
  summary: z.string().max(512),
})
const pushRequest = z.object({
  userId,
  accountId,
  kind: z.enum(['good', 'broken', 'failing-test']),
  message: z.string().max(200).optional(),
})
const clockRequest = z.object({ aheadByMs: z.number().min(0).max(LONGEST_MOVE_MS) })

/** One request of the page, parsed at the door. */
type Request = (api: PageApi, body: unknown) => Promise<Trouble> | Trouble

const request =
  <Body>(schema: z.ZodType<Body>, perform: (api: PageApi, body: Body) => Promise<Trouble> | Trouble): Request =>
  (api, body) =>
    perform(api, schema.parse(body))

/** What a person does in the AWS console. */
const inConsole = <Body extends { userId: string; accountId?: string | undefined }>(
  schema: z.ZodType<Body>,
  perform: (engine: CodePipeline, body: Body, callerArn: string) => object,
): Request =>
  request(schema, (api, body) => {
    const name = personOf(body.userId).name
    const engine = api.pipelines.of(body.accountId)
    if (!engine) return `The workspace plays no account ${body.accountId}.`
    perform(engine, body, `arn:aws:sts::${engine.accountId}:assumed-role/Console/${name}`)
    return null
  })

const REQUESTS: Record<string, Request> = {
  push: request(pushRequest, (api, { userId: id, accountId, kind, message }) =>
    api.push(personOf(id), { accountId, kind, message: message?.trim() || undefined }),
  ),
  'slack/click': request(clickRequest, (api, body) => api.interactions.click(body)),
  'slack/submit': request(submitRequest, (api, body) => api.interactions.submit(body)),
  'slack/close': request(closeRequest, (api, body) => api.interactions.close(body)),
  'console/decide': inConsole(decisionRequest, (engine, { status, summary, ...where }, caller) =>
    engine.putApprovalResult({ ...where, result: { status, summary } }, caller),
  ),
  'console/stop': inConsole(stopRequest, (engine, { pipelineName, executionId, abandon }) =>
    engine.stopPipelineExecution({
      pipelineName,
      pipelineExecutionId: executionId,
      abandon,
      reason: 'Stopped in the console',
    }),
  ),
  'console/start': inConsole(startRequest, (engine, { pipelineName: name }, caller) =>
    engine.startPipelineExecution({ name }, caller),
  ),
  'console/retry': inConsole(retryRequest, (engine, { pipelineName, stageName, executionId }) =>
    engine.retryStageExecution({
      pipelineName,
      stageName,
      pipelineExecutionId: executionId,
      retryMode: 'FAILED_ACTIONS',
    }),
  ),
  clock: request(clockRequest, (api, { aheadByMs }) => {
    api.clock.moveAhead(aheadByMs)
    api.updates.changed()
    return null
  }),
}

/** The routes under `/local`; contract.ts says what each takes and answers. */
export const pageApi = (api: PageApi): Hono => {
  const app = new Hono()
    .get('/state', (c) => c.json(api.snapshot()))
    .get('/events', (c) =>
      streamSSE(c, async (stream) => {
        const send = () => void stream.writeSSE({ event: 'state', data: JSON.stringify(api.snapshot()) })
        const unsubscribe = api.updates.subscribe(send)
        const heartbeat = setInterval(() => void stream.writeSSE({ event: 'alive', data: '' }), HEARTBEAT_MS)
        send()
        await new Promise<void>((resolve) => stream.onAbort(resolve))
        clearInterval(heartbeat)
        unsubscribe()
      }),
    )
    .get('/logs/:id', (c) => {
      const log = api.pipelines.logOf(c.req.param('id'))
      return log === undefined ? c.text('There is no such log.\n', 404) : c.text(log)
    })
    .get('/dead-letters', (c) => c.json(api.deadLetters))
    .get('/announcements', (c) => c.json(api.announcements()))
    .get('/audit', async (c) =>
      c.body(await api.record(), 200, {
        'content-type': 'application/jsonl',
        'content-disposition': 'attachment; filename="record.jsonl"',
      }),
    )
  for (const [path, perform] of Object.entries(REQUESTS))
    app.post(`/${path}`, async (c) => {
      try {
        const error = await perform(api, await c.req.json())
        return c.json(error === null ? { ok: true } : { ok: false, error })
      } catch (error) {
        const sentence = refusalOf(error)
        if (sentence === undefined) throw error
        return c.json({ ok: false, error: sentence }, 400)
      }
    })
  return app
}

/** The sentence for an expected refusal; undefined for a surprise. */
const refusalOf = (error: unknown): string | undefined => {
  if (error instanceof z.ZodError) return z.prettifyError(error)
  if (error instanceof SyntaxError) return 'The request is not JSON.'
  if (error instanceof CodePipelineError) return `CodePipeline says: ${error.message} (${error.code})`
  return undefined
}

const personOf = (id: string): Person => {
  const person = PEOPLE.find((candidate) => candidate.id === id)
  if (!person) throw new Error(`Nobody here has the id ${id}`)
  return person
}
