import * as z from 'zod/mini'
import type { TypedCommand } from '../domain/command.ts'
import { messageLink } from '../domain/message-link.ts'
import { TIMESTAMP } from './clicked-thread.ts'
import { isResponseUrl } from './response-url.ts'
import { Malformed, parseAs } from '../malformed.ts'
import { DECISION_CALLBACK, parseDecisionMetadata } from './decision-modal.ts'
import { SEVERAL_CALLBACK, parseSeveralMetadata } from './several-form.ts'
import { STEERING_CALLBACK, parseSteeringMetadata } from './steering-form.ts'

/**
 * The parts of Slack's requests that the bot and Bolt read ("Handling user interaction", Slack): Bolt reads fields that
 * the bot does not use, and fails if their form is unexpected.
 */

/** The message shortcut of the manifest. */
export const WHY_SHORTCUT = 'why_not'

const SLACK_ID = z.string().check(z.regex(/^[A-Z][A-Z0-9]{1,30}$/))
const STRING = z.string()
const named = z.optional(z.nullable(z.object({ id: SLACK_ID })))

const BY = {
  user: z.object({
    id: SLACK_ID,
    name: z.optional(STRING),
    username: z.optional(STRING),
    team_id: z.optional(SLACK_ID),
  }),
  team: named,
  enterprise: named,
  is_enterprise_install: z.optional(z.boolean()),
}

const PRESSED = z.object({
  type: z.literal('block_actions'),
  ...BY,
  channel: z.optional(z.object({ id: SLACK_ID })),
  trigger_id: STRING,
  response_url: z.optional(STRING),
  container: z.object({
    is_ephemeral: z.optional(z.boolean()),
    message_ts: z.optional(STRING),
    thread_ts: z.optional(TIMESTAMP),
  }),
  actions: z
    .array(z.object({ type: STRING, action_id: STRING, block_id: z.optional(STRING), value: z.optional(STRING) }))
    .check(z.minLength(1)),
})

const CHOSEN_OPTION = z.object({ value: z.optional(STRING) })

const values = z.record(
  STRING,
  z.record(
    STRING,
    z.object({
      value: z.optional(z.nullable(STRING)),
      selected_option: z.optional(z.nullable(CHOSEN_OPTION)),
      selected_options: z.optional(z.nullable(z.array(CHOSEN_OPTION))),
      // Seconds.
      selected_date_time: z.optional(z.nullable(z.number())),
    }),
  ),
)

const SUBMITTED = z.object({
  type: z.literal('view_submission'),
  ...BY,
  view: z
    .object({
      type: STRING,
      callback_id: z.enum([DECISION_CALLBACK, STEERING_CALLBACK, SEVERAL_CALLBACK]),
      private_metadata: STRING,
      state: z.object({ values }),
    })
    .check(z.refine((view) => isOurMetadata(view), 'the bot wrote no such text')),
})

const INTERACTION = z.discriminatedUnion('type', [PRESSED, SUBMITTED])

/** @throws {Malformed} if a field that is read is missing or of another type, or the bot has nothing of this type. */
export const parseInteraction = (payload: unknown): object => {
  const parsed = parseAs(INTERACTION, payload, 'The payload')
  if (!parsed.team && !parsed.user.team_id) throw new Malformed('The payload', ['it names no workspace'])
  return parsed
}

const SHORTCUT = z.lazy(() =>
  z.object({
    type: z.literal('message_action'),
    callback_id: z.literal(WHY_SHORTCUT),
    user: BY.user,
    team: z.optional(z.nullable(z.object({ id: SLACK_ID, domain: z.optional(STRING) }))),
    channel: z.object({ id: SLACK_ID }),
    message: z.object({ ts: TIMESTAMP, thread_ts: z.optional(TIMESTAMP) }),
    response_url: STRING.check(z.refine(isResponseUrl, 'not an address of Slack')),
  }),
)

/**
 * A message shortcut, as the command that is typed for it; null if the payload is of another kind ("Message shortcut
 * payload", Slack). @throws {Malformed}
 */
export const parseShortcut = (payload: unknown): Omit<TypedCommand, 'id' | 'at'> | null => {
  if ((payload as { type?: unknown } | null)?.type !== 'message_action') return null
  const { user, team, channel, message, response_url: responseUrl } = parseAs(SHORTCUT, payload, 'The shortcut')
  const link = messageLink(team?.domain ?? '', channel.id, message.thread_ts ?? message.ts)
  const name = user.name ?? user.username ?? user.id
  const who = { userId: user.id, teamId: user.team_id ?? team?.id ?? null, name, email: null, from: channel.id }
  return { text: `why ${link}`, who, responseUrl }
}

const COMMAND_FORM = z.lazy(() =>
  z.object({
    command: STRING.check(z.regex(/^\//)),
    text: z.optional(STRING.check(z.maxLength(3_000))),
    user_id: SLACK_ID,
    user_name: z.optional(STRING),
    team_id: z.optional(SLACK_ID),
    channel_id: z.optional(SLACK_ID),
    response_url: STRING.check(z.refine(isResponseUrl, 'not an address of Slack')),
  }),
)

/**
 * The text as the person typed it, but for people, whose IDs it keeps: `should_escape` of the manifest has Slack send those
 * ("Implementing slash commands", Slack).
 */
const asTyped = (text: string): string =>
  text
    .replaceAll(
      /<(?!@[UW][A-Z0-9]+[|>])([#!@]?)([^<>|]*)(?:\|([^<>]*))?>/g,
      (_, sign: string, target: string, name?: string) =>
        sign === '' ? target : `${sign === '#' ? '#' : '@'}${(name ?? target).replace(/^[#@]/, '')}`,
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** A slash command, as its person typed it. @throws {Malformed} */
export const parseCommand = (form: URLSearchParams): Omit<TypedCommand, 'id' | 'at'> => {
  const typed = parseAs(COMMAND_FORM, Object.fromEntries(form), 'The command')
  return {
    text: asTyped(typed.text ?? ''),
    who: {
      userId: typed.user_id,
      teamId: typed.team_id ?? null,
      name: typed.user_name ?? typed.user_id,
      email: null,
      from: typed.channel_id ?? null,
    },
    responseUrl: typed.response_url,
  }
}

const METADATA_OF = {
  [DECISION_CALLBACK]: parseDecisionMetadata,
  [STEERING_CALLBACK]: parseSteeringMetadata,
  [SEVERAL_CALLBACK]: parseSeveralMetadata,
} as const

const isOurMetadata = (view: { callback_id: keyof typeof METADATA_OF; private_metadata: string }): boolean => {
  try {
    return METADATA_OF[view.callback_id](view.private_metadata) !== null
  } catch {
    return false
  }
}

/** Slack verifies the URL ("url_verification event", Slack). */
const VERIFICATION = z.lazy(() => z.object({ type: z.literal('url_verification'), challenge: STRING }))

/** Of events, the bot takes one; `tab`: the other one is that of its messages ("app_home_opened event", Slack). */
const EVENT_CALLBACK = z.lazy(() =>
  z.object({
    type: z.literal('event_callback'),
    event: z.object({ type: STRING, user: z.optional(SLACK_ID), tab: z.optional(STRING) }),
  }),
)

const JSON_BODY = z.lazy(() => z.discriminatedUnion('type', [VERIFICATION, EVENT_CALLBACK]))

/** `home-opened`: a person looks at the Home tab. `other`: an event that the bot did not ask for. */
export type SlackEvent =
  { kind: 'verification'; body: object } | { kind: 'home-opened'; userId: string } | { kind: 'other'; type: string }

/** @throws {Malformed} */
export const parseEvent = (body: unknown): SlackEvent => {
  const parsed = parseAs(JSON_BODY, body, 'The body')
  if (parsed.type === 'url_verification') return { kind: 'verification', body: parsed }
  const { type, user, tab } = parsed.event
  return type === 'app_home_opened' && tab === 'home' && user !== undefined
    ? { kind: 'home-opened', userId: user }
    : { kind: 'other', type }
}
