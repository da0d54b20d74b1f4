import { createHmac } from 'node:crypto'
import type { WorkspaceClock } from '../clock.ts'
import {
  blockActions,
  escaped,
  homeActions,
  homeOpened,
  messageAction,
  slashCommand,
  viewClosed,
  viewSubmission,
} from './interaction-payload.ts'
import type { SlackView } from './modals.ts'
import { asObject, type Parameters } from './parameters.ts'
import { PEOPLE, type Person } from './people.ts'
import type { ResponseUrls } from './response-urls.ts'
import type { Block } from './transcript.ts'
import { blocksOf } from './transcript.ts'
import { callSlack, type SlackServices } from './web-api.ts'
import { ownEntry } from '../../functions/own-entry.ts'

/** How long Slack waits for an app ("Handling user interaction in your app" on docs.slack.dev). */
export const SLACK_PATIENCE_MS = 3000

/** Null if the app answered, else a sentence for the person. */
export type Trouble = string | null

interface Settings {
  slack: SlackServices
  responseUrls: ResponseUrls
  clock: WorkspaceClock
  signingSecret: string
  /** The address of the workspace, such as `http://127.0.0.1:4600`. */
  url: () => string
  /** How long to wait for the bot's answer. */
  patienceMs: number
}

/** A person presses a button of a message. */
export interface Click {
  userId: string
  channelId: string
  ts: string
  blockId: string
  actionId: string
}

/** A person presses a button of the app's Home tab. */
export type HomeClick = Pick<Click, 'userId' | 'blockId' | 'actionId'>

/** A person closes a modal. */
export interface Closing {
  userId: string
  viewId: string
}

/** A person presses a modal's primary button. `values` is Slack's view.state.values. */
export interface Submission extends Closing {
  values: Record<string, Record<string, unknown>>
}

/** A person types `/greenlight` and this text in a channel. */
export interface TypedCommand {
  userId: string
  channelId: string
  text: string
}

/** A person chooses a shortcut of the bot in the menu of a message. */
export interface Shortcut {
  userId: string
  channelId: string
  ts: string
  callbackId: string
}

/** Acts of people on messages and modals, sent to the bot's request URL as Slack sends them: signed, over HTTP. */
export interface Interactions {
  click(click: Click): Promise<Trouble>
  /** Submits the person's top modal, and applies the bot's answer. */
  submit(submission: Submission): Promise<Trouble>
  close(closing: Closing): Promise<Trouble>
  /** A person opens the app's Home tab. */
  openHome(userId: string): Promise<Trouble>
  clickHome(click: HomeClick): Promise<Trouble>
  /** Sends the command, and shows the bot's answer as Slack does: to the person alone, unless it says otherwise. */
  command(command: TypedCommand): Promise<Trouble>
  shortcut(shortcut: Shortcut): Promise<Trouble>
}

export const createInteractions = (settings: Settings): Interactions => {
  const { slack, responseUrls, clock, signingSecret, url, patienceMs } = settings
  const { modals, homes, transcript } = slack

  const trigger = async (userId: string, viewId?: string): Promise<string> => {
    const answer = await callSlack(slack, 'views.generateTriggerId', {
      user_id: userId,
      ...(viewId && { view_id: viewId }),
    })
    if (!answer.ok) throw new Error(`Slack made no trigger id for ${userId}: ${answer.error}`)
    return String(answer.trigger_id)
  }

  const send = (payload: object) => sendForm({ payload: JSON.stringify(payload) })

  const sendForm = (fields: Record<string, string>) => sendBody(new URLSearchParams(fields).toString())

  const sendBody = async (
    body: string,
    headers: Record<string, string> = {},
  ): Promise<{ trouble: Trouble; body: string }> => {
    try {
      const response = await fetch(`${url()}/slack/events`, {
        method: 'POST',
        headers: {
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          ...signedHeaders(signingSecret, clock.now(), body),
          ...headers,
        },
        body,
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await response.text()
      if (response.ok) return { trouble: null, body: text }
      const trouble = `Greenlight answered ${response.status}. Slack would say that something went wrong.`
      return { trouble, body: text }
    } catch {
      const trouble = `Greenlight did not answer within ${patienceMs / 1000} seconds. Slack would ask you to try again.`
      return { trouble, body: '' }
    }
  }

  const show = async (method: string, parameters: Parameters): Promise<Trouble> => {
    const answer = await callSlack(slack, method, parameters)
    return answer.ok ? null : `Slack refused the view that the bot answered with: ${answer.error}.`
  }

  /** The bot's possible answers to a submission, by `response_action`. */
  const responses: Record<string, (person: Person, view: SlackView, response: Parameters) => Promise<Trouble>> = {
    errors: async (person, _view, response) => {
      modals.refuse(person.id, (asObject(response.errors) ?? {}) as Record<string, string>)
      return null
    },
    clear: async (person) => {
      modals.closeAll(person.id)
      return null
    },
    update: (_person, view, response) => show('views.update', { view_id: view.id, view: response.view }),
    push: async (person, view, response) =>
      show('views.push', { trigger_id: await trigger(person.id, view.id), view: response.view }),
  }

  return {
    click: async ({ userId, channelId, ts, blockId, actionId }) => {
      const person = personOf(userId)
      const kept = transcript.find(channelId, ts)
      if (!kept || (kept.onlyFor !== null && kept.onlyFor !== person.id)) return 'That message is not there any more.'
      const block = blocksOf(kept.message).find(({ block_id }) => block_id === blockId)
      const element = [...(block?.elements ?? []), block?.accessory].find(
        (candidate) => candidate?.action_id === actionId,
      )
      if (!block || !element) return 'That button is not there any more: the message has changed.'
      const responseUrl = `${url()}/slack/response/${responseUrls.create(person.id, channelId, ts)}`
      const triggerId = await trigger(person.id)
      const actionTs = (clock.now() / 1000).toFixed(6)
      const { trouble } = await send(blockActions({ person, kept, block, element, triggerId, responseUrl, actionTs }))
      return trouble
    },
    submit: async ({ userId, viewId, values }) => {
      const person = personOf(userId)
      const view = modals.top(person.id)?.view
      if (view?.id !== viewId) return 'That modal is closed already.'
      const triggerId = await trigger(person.id, view.id)
      const { trouble, body } = await send(viewSubmission(person, view, values, triggerId))
      if (trouble) return trouble
      const response = asObject(body) ?? {}
      const respond = ownEntry(responses, String(response.response_action))
      if (respond) return respond(person, view, response)
      modals.closeTop(person.id)
      return null
    },
    command: async ({ userId, channelId, text }) => {
      const person = personOf(userId)
      const response = responseUrls.create(person.id, channelId)
      const fields = slashCommand({
        person,
        channelId,
        text: escaped(text),
        triggerId: await trigger(person.id),
        responseUrl: `${url()}/slack/response/${response}`,
      })
      const { trouble, body } = await sendForm(fields)
      if (trouble || body === '') return trouble
      const answered = await responseUrls.answer(response, body)
      return answered.ok ? null : `Slack refused the answer of the bot: ${await answered.text()}.`
    },
    shortcut: async ({ userId, channelId, ts, callbackId }) => {
      const person = personOf(userId)
      const kept = transcript.find(channelId, ts)
      if (!kept || kept.onlyFor !== null) return 'That message is not there any more.'
      const responseUrl = `${url()}/slack/response/${responseUrls.create(person.id, channelId)}`
      const triggerId = await trigger(person.id)
      const actionTs = (clock.now() / 1000).toFixed(6)
      return (await send(messageAction({ person, kept, callbackId, triggerId, responseUrl, actionTs }))).trouble
    },
    openHome: async (userId) => {
      const person = personOf(userId)
      const event = homeOpened(person, homes.of(person.id), clock.now())
      return (await sendBody(JSON.stringify(event), { 'content-type': 'application/json' })).trouble
    },
    clickHome: async ({ userId, blockId, actionId }) => {
      const person = personOf(userId)
      const view = homes.of(person.id)
      const block = (view?.blocks as Block[] | undefined)?.find(({ block_id }) => block_id === blockId)
      const element = block?.elements?.find(({ action_id }) => action_id === actionId)
      if (!view || !block || !element) return 'That button is not there any more: the Home tab has changed.'
      const triggerId = await trigger(person.id)
      const actionTs = (clock.now() / 1000).toFixed(6)
      return (await send(homeActions({ person, view, block, element, triggerId, actionTs }))).trouble
    },
    close: async ({ userId, viewId }) => {
      const person = personOf(userId)
      const view = modals.top(person.id)?.view
      if (view?.id !== viewId) return 'That modal is closed already.'
      modals.closeTop(person.id)
      return view.notify_on_close ? (await send(viewClosed(person, view))).trouble : null
    },
  }
}

/** Slack's signature of a request ("Verifying requests from Slack" on docs.slack.dev). */
export const sign = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

/** The headers of a form that Slack sends at a time (Unix milliseconds). */
export const signedHeaders = (secret: string, at: number, body: string): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000))
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': sign(secret, timestamp, body),
  }
}

const personOf = (userId: string): Person => {
  const person = PEOPLE.find(({ id }) => id === userId)
  if (!person) throw new Error(`There is no person with the id ${userId}`)
  return person
}
