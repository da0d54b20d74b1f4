import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSlackWorkspace, TOKEN } from '../local/slack/slack-workspace.ts'
import { runGreenlight } from './scripted-terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'greenlight-explain-'))
afterAll(() => rmSync(directory, { recursive: true }))
const saved = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}
const FILE = saved(
  'greenlight.yml',
  `zone: Europe/London
defaults: { approvals: C0RELEASES }
people: { deploy-role: U0BEN }
routes:
  - match: { pipeline: shop-*, stage: Production }
    approvers:
      - { name: release managers, groups: [S0RELMGRS] }
      - { name: engineers, groups: [S0ENGINEERS], people: [U0IVO, U0GRETA] }
    forbid: [author, starter]
    freeze: [{ name: weekend freeze, from: Fri 16:00, to: Mon 08:00 }]
    breakGlass: { people: [U0ELI] }
    escalate: { after: 4h, people: [U0FINN] }
  - match: { account: '111122223333' }
    consoleOnly: the auditors want it
`,
)
const DEAD = saved(
  'dead.yml',
  'routes:\n  - { match: {}, approvals: C0NOWHERE, approvers: [{ name: a, groups: [S0GONE] }] }\n',
)

let slack: Awaited<ReturnType<typeof openSlackWorkspace>>
beforeAll(async () => {
  slack = await openSlackWorkspace()
})
afterAll(() => slack.close())

const TUESDAY = '2026-11-24 10:00'
const SATURDAY = '2026-11-28 10:00'

const run = (...argv: string[]) =>
  runGreenlight(argv, {
    now: () => Date.UTC(2026, 10, 24, 10),
    environment: { SLACK_BOT_TOKEN: TOKEN, SLACK_API_URL: `${slack.url}/slack/api/` },
  })
const explain = (person: string, ...more: string[]) =>
  run('explain', '--config', FILE, '--pipeline', 'shop-web', '--stage', 'Production', '--person', person, ...more)

describe('greenlight explain', () => {
  test('says which route matches, what it asks for, and that somebody could approve', async () => {
    const { exitCode, out } = await explain('dana@shop.example', '--author', 'ana@shop.example')
    expect(exitCode).toBe(0)
    expect(out.split('\n')).toEqual([
      'shop-web, stage Production',
      `Route 1 matches (${FILE}:5).`,
      'It takes:',
      '  1 of release managers: Dana Novak (U0DANA), Eli Brandt (U0ELI)',
      '  1 of engineers: Ivo Marsh (U0IVO), Greta Lind (U0GRETA), Ana Soares (U0ANA), Ben Okafor (U0BEN), Chen Wei (U0CHEN)',
      'Whoever is its author or its starter may not approve it.',
      '  Ana Soares (U0ANA) is its author.',
      '  Ana Soares (U0ANA) is its starter.',
      "After the escalation anybody's place can be filled by: Finn Larsen (U0FINN)",
      '',
      'Dana Novak (U0DANA) could approve it at Tue 24 Nov 2026, 10:00 (Europe/London).',
      '',
    ])
  })

  const COULD_REJECT = 'They could reject it.'
  const NEITHER = 'They could not reject it either.'
  test.each<[string, string[], string, string]>([
    ['U0FINN', [], 'none of its rules names them', NEITHER],
    ['U0ANA', ['--author', 'ana@shop.example'], 'they wrote it', COULD_REJECT],
    ['U0BEN', ['--starter', 'arn:aws:sts::1:assumed-role/deploy-role/x'], 'they started it', COULD_REJECT],
    ['U0DANA', ['--author', 'x@y.example'], 'nobody in Slack is known for its author x@y.example', COULD_REJECT],
    [
      'U0DANA',
      ['--at', SATURDAY],
      'it is frozen until Mon 30 Nov 2026, 08:00 (Europe/London), by weekend freeze',
      COULD_REJECT,
    ],
    ['U0IVO', [], 'they belong to the Slack workspace of another company', NEITHER],
    ['U0GRETA', [], 'their Slack account is switched off', NEITHER],
    ['mallory@shop.example', [], 'Slack knows nobody as mallory@shop.example', NEITHER],
  ])('%s could not, %p', async (person, more, because, rejecting) => {
    const { exitCode, out } = await explain(person, '--at', TUESDAY, ...more)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/could not approve it at \w{3} 2\d Nov 2026, 10:00 \(Europe\/London\), because /)
    expect(out).toContain(`because ${because}`)
    expect(out).toContain(rejecting)
  })

  test('says who may break the glass, and that this one may', async () => {
    const { out } = await explain('U0ELI', '--at', SATURDAY)
    expect(out).toContain('Who may break the glass: Eli Brandt (U0ELI).')
    expect(out).toContain('They could break the glass.')
    expect((await explain('U0DANA', '--at', SATURDAY)).out).not.toContain('They could break')
  })

  test('after the escalation others may stand in', async () => {
    expect((await explain('U0FINN', '--escalated')).out).toContain('Finn Larsen (U0FINN) could approve it')
  })

  test('a group that Slack does not tell is a reason', async () => {
    slack.slack.disturbances.order({
      operation: 'usergroups.users.list',
      times: 2,
      answer: { status: 200, body: { ok: false, error: 'internal_error' } },
    })
    const { out } = await explain('U0DANA')
    expect(out).toContain('could not approve')
    expect(out).toContain(
      'cannot be told whether a rule names them: Slack does not say who is in S0RELMGRS (internal_error)',
    )
  })

  test('asks nobody when it is offline', async () => {
    const { out } = await runGreenlight(
      [
        'explain',
        '--config',
        FILE,
        '--pipeline',
        'shop-web',
        '--stage',
        'Production',
        '--person',
        'U0IVO',
        '--offline',
      ],
      { now: () => Date.UTC(2026, 10, 24, 10) },
    )
    expect(out).toContain('U0IVO could approve it')
    expect(out).toContain('Not known: Slack was not asked who is in S0RELMGRS (--offline).')
  })

  test('asks for what the route depends on, and says when none matches', async () => {
    const other = ['explain', '--config', FILE, '--pipeline', 'web', '--stage', 'Production', '--person', 'U0ELI']
    expect(await run(...other)).toMatchObject({
      exitCode: 1,
      err: 'routes.1 may match, which depends on the account: add --account <…>.\n',
    })
    expect((await run(...other, '--account', '111122223333')).out).toContain(
      'in the AWS console only: the auditors want it',
    )
    expect((await run(...other, '--account', '999999999999')).out).toContain('so nobody may approve in Slack')
  })

  test.each([
    [['--at', 'tomorrow'], /--at is tomorrow: expected a time such as/],
    [['--starter', 'dana'], /--starter is dana: expected an ARN/],
  ])('does not guess: %p', async (more, message) => {
    const { exitCode, err } = await explain('U0DANA', ...more)
    expect(exitCode).toBe(1)
    expect(err).toMatch(message)
  })

  test('is an hour later by the same clock in summer', async () => {
    const { out } = await explain('U0DANA', '--at', '2026-07-18T12:00Z')
    expect(out).toContain('at Sat 18 Jul 2026, 13:00 (Europe/London)')
  })
})

describe('greenlight check', () => {
  test('finds what a file says wrong, and with --online whom Slack does not know', async () => {
    expect(await run('check', FILE)).toMatchObject({ exitCode: 0, out: `${FILE}: ok, 2 routes\n` })
    const offline = await run('check', DEAD)
    expect(offline.exitCode).toBe(0)
    const { exitCode, out } = await run('check', '--online', DEAD)
    expect(exitCode).toBe(1)
    expect(out).toContain('C0NOWHERE is no channel')
    expect(out).toContain('Slack knows no user group S0GONE (no_such_subteam).')
  })

  test('says what it could not look at', async () => {
    const { exitCode, out } = await runGreenlight(['check', '--online', DEAD], {
      environment: { SLACK_BOT_TOKEN: 'xoxb-other', SLACK_API_URL: `${slack.url}/slack/api/` },
    })
    expect(exitCode).toBe(1)
    expect(out).toContain('people and user groups not checked: Slack answers invalid_auth')
  })
})
