import { slackDirectory } from '../../functions/slack/slack-directory.ts'
import { fixedSecrets } from '../../functions/aws/secrets.ts'
import type { Clock } from '../../functions/clock.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import type { Log } from '../../functions/ports/log.ts'
import { listen } from '../../local/http-server.ts'
import type { HttpServer } from '../../local/http-server.ts'
import { openSlackWorkspace, TOKEN } from '../local/slack/slack-workspace.ts'
import { signingSecret } from '../support/secret.ts'

const MINUTE = 60_000

let now = 0
const clock: Clock = {
  now: () => now,
  sleep: () => Promise.reject(new Error('nothing here waits')),
  newId: () => 'id',
}
const log: Log = { info: () => {}, warn: (message) => void warnings.push(message), error: () => {}, count: () => {} }
const warnings: string[] = []
const secrets = fixedSecrets({ botToken: TOKEN, signingSecret: signingSecret() })
beforeEach(() => {
  now = 0
  warnings.length = 0
})

describe('in the workspace’s Slack', () => {
  let workspace: Awaited<ReturnType<typeof openSlackWorkspace>>
  let directory: Directory
  beforeAll(async () => {
    workspace = await openSlackWorkspace()
    directory = slackDirectory(secrets, `${workspace.url}/slack/api/`, clock, log)
  })
  afterAll(() => workspace.close())

  test('a person is known with name, address and workspace', async () => {
    expect(await directory.person('U0DANA')).toEqual({
      kind: 'found',
      value: {
        userId: 'U0DANA',
        teamId: 'T0SHOPTEAM',
        name: 'Dana Novak',
        email: 'dana@shop.example',
        isDeactivated: false,
        zone: expect.any(Function),
        isStranger: false,
      },
    })
  })

  test.each([
    ['U0IVO', { teamId: 'T0PARTNER', isStranger: true, isDeactivated: false }],
    ['U0GRETA', { teamId: 'T0SHOPTEAM', isStranger: false, isDeactivated: true }],
  ])('%s is known with their kind of account', async (userId, value) => {
    expect(await directory.person(userId)).toMatchObject({ kind: 'found', value })
  })

  test.each([
    ['an ID that Slack does not know', () => directory.person('U0MALLORY')],
    ['a bot', () => directory.person('U0GREENLIGHT')],
    ['an address that Slack does not know', () => directory.byEmail('mallory@shop.example')],
    ['the address of a deactivated account', () => directory.byEmail('greta@shop.example')],
    ['a group that Slack does not know', () => directory.members('S0NOBODY')],
    ['a disabled group', () => directory.members('S0OPERATORS')],
  ])('%s is not found', async (_, ask) => {
    expect(await ask()).toEqual({ kind: 'not-found' })
  })

  test('an address is found in any case', async () => {
    expect(await directory.byEmail('Ben@Shop.Example')).toEqual({ kind: 'found', value: 'U0BEN' })
  })

  test('a group is its members', async () => {
    expect(await directory.members('S0ENGINEERS')).toEqual({ kind: 'found', value: ['U0ANA', 'U0BEN', 'U0CHEN'] })
  })
})

describe('a repeated lookup', () => {
  let server: HttpServer
  let calls: string[]
  let answers: Record<string, { status?: number; headers?: Record<string, string>; body: object | string }>
  beforeAll(async () => {
    server = await listen(async (request) => {
      const method = new URL(request.url).pathname.split('/').at(-1)!
      const form = new URLSearchParams(await request.text())
      calls.push([method, form.get('user') ?? form.get('email') ?? form.get('usergroup')].filter(Boolean).join(' '))
      const { status = 200, headers = {}, body } = answers[method]!
      return typeof body === 'string'
        ? new Response(body, { status, headers })
        : Response.json(body, { status, headers })
    }, 0)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    calls = []
    answers = {
      'auth.test': { body: { ok: true, team_id: 'T0SHOP' } },
      'users.info': { body: { ok: true, user: { id: 'U0DANA', team_id: 'T0SHOP', name: 'dana' } } },
      'users.lookupByEmail': { body: { ok: true, user: { id: 'U0DANA' } } },
      'usergroups.users.list': { body: { ok: true, users: ['U0DANA'] } },
    }
  })
  const open = () => slackDirectory(secrets, `${server.url}/api/`, clock, log)

  test('within five minutes does not call Slack; later it does', async () => {
    const directory = open()
    await directory.members('S0RELMGRS')
    answers['usergroups.users.list'] = { body: { ok: true, users: ['U0ELI'] } }
    now = 5 * MINUTE - 1
    expect(await directory.members('S0RELMGRS')).toEqual({ kind: 'found', value: ['U0DANA'] })
    now = 5 * MINUTE
    expect(await directory.members('S0RELMGRS')).toEqual({ kind: 'found', value: ['U0ELI'] })
    expect(calls).toHaveLength(2)
  })

  test('by many at once calls Slack once for each person or group', async () => {
    const directory = open()
    await Promise.all([
      ...Array.from({ length: 50 }, () => directory.members('S0RELMGRS')),
      directory.members('S0ENGINEERS'),
      ...['U0DANA', 'U0ELI', 'U0DANA'].map((userId) => directory.person(userId)),
      ...['ana@x.example', 'ANA@x.example'].map((email) => directory.byEmail(email)),
    ])
    expect(calls.sort()).toEqual([
      'auth.test',
      'usergroups.users.list S0ENGINEERS',
      'usergroups.users.list S0RELMGRS',
      'users.info U0DANA',
      'users.info U0ELI',
      'users.lookupByEmail ana@x.example',
    ])
  })

  test('with another token calls Slack again: it may belong to another workspace', async () => {
    let botToken = TOKEN
    const rotated = {
      current: async () => ({ botToken, signingSecret: signingSecret() }),
      renewed: () => secrets.renewed(),
    }
    const directory = slackDirectory(rotated, `${server.url}/api/`, clock, log)
    expect(await directory.person('U0DANA')).toMatchObject({ kind: 'found', value: { isStranger: false } })
    botToken = `${TOKEN}-new`
    answers['auth.test'] = { body: { ok: true, team_id: 'T0OTHER' } }
    expect(await directory.person('U0DANA')).toMatchObject({ kind: 'found', value: { isStranger: true } })
  })

  test('of a missing person is kept, too', async () => {
    answers['users.lookupByEmail'] = { body: { ok: false, error: 'users_not_found' } }
    const directory = open()
    await directory.byEmail('ana@x.example')
    expect(await directory.byEmail('ana@x.example')).toEqual({ kind: 'not-found' })
    expect(calls).toHaveLength(1)
  })

  test.each([
    ['breaks', { status: 503, body: 'later' }, 'HTTP 503'],
    ['has trouble', { body: { ok: false, error: 'internal_error' } }, 'internal_error'],
    [
      'does not let the bot',
      { body: { ok: false, error: 'missing_scope' } },
      'the bot lacks a permission: missing_scope',
    ],
    ['is not Slack', { body: '<html>' }, 'the answer was not Slack’s'],
  ])('if Slack %s it says so, and is repeated on the next lookup', async (_, answer, why) => {
    const directory = open()
    const well = answers['usergroups.users.list']!
    answers['usergroups.users.list'] = answer
    expect(await directory.members('S0RELMGRS')).toEqual({
      kind: 'unread',
      because: `Slack did not list the members of S0RELMGRS (${why})`,
    })
    expect(warnings).toEqual(['Slack did not list the members of S0RELMGRS'])
    answers['usergroups.users.list'] = well
    expect(await directory.members('S0RELMGRS')).toEqual({ kind: 'found', value: ['U0DANA'] })
  })

  test('if Slack asks to wait it says so, and asks nothing of the kind before that time', async () => {
    const directory = open()
    const well = answers['usergroups.users.list']!
    answers['usergroups.users.list'] = { status: 429, headers: { 'retry-after': '7' }, body: {} }
    const busy = (group: string) => ({
      kind: 'unread',
      because: `Slack did not list the members of ${group} (it asks to wait)`,
      isBusy: true,
    })
    expect(await directory.members('S0RELMGRS')).toEqual(busy('S0RELMGRS'))
    answers['usergroups.users.list'] = well
    now = 7_000 - 1
    expect(await directory.members('S0RELMGRS')).toEqual(busy('S0RELMGRS'))
    expect(await directory.members('S0ENGINEERS')).toEqual(busy('S0ENGINEERS'))
    expect(await directory.byEmail('dana@x.example')).toMatchObject({ kind: 'found' })
    expect(calls).toEqual(['usergroups.users.list S0RELMGRS', 'users.lookupByEmail dana@x.example'])
    now = 7_000
    expect(await directory.members('S0RELMGRS')).toMatchObject({ kind: 'found' })
  })

  test('without an answer it says so', async () => {
    const gone = await listen(() => new Response(), 0)
    await gone.close()
    expect(await slackDirectory(secrets, `${gone.url}/api/`, clock, log).byEmail('ana@x.example')).toEqual({
      kind: 'unread',
      because: 'Slack did not say who ana@x.example is (no answer)',
    })
  })

  test('a person is not known while the bot’s own workspace is not', async () => {
    answers['auth.test'] = { status: 500, body: '' }
    const directory = open()
    expect(await directory.person('U0DANA')).toEqual({
      kind: 'unread',
      because: 'Slack did not say in which workspace Greenlight is installed (HTTP 500)',
    })
    answers['auth.test'] = { body: { ok: true, team_id: 'T0SHOP' } }
    expect(await directory.person('U0DANA')).toMatchObject({ kind: 'found' })
  })

  test.each<[string, object, object, boolean]>([
    ['the bot’s own workspace', {}, { team_id: 'T0SHOP' }, false],
    ['another company', {}, { team_id: 'T0OTHER' }, true],
    ['another company, whom Slack calls a stranger', {}, { team_id: 'T0SHOP', is_stranger: true }, true],
    [
      'another workspace of the same organization',
      { enterprise_id: 'E0SHOP' },
      { team_id: 'T0SISTER', enterprise_user: { enterprise_id: 'E0SHOP' } },
      false,
    ],
    [
      'another organization',
      { enterprise_id: 'E0SHOP' },
      { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0OTHER' } },
      true,
    ],
    ['no organization, seen from one', { enterprise_id: 'E0SHOP' }, { team_id: 'T0OTHER' }, true],
    [
      'an organization, seen from none',
      {},
      { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0OTHER' } },
      true,
    ],
  ])('a person of %s', async (_, home, user, isStranger) => {
    answers['auth.test'] = { body: { ok: true, team_id: 'T0SHOP', ...home } }
    answers['users.info'] = { body: { ok: true, user: { id: 'U0X', name: 'x', ...user } } }
    expect(await open().person('U0X')).toMatchObject({ kind: 'found', value: { isStranger } })
  })

  test('a person whose workspace Slack does not name is not known', async () => {
    answers['users.info'] = { body: { ok: true, user: { id: 'U0X', name: 'x' } } }
    expect(await open().person('U0X')).toEqual({
      kind: 'unread',
      because: 'Slack did not say in which workspace U0X is',
      isFinal: true,
    })
  })
})
