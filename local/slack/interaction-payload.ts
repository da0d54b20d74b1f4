import type { SlackView } from './modals.ts'
import { APP, CHANNELS, PEOPLE, TEAM, type Person, teamOf } from './people.ts'
import type { Block, Element, Kept } from './transcript.ts'

/*
 * What Slack sends to an app's request URL ("Block actions payload", "View submission payload" and "View closed
 * payload" on docs.slack.dev), field by field.
 */

interface Click {
  person: Person
  kept: Kept
  block: Block
  element: Element
  triggerId: string
  responseUrl: string
  /** Slack's timestamp of the click. */
  actionTs: string
}

/** `block_actions`: a button of a message was clicked. An ephemeral message is not in the payload. */
export const blockActions = ({ person, kept, block, element, triggerId, responseUrl, actionTs }: Click) => {
  const { channelId, message, onlyFor } = kept
  const name = CHANNELS.find(({ id }) => id === channelId)?.name ?? 'directmessage'
  const inAttachment = !message.blocks?.some(({ block_id }) => block_id === block.block_id)
  return {
    type: 'block_actions',
    ...common(person),
    container: {
      type: inAttachment ? 'message_attachment' : 'message',
      message_ts: message.ts,
      ...(inAttachment && { attachment_id: 1, is_app_unfurl: false }),
      channel_id: channelId,
      is_ephemeral: onlyFor !== null,
      ...(message.thread_ts && { thread_ts: message.thread_ts }),
    },
    trigger_id: triggerId,
    channel: { id: channelId, name },
    ...(onlyFor === null && { message }),
    state: { values: {} },
    response_url: responseUrl,
    actions: [{ ...element, block_id: block.block_id, action_ts: actionTs }],
  }
}

interface HomeClick extends Pick<Click, 'person' | 'block' | 'element' | 'triggerId' | 'actionTs'> {
  view: SlackView
}

/** `block_actions` in a Home tab: it has no channel, no message and no response_url. */
export const homeActions = ({ person, view, block, element, triggerId, actionTs }: HomeClick) => ({
  type: 'block_actions',
  ...common(person),
  container: { type: 'view', view_id: view.id },
  trigger_id: triggerId,
  view: { ...view, state: { values: {} } },
  state: { values: {} },
  actions: [{ ...element, block_id: block.block_id, action_ts: actionTs }],
})

/** `app_home_opened`, in the envelope of the Events API ("app_home_opened event" on docs.slack.dev). */
export const homeOpened = (person: Person, view: SlackView | undefined, at: number) => ({
  token: 'deprecated-verification-token',
  team_id: TEAM.id,
  api_app_id: APP.id,
  type: 'event_callback',
  event_id: `Ev${Math.floor(at)}`,
  event_time: Math.floor(at / 1000),
  authorizations: [{ enterprise_id: null, team_id: TEAM.id, user_id: APP.botUserId, is_bot: true }],
  event: {
    type: 'app_home_opened',
    user: person.id,
    channel: `D0${person.id.slice(2)}`,
    event_ts: (at / 1000).toFixed(6),
    tab: 'home',
    ...(view && { view }),
  },
})

interface Chosen extends Pick<Click, 'person' | 'kept' | 'triggerId' | 'responseUrl' | 'actionTs'> {
  callbackId: string
}

/** `message_action`: a person chose a shortcut of the app in a message's menu ("Message shortcut payload"). */
export const messageAction = ({ person, kept, callbackId, triggerId, responseUrl, actionTs }: Chosen) => ({
  type: 'message_action',
  ...common(person),
  callback_id: callbackId,
  trigger_id: triggerId,
  response_url: responseUrl,
  message_ts: kept.message.ts,
  message: kept.message,
  channel: { id: kept.channelId, name: CHANNELS.find(({ id }) => id === kept.channelId)?.name ?? 'directmessage' },
  action_ts: actionTs,
})

interface Typed {
  person: Person
  channelId: string
  text: string
  triggerId: string
  responseUrl: string
}

/**
 * As Slack sends what a person typed behind a command whose manifest says `should_escape`: signs of its own as entities, and
 * people as their IDs ("Implementing slash commands" on docs.slack.dev).
 */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/(?<![\w.])@([\w.-]*\w)/g, (typed, name: string) => {
      const person = PEOPLE.find((one) => one.name === name.toLowerCase())
      return person ? `<@${person.id}|${person.name}>` : typed
    })

/** The form fields of a slash command ("Implementing slash commands" on docs.slack.dev). */
export const slashCommand = ({ person, channelId, text, triggerId, responseUrl }: Typed): Record<string, string> => ({
  token: 'deprecated-verification-token',
  team_id: teamOf(person.id),
  team_domain: TEAM.domain,
  channel_id: channelId,
  channel_name: CHANNELS.find(({ id }) => id === channelId)?.name ?? 'directmessage',
  user_id: person.id,
  user_name: person.name,
  command: '/greenlight',
  text,
  api_app_id: APP.id,
  is_enterprise_install: 'false',
  response_url: responseUrl,
  trigger_id: triggerId,
})

/** `view_submission`: a modal's primary button. */
export const viewSubmission = (person: Person, view: SlackView, values: unknown, triggerId: string) => ({
  type: 'view_submission',
  ...common(person),
  trigger_id: triggerId,
  view: { ...view, state: { values } },
  response_urls: [],
})

/** `view_closed`: sent for views that asked for it with notify_on_close. */
export const viewClosed = (person: Person, view: SlackView) => ({
  type: 'view_closed',
  ...common(person),
  view,
  is_cleared: false,
})

const common = (person: Person) => ({
  user: { id: person.id, username: person.name, name: person.name, team_id: teamOf(person.id) },
  api_app_id: APP.id,
  token: 'deprecated-verification-token',
  team: { id: TEAM.id, domain: TEAM.domain },
  enterprise: null,
  is_enterprise_install: false,
})
