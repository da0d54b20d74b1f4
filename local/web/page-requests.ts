import { z } from 'zod'
import type { CodePipeline } from '../aws/codepipeline/codepipeline.ts'
import type { Trouble } from '../slack/interactions.ts'
import { PEOPLE, type Person } from '../slack/people.ts'
import { accountOf } from './account.ts'
import type { Parts } from './parts.ts'

const LONGEST_MOVE_MS = 366 * 86_400_000

/** PutApprovalResult's limit (CodePipeline API reference, ApprovalResult). */
const SUMMARY_MAX = 512

const userId = z.string().refine((id) => PEOPLE.some((person) => person.id === id), 'There is no person with this id')
const text = z.string().max(3000)
const clickRequest = z.object({ userId, channelId: text, ts: text, blockId: text, actionId: text })
const closeRequest = z.object({ userId, viewId: text })
const homeRequest = z.object({ userId })
const homeClickRequest = z.object({ userId, blockId: text, actionId: text })
const commandRequest = z.object({ userId, channelId: text, text })
const shortcutRequest = z.object({ userId, channelId: text, ts: text, callbackId: text })
const submitRequest = closeRequest.extend({ values: z.record(z.string(), z.record(z.string(), z.unknown())) })
/** The bot's own account when left out. */
const accountId = z
  .string()
  .regex(/^\d{12}$/)
  .optional()
const startRequest = z.object({ userId, pipelineName: text, accountId })
const retryRequest = startRequest.extend({ executionId: text, stageName: text })
const stopRequest = startRequest.extend({ executionId: text, abandon: z.boolean() })
const outsideRequest = z.object({ userId, accountId })
const decisionRequest = startRequest.extend({
  stageName: text,
  actionName: text,
  token: text,
  status: z.enum(['Approved', 'Rejected'], 'Choose Approved or Rejected'),
  summary: z.string().max(SUMMARY_MAX, {
    error: ({ input }) => `The summary has ${(input as string).length} characters; CodePipeline takes ${SUMMARY_MAX}`,
  }),
})
const pushRequest = z.object({
  userId,
  accountId,
  kind: z.enum(['good', 'broken', 'failing-test']),
  message: z.string().max(200).optional(),
})
const clockRequest = z.object({ aheadByMs: z.number().min(0).max(LONGEST_MOVE_MS) })

/** One request of the page, parsed before anything else. Returns null, or a sentence for the person. */
export type PageRequest = (parts: Parts, body: unknown) => Promise<Trouble> | Trouble

const request =
  <Body>(schema: z.ZodType<Body>, perform: (parts: Parts, body: Body) => Promise<Trouble> | Trouble): PageRequest =>
  (parts, body) =>
    perform(parts, schema.parse(body))

/** What a person does in the AWS console. */
const inConsole = <Body extends { userId: string; accountId?: string | undefined }>(
  schema: z.ZodType<Body>,
  perform: (codePipeline: CodePipeline, body: Body, callerArn: string) => object,
): PageRequest =>
  request(schema, (parts, body) => {
    const account = accountOf(parts.accounts, body.accountId)
    if (!account) return `The workspace plays no account ${body.accountId}.`
    perform(account.codePipeline, body, callerIn(account, body.userId))
    return null
  })

/** By path under `/local`. */
export const PAGE_REQUESTS = {
  push: request(pushRequest, (parts, { userId: id, accountId, kind, message }) => {
    const delivery = accountOf(parts.accounts, accountId)?.delivery
    if (!delivery) return `The workspace has no repository to push to for account ${accountId}.`
    return delivery.push(personOf(id), kind, message?.trim() || undefined)
  }),
  'slack/click': request(clickRequest, (parts, body) => parts.slack.interactions.click(body)),
  'slack/submit': request(submitRequest, (parts, body) => parts.slack.interactions.submit(body)),
  'slack/command': request(commandRequest, (parts, body) => parts.slack.interactions.command(body)),
  'slack/shortcut': request(shortcutRequest, (parts, body) => parts.slack.interactions.shortcut(body)),
  'slack/home': request(homeRequest, (parts, { userId: id }) => parts.slack.interactions.openHome(id)),
  'slack/home-click': request(homeClickRequest, (parts, body) => parts.slack.interactions.clickHome(body)),
  'slack/close': request(closeRequest, (parts, body) => parts.slack.interactions.close(body)),
  'console/decide': inConsole(decisionRequest, (codePipeline, { status, summary, ...where }, caller) =>
    codePipeline.putApprovalResult({ ...where, result: { status, summary } }, caller),
  ),
  'console/stop': inConsole(stopRequest, (codePipeline, { pipelineName, executionId, abandon }) =>
    codePipeline.stopPipelineExecution({
      pipelineName,
      pipelineExecutionId: executionId,
      abandon,
      reason: 'Stopped in the AWS console',
    }),
  ),
  'console/start': inConsole(startRequest, (codePipeline, { pipelineName: name }, caller) =>
    codePipeline.startPipelineExecution({ name }, caller),
  ),
  'console/build': request(outsideRequest, async (parts, { userId: id, accountId }) => {
    const account = accountOf(parts.accounts, accountId)
    if (!account?.delivery?.outside) return `The workspace has no project to build in account ${accountId}.`
    await account.delivery.outside.build(callerIn(account, id))
    return null
  }),
  'console/retry': inConsole(retryRequest, (codePipeline, { pipelineName, stageName, executionId }) =>
    codePipeline.retryStageExecution({
      pipelineName,
      stageName,
      pipelineExecutionId: executionId,
      retryMode: 'FAILED_ACTIONS',
    }),
  ),
  clock: request(clockRequest, async (parts, { aheadByMs }) => {
    await parts.clock.moveAhead(aheadByMs)
    parts.updates.changed()
    return null
  }),
} satisfies Record<string, PageRequest>

/** The session of a person in the AWS console. */
const callerIn = ({ accountId }: { accountId: string }, id: string): string =>
  `arn:aws:sts::${accountId}:assumed-role/Console/${personOf(id).name}`

const personOf = (id: string): Person => {
  const person = PEOPLE.find((candidate) => candidate.id === id)
  if (!person) throw new Error(`There is no person with the id ${id}`)
  return person
}
