import { createHmac } from 'node:crypto'
import type { WorkspaceClock } from '../clock.ts'
import type { ClickRequest, CloseRequest, Person, SubmitRequest } from '../page/contract.ts'
import { blockActions, viewClosed, viewSubmission } from './interaction-payload.ts'
import type { SlackView } from './modals.ts'
import { asObject, type Parameters } from './parameters.ts'
import { PEOPLE } from './people.ts'
import type { ResponseUrls } from './response-urls.ts'
import { blocksOf } from './transcript.ts'
import { callSlack, type SlackServices } from './web-api.ts'

/** How long Slack waits for an app ("Handling user interaction in your app" on docs.slack.dev). */
export const SLACK_PATIENCE_MS = 3000

/** Null when all is well, else a sentence for the person. */
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

/** What people do with messages and modals, sent to the bot's request URL as Slack sends it: signed, over HTTP. */
export class Interactions {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  async click(request: ClickRequest): Promise<Trouble> {
    const { slack, responseUrls, clock, url } = this.#settings
    const person = personOf(request.userId)
    const kept = slack.transcript.find(request.channelId, request.ts)
    if (!kept || (kept.onlyFor !== null && kept.onlyFor !== person.id)) return 'That message is not there any more.'
    const block = blocksOf(kept.message).find(({ block_id }) => block_id === request.blockId)
    const element = [...(block?.elements ?? []), block?.accessory].find(
      (candidate) => candidate?.action_id === request.actionId,
    )
    if (!block || !element) return 'That button is not there any more: the message has changed.'
    const responseUrl = `${url()}/slack/response/${responseUrls.create(person.id, request.channelId, request.ts)}`
    const triggerId = await this.#trigger(person.id)
    const actionTs = (clock.now() / 1000).toFixed(6)
    const answer = await this.#send(blockActions({ person, kept, block, element, triggerId, responseUrl, actionTs }))
    return answer.trouble
  }

  /** Submits the person's top modal, and does with it what the bot answers. */
  async submit(request: SubmitRequest): Promise<Trouble> {
    const { modals } = this.#settings.slack
    const person = personOf(request.userId)
    const view = modals.top(person.id)?.view
    if (view?.id !== request.viewId) return 'That modal is closed already.'
    const triggerId = await this.#trigger(person.id, view.id)
    const { trouble, body } = await this.#send(viewSubmission(person, view, request.values, triggerId))
    if (trouble) return trouble
    return this.#respond(person, view, body)
  }

  async close(request: CloseRequest): Promise<Trouble> {
    const { modals } = this.#settings.slack
    const person = personOf(request.userId)
    const view = modals.top(person.id)?.view
    if (view?.id !== request.viewId) return 'That modal is closed already.'
    modals.closeTop(person.id)
    return view.notify_on_close ? (await this.#send(viewClosed(person, view))).trouble : null
  }

  async #respond(person: Person, view: SlackView, body: string): Promise<Trouble> {
    const { slack } = this.#settings
    const response = asObject(body) ?? {}
    const responses: Record<string, () => Promise<Trouble> | Trouble> = {
      errors: () => {
        slack.modals.refuse(person.id, (asObject(response.errors) ?? {}) as Record<string, string>)
        return null
      },
      clear: () => {
        slack.modals.closeAll(person.id)
        return null
      },
      update: () => this.#show('views.update', { view_id: view.id, view: response.view }),
      push: async () =>
        this.#show('views.push', { trigger_id: await this.#trigger(person.id, view.id), view: response.view }),
    }
    const respond = responses[String(response.response_action)]
    if (respond) return respond()
    slack.modals.closeTop(person.id)
    return null
  }

  async #show(method: string, parameters: Parameters): Promise<Trouble> {
    const answer = await callSlack(this.#settings.slack, method, parameters)
    return answer.ok ? null : `Slack refused the view that the bot answered with: ${answer.error}.`
  }

  async #trigger(userId: string, viewId?: string): Promise<string> {
    const answer = await callSlack(this.#settings.slack, 'views.generateTriggerId', {
      user_id: userId,
      ...(viewId && { view_id: viewId }),
    })
    if (!answer.ok) throw new Error(`Slack made no trigger id for ${userId}: ${answer.error}`)
    return String(answer.trigger_id)
  }

  async #send(payload: object): Promise<{ trouble: Trouble; body: string }> {
    const { clock, signingSecret, url, patienceMs } = this.#settings
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
    const timestamp = String(Math.floor(clock.now() / 1000))
    try {
      const response = await fetch(`${url()}/slack/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': sign(signingSecret, timestamp, body),
        },
        body,
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await response.text()
      if (response.ok) return { trouble: null, body: text }
      return {
        trouble: `Greenlight answered ${response.status}. Slack would say that something went wrong.`,
        body: text,
      }
    } catch {
      return {
        trouble: `Greenlight did not answer within ${patienceMs / 1000} seconds. Slack would ask you to try again.`,
        body: '',
      }
    }
  }
}

/** Slack's signature of a request ("Verifying requests from Slack" on docs.slack.dev). */
export const sign = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

const personOf = (userId: string): Person => {
  const person = PEOPLE.find(({ id }) => id === userId)
  if (!person) throw new Error(`Nobody here has the id ${userId}`)
  return person
}
