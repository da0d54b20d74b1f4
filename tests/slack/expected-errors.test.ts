import { globSync, readFileSync } from 'node:fs'
import type { Log } from '../../functions/ports/log.ts'
import { slackChannel } from '../../functions/slack/slack-channel.ts'
import { slackDirectory } from '../../functions/slack/slack-directory.ts'
import { SLACK_ERRORS } from '../../functions/slack/expected-errors.ts'
import type { Call } from '../../functions/slack/expected-errors.ts'
import { listen } from '../../local/http-server.ts'
import type { HttpServer } from '../../local/http-server.ts'
import { START, approval } from '../support/records.ts'
import { ROUTE, cardOf } from '../support/cards.ts'
import { botToken, signingSecret } from '../support/secret.ts'

/** The errors that Slack's reference names for each method. */
const DOCUMENTED = JSON.parse(readFileSync('tests/fixtures/slack-errors.json', 'utf8')) as Record<string, string[]>

/** Every method of the Web API that a function calls, and the kind of call that it is. */
const METHODS: Record<string, Call> = {
  'auth.test': 'lookup',
  'chat.getPermalink': 'list',
  'chat.postEphemeral': 'write',
  'chat.postMessage': 'write',
  'chat.update': 'update',
  'conversations.history': 'list',
  'conversations.open': 'list',
  'conversations.replies': 'list',
  'usergroups.users.list': 'lookup',
  'users.info': 'lookup',
  'users.lookupByEmail': 'lookup',
  'views.open': 'write',
  'views.publish': 'write',
}

const all = (reason: string, names: string): Record<string, string> =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, reason]))

/** Errors that had no effect and need a person, each with the reason. They are logged, counted, and tried again. */
const NEEDS_A_PERSON: Record<string, string> = {
  ...all(
    'the app lacks a permission, or the workspace does not allow it: a Slack admin can change it',
    `access_denied accesslimited app_access_restricted ekm_access_denied enterprise_is_restricted missing_scope
     no_permission not_allowed_token_type org_login_required permission_denied plan_upgrade_required
     restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
     restricted_action_thread_locked restricted_action_thread_only_channel posting_to_channel_denied
     messages_tab_disabled not_enabled message_limit_exceeded two_factor_setup_required`,
  ),
  ...all(
    'the channel in greenlight.yml is not right, or the bot was not invited to it',
    `channel_not_found not_in_channel is_archived channel_is_limited_access method_not_supported_for_channel_type
     user_not_in_channel team_not_found`,
  ),
  ...all(
    'the person gets no direct message, and sees the approval in its channel',
    'invalid_user_combination user_disabled user_not_found user_not_visible',
  ),
  ...all('the message is gone: there is none to link to or to find', 'message_not_found thread_not_found'),
  ...all('no token was sent: the installation is broken', 'not_authed is_bot'),
  ...all(
    'only another request than the bot’s is answered so: other arguments, files, drafts, lists',
    `as_user_not_supported attachment_payload_limit_exceeded blocked_file_type cant_broadcast_message
     deprecated_endpoint draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
     duplicate_channel_not_found duplicate_external_id duplicate_message_not_found file_deleted file_is_deleted
     file_not_found file_share_limit_reached invalid_arg_name invalid_array_arg invalid_attachments invalid_charset
     invalid_form_data invalid_metadata_filter_keys invalid_post_type invalid_ts_latest invalid_ts_oldest
     markdown_text_conflict max_file_sharing_exceeded metadata_must_be_sent_from_app method_deprecated
     missing_file_data missing_post_type no_dual_broadcast_content_update send_on_behalf_not_allowed
     slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
     slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
     slack_connect_lists_sharing_blocked streaming_state_conflict too_many_attachments too_many_contact_cards
     missing_profile_id not_implemented too_many_users
     invalid_arguments not_enough_users users_list_not_supplied unable_to_share_files unknown_method view_too_large`,
  ),
  ...all('another function has published the Home tab, which is read again', 'hash_conflict'),
  ...all('the person is asked to press the button again', 'exchanged_trigger_id expired_trigger_id invalid_trigger_id'),
}

const FORGETFUL: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }
const CARD = cardOf(approval())
const PLACE = { channel: 'C0RELEASES', ts: '1.1', link: null }

let server: HttpServer
let refused: { method: string; error: string }
beforeAll(async () => {
  server = await listen((request) => {
    const method = new URL(request.url).pathname.split('/').at(-1)!
    const answer = method === refused.method ? { ok: false, error: refused.error } : OK
    return Promise.resolve(Response.json(answer))
  }, 0)
})
afterAll(() => server.close())

const OK = {
  ok: true,
  ts: '1.1',
  channel: 'C0RELEASES',
  messages: [],
  user: { id: 'U1', team_id: 'T1' },
  team_id: 'T1',
}
const secrets = {
  current: async () => ({ botToken: botToken(), signingSecret: signingSecret() }),
  renewed: async () => ({ botToken: botToken(), signingSecret: signingSecret() }),
}
const channel = () => slackChannel(secrets, `${server.url}/api/`, FORGETFUL)
const clock = { now: () => START, sleep: async () => {}, newId: () => 'id' }
const directory = () => slackDirectory(secrets, `${server.url}/api/`, clock, FORGETFUL)
const whisper = {
  kind: 'refusal',
  act: { do: 'withdraw' },
  refusal: { because: 'no-vote' },
  approval: approval(),
  route: ROUTE,
} as const

/** The bot's own code that calls the method; views.open is called by a click (tests/doors/slack-troubles.test.ts). */
const ASK: Record<string, () => Promise<unknown>> = {
  'chat.postMessage': () => channel().post('C0RELEASES', CARD),
  'chat.update': () => channel().update(PLACE, CARD),
  'chat.postEphemeral': () => channel().whisper('C0RELEASES', 'U1', whisper),
  'chat.getPermalink': () => channel().post('C0RELEASES', CARD),
  'conversations.history': () => channel().find('C0RELEASES', CARD, START),
  'conversations.open': () => channel().find('U0DANA', CARD, START),
  'conversations.replies': () => channel().find('C0RELEASES', CARD, START, PLACE),
  'auth.test': () => directory().person('U1'),
  'users.info': () => directory().person('U1'),
  'users.lookupByEmail': () => directory().byEmail('ana@example.com'),
  'usergroups.users.list': () => directory().members('S1'),
}

const meant = (method: string, error: string): string => {
  const call = METHODS[method]!
  const rows: Record<string, string>[] = [
    SLACK_ERRORS[call],
    call === 'update' ? SLACK_ERRORS.write : {},
    SLACK_ERRORS.any,
  ]
  return rows.find((row) => row[error])?.[error] ?? 'person'
}

/** The caller's result, by the meaning of the error. */
const WRITTEN: Record<string, (error: string) => object> = {
  busy: () => ({ kind: 'busy' }),
  passing: (because) => ({ kind: 'unclear', because }),
  final: (because) => ({ kind: 'refused', because, isFinal: true }),
  token: (because) => ({ kind: 'refused', because, isFinal: false }),
  person: (because) => ({ kind: 'refused', because, isFinal: false }),
  deleted: () => ({ kind: 'lost', isThere: false }),
  unchangeable: () => ({ kind: 'lost', isThere: true }),
}

const cases = Object.entries(DOCUMENTED).flatMap(([method, errors]) => errors.map((error) => [method, error] as const))

describe('each error that Slack’s reference names is an answer or needs a person', () => {
  test.each(Object.keys(METHODS))('of %s', (method) => {
    const unknown = DOCUMENTED[method]!.filter((error) => meant(method, error) === 'person' && !NEEDS_A_PERSON[error])
    expect(unknown).toEqual([])
  })

  test('no method is missing from the list', () => {
    const sources = globSync('functions/slack/*.ts').map((path) => readFileSync(path, 'utf8'))
    const called = sources.flatMap((text) =>
      [...text.matchAll(/\bclient\.((?:\w+\.)+\w+)\(/g)].map(([, name]) => name!),
    )
    expect([...new Set(called)].sort()).toEqual(Object.keys(METHODS).sort())
    expect(Object.keys(DOCUMENTED).sort()).toEqual(Object.keys(METHODS).sort())
  })
})

describe('Slack answers', () => {
  test.each(cases.filter(([method]) => ASK[method]))('%s with %s', async (method, error) => {
    refused = { method, error }
    const meaning = meant(method, error)
    const asked = ASK[method]!()
    switch (METHODS[method]) {
      case 'write':
      case 'update':
        // A person who cannot see it in the channel gets a direct message.
        if (method === 'chat.postEphemeral')
          await (['busy', 'passing'].includes(meaning)
            ? expect(asked).rejects.toThrow(error)
            : expect(asked).resolves.toBeUndefined())
        else expect(await asked).toMatchObject(WRITTEN[meaning]!(error))
        break
      case 'list':
        // Without a permanent link there is a message all the same.
        if (method === 'chat.getPermalink') expect(await asked).toMatchObject({ kind: 'posted', place: { link: null } })
        else if (meaning === 'busy' || meaning === 'passing') await expect(asked).rejects.toThrow(error)
        else expect(await asked).toBeNull()
        break
      default:
        // A person whom Slack does not describe may not approve: no modal opens.
        expect(await asked).toMatchObject({
          kind: meaning === 'not-found' && method !== 'auth.test' ? 'not-found' : 'unread',
        })
    }
  })
})
