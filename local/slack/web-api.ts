import { type Disturbances, disturbed } from '../disturbances.ts'
import { problemsOfHome, problemsOfView, withIds } from './block-kit.ts'
import type { EmulatedSlack, SlackAnswer } from './emulated-slack.ts'
import { historyAsAsked } from './history.ts'
import type { Homes } from './homes.ts'
import { checkContent, refusal, shownContent } from './message-content.ts'
import type { Modals, SlackView } from './modals.ts'
import { asObject, type Parameters, parametersOf } from './parameters.ts'
import { APP, BOT_SCOPES } from './people.ts'
import type { SlackMessage, Transcript } from './transcript.ts'
import { listGroups, listGroupUsers } from './user-groups.ts'
import { listUsers, lookupUserByEmail, userInfo } from './users.ts'
import { ownEntry } from '../../functions/own-entry.ts'

/** The services behind `/slack/api/`. */
export interface SlackServices {
  /** The only token that Slack knows. */
  token: string
  emulated: EmulatedSlack
  transcript: Transcript
  modals: Modals
  homes: Homes
  /** Trigger id → the person whose click made it. */
  triggers: Map<string, string>
  disturbances: Disturbances
}

type Method = (slack: SlackServices, parameters: Parameters) => Promise<SlackAnswer>

/** chat.update takes less text than chat.postMessage ("chat.update" on docs.slack.dev). */
const LONGEST_UPDATED_TEXT = 4000

const SHOW: Record<string, (modals: Modals, userId: string, view: SlackView) => void> = {
  'views.open': (modals, userId, view) => modals.open(userId, view),
  'views.push': (modals, userId, view) => modals.push(userId, view),
  'views.update': (modals, _userId, view) => modals.update(view),
}

const postMessage = async (slack: SlackServices, parameters: Parameters): Promise<SlackAnswer> => {
  const checked = checkContent(parameters)
  if ('refusal' in checked) return checked.refusal
  const { thread_ts, ...unthreaded } = checked.parameters
  // Slack posts a reply to a deleted message in the channel.
  const isInThread = slack.transcript.find(String(parameters.channel), String(thread_ts)) !== undefined
  const sent = { ...unthreaded, ...(isInThread && { thread_ts }), bot_id: APP.botId, app_id: APP.id }
  const answer = await slack.emulated.call('chat.postMessage', sent)
  if (!answer.ok) return answer
  const channelId = String(answer.channel)
  if (channelId.startsWith('D')) slack.transcript.nameDirectMessage(channelId, String(parameters.channel))
  slack.transcript.keep(channelId, answer.message as SlackMessage)
  return answer
}

const updateMessage = async (slack: SlackServices, parameters: Parameters): Promise<SlackAnswer> => {
  if (typeof parameters.text === 'string' && parameters.text.length > LONGEST_UPDATED_TEXT)
    return { ok: false, error: 'msg_too_long' }
  const checked = checkContent(parameters)
  if ('refusal' in checked) return checked.refusal
  const answer = await slack.emulated.call('chat.update', checked.parameters)
  if (answer.ok) slack.transcript.keep(String(answer.channel), answer.message as SlackMessage)
  return answer
}

const deleteMessage = async (slack: SlackServices, parameters: Parameters): Promise<SlackAnswer> => {
  const answer = await slack.emulated.call('chat.delete', parameters)
  if (answer.ok) slack.transcript.remove(String(answer.channel), String(answer.ts))
  return answer
}

const postEphemeral = async (slack: SlackServices, parameters: Parameters): Promise<SlackAnswer> => {
  const checked = checkContent(parameters)
  if ('refusal' in checked) return checked.refusal
  const answer = await slack.emulated.call('chat.postEphemeral', checked.parameters)
  if (!answer.ok) return answer
  const message = { ...shownContent(checked.parameters), ts: String(answer.message_ts) }
  slack.transcript.keep(String(parameters.channel), message, String(parameters.user))
  return answer
}

const showView = async (slack: SlackServices, method: string, parameters: Parameters): Promise<SlackAnswer> => {
  const view = asObject(parameters.view) ?? {}
  const problems = problemsOfView(view)
  if (problems.length > 0) return refusal('invalid_arguments', problems)
  const blocks = Array.isArray(view.blocks) ? withIds(view.blocks) : view.blocks
  const answer = await slack.emulated.call(method, { ...parameters, view: { ...view, blocks } })
  const userId = slack.triggers.get(String(parameters.trigger_id)) ?? ''
  if (answer.ok) ownEntry(SHOW, method)?.(slack.modals, userId, answer.view as SlackView)
  return answer
}

/** view_too_large ("views.publish" on docs.slack.dev). */
const LARGEST_VIEW = 250_000

const publishHome = async (slack: SlackServices, parameters: Parameters): Promise<SlackAnswer> => {
  const view = asObject(parameters.view)
  const userId = typeof parameters.user_id === 'string' ? parameters.user_id : ''
  if (!view || userId === '') return refusal('invalid_arguments', ['missing required field'])
  const problems = problemsOfHome(view)
  if (problems.length > 0) return refusal('invalid_arguments', problems)
  if (JSON.stringify(view).length > LARGEST_VIEW) return { ok: false, error: 'view_too_large' }
  const blocks = withIds(view.blocks as unknown[])
  const answer = await slack.emulated.call('views.publish', { ...parameters, view: { ...view, blocks } })
  if (answer.ok) slack.homes.publish(userId, answer.view as SlackView)
  return answer
}

const generateTrigger = async (slack: SlackServices, parameters: Parameters): Promise<SlackAnswer> => {
  const answer = await slack.emulated.call('views.generateTriggerId', parameters)
  if (answer.ok) slack.triggers.set(String(answer.trigger_id), String(parameters.user_id))
  return answer
}

/** The methods that need more than the emulator has; every other goes to it as it is. */
const METHODS: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': updateMessage,
  'chat.delete': deleteMessage,
  'chat.postEphemeral': postEphemeral,
  'conversations.history': async (slack, parameters) =>
    historyAsAsked(await slack.emulated.call('conversations.history', { ...parameters, limit: 1000 }), parameters),
  'usergroups.list': async (_slack, parameters) => listGroups(parameters),
  'usergroups.users.list': async (_slack, parameters) => listGroupUsers(parameters),
  'users.info': ({ emulated }, parameters) => userInfo(emulated, parameters),
  'users.list': ({ emulated }, parameters) => listUsers(emulated, parameters),
  'users.lookupByEmail': ({ emulated }, parameters) => lookupUserByEmail(emulated, parameters),
  'views.open': (slack, parameters) => showView(slack, 'views.open', parameters),
  'views.push': (slack, parameters) => showView(slack, 'views.push', parameters),
  'views.update': (slack, parameters) => showView(slack, 'views.update', parameters),
  'views.publish': publishHome,
  'views.generateTriggerId': generateTrigger,
}

/** Slack names the token's scopes in a header of every answer ("OAuth scopes" on docs.slack.dev). */
const SCOPES_OF_THE_TOKEN = { 'x-oauth-scopes': BOT_SCOPES.join(',') }

/** Answers one HTTP request to Slack's Web API. */
export const answerSlackApi = async (slack: SlackServices, method: string, request: Request): Promise<Response> => {
  const parameters = await parametersOf(method, request)
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? parameters.token
  const answer = async () => {
    if (!token) return Response.json({ ok: false, error: 'not_authed' })
    if (token !== slack.token) return Response.json({ ok: false, error: 'invalid_auth' })
    return Response.json(await callSlack(slack, method, parameters), { headers: SCOPES_OF_THE_TOKEN })
  }
  return disturbed(slack.disturbances, method, answer, parameters)
}

/** Calls a method as the bot, with everything that the workspace adds to the emulator. */
export const callSlack = (slack: SlackServices, method: string, parameters: Parameters): Promise<SlackAnswer> => {
  const perform = ownEntry(METHODS, method)
  return perform ? perform(slack, parameters) : slack.emulated.call(method, parameters)
}
