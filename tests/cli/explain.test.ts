import type * as Cedar from '@cedar-policy/cedar-wasm'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSlackWorkspace, TOKEN } from '../local/slack/slack-workspace.ts'
import { runGreenlight } from './scripted-terminal.ts'
import { botToken } from '../support/secret.ts'

const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar

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
    review: { within: 1d, people: [U0ANA, U0ELI] }
    may: { freeze: { people: [U0ELI] }, retry: { groups: [S0RELMGRS] } }
    escalate: { after: 4h, people: [U0FINN] }
  - match: { account: '111122223333' }
    consoleOnly: the auditors want it
`,
)
const EITHER = saved(
  'either.yml',
  `defaults: { approvals: C0RELEASES }
routes:
  - match: {}
    status: C0STATUS
    outside: { builds: [shop-*, nightly], deployments: shop/* }
    anyOf:
      - { name: leads, people: [U0ELI] }
      - allOf: [{ name: QA, people: [U0ANA] }, { name: engineers, people: [U0BEN, U0CHEN], count: 2 }]
`,
)
const STAND_INS = saved(
  'stand-ins.yml',
  `defaults: { approvals: C0RELEASES }
routes:
  - match: { stage: Production }
    standIns: anyone
    forbid: [author]
    approvers: [{ name: leads, people: [U0ELI, U0BEN, U0GRETA], count: 1 }]
  - match: { stage: Staging }
    approvers: [{ name: leads, people: [U0ELI], count: 1 }]
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
  test('says who may freeze from Slack, and that the freezes of the installation were not read', async () => {
    const { out } = await explain('U0ANA')
    expect(out).toContain('Change freezes can be set and lifted in Slack by: Eli Brandt (U0ELI)')
    expect(out).toContain('Not known: the freezes that are set in Slack now (SLACK_BOT_TOKEN is set).')
  })

  test('says which route matches, what it requires, and that the person could approve', async () => {
    const { exitCode, out } = await explain('dana@shop.example', '--author', 'ana@shop.example')
    expect(exitCode).toBe(0)
    expect(out.split('\n')).toEqual([
      'shop-web, stage Production',
      `Route 1 matches (${FILE}:5).`,
      'Required approvals:',
      '  1 from release managers: Dana Novak (U0DANA), Eli Brandt (U0ELI)',
      '  1 from engineers: Ivo Marsh (U0IVO), Greta Lind (U0GRETA), Ana Soares (U0ANA), Ben Okafor (U0BEN), Chen Wei (U0CHEN)',
      'Authors cannot approve their own changes.',
      'The person who started the execution cannot approve it.',
      '  Ana Soares (U0ANA) wrote the change.',
      '  Ana Soares (U0ANA) started the execution.',
      'After the escalation, stand-ins can approve for any rule: Finn Larsen (U0FINN)',
      'An approval in the AWS console that Slack would have refused is reported.',
      'Change freezes can be set and lifted in Slack by: Eli Brandt (U0ELI)',
      'A failed stage can be retried in Slack by: Dana Novak (U0DANA), Eli Brandt (U0ELI)',
      'Not known: the freezes that are set in Slack now (SLACK_BOT_TOKEN is set).',
      '',
      'At Tue 24 Nov 2026, 10:00 (Europe/London), Dana Novak (U0DANA) could approve.',
      'In Slack, this person could also retry a failed stage.',
      '',
    ])
  })

  test('says in which ways an approval can be given', async () => {
    const { out } = await explain('U0ANA', '--config', EITHER)
    expect(out.split('\n').slice(2, 6)).toEqual([
      'Required approvals, in one of these ways:',
      '  1. 1 from leads: Eli Brandt (U0ELI)',
      '  2. 1 from QA: Ana Soares (U0ANA)',
      '     and 2 from engineers: Ben Okafor (U0BEN), Chen Wei (U0CHEN)',
    ])
  })

  test('says which builds and deployments outside a pipeline the route shows', async () => {
    const { out } = await explain('U0ANA', '--config', EITHER)
    expect(out.split('\n')).toEqual(
      expect.arrayContaining([
        'Status messages for builds outside a pipeline: shop-*, nightly',
        'Status messages for deployments outside a pipeline: shop/*',
      ]),
    )
  })

  test('assumes that a person is away, so that a stand-in is tried without typing it in Slack', async () => {
    const away = ['--config', STAND_INS, '--away', 'U0ELI=dana@shop.example']
    const { out } = await explain('U0DANA', ...away)
    expect(out.split('\n')).toEqual(
      expect.arrayContaining([
        'Assumed: Eli Brandt (U0ELI) is away and named Dana Novak (U0DANA) (--away).',
        '  Dana Novak (U0DANA) stands in for Eli Brandt (U0ELI).',
        'At Tue 24 Nov 2026, 10:00 (UTC), Dana Novak (U0DANA) could approve.',
      ]),
    )
    expect((await explain('U0DANA', '--config', STAND_INS)).out).toContain('could not approve')
    const forbidden = await explain('U0DANA', ...away, '--author', 'eli@shop.example')
    expect(forbidden.out).toContain('This person stands in for someone who wrote the change.')
    const none = await explain('U0DANA', ...away, '--stage', 'Staging')
    expect(none.out).toContain('who cannot stand in: this route lets no one stand in.')
    expect(none.out).toContain('could not approve')
    const gone = await explain('U0DANA', '--config', STAND_INS, '--away', 'U0GRETA=U0DANA')
    expect(gone.out).toMatch(/who cannot stand in: Slack shows no account of the absent person that can decide\.\n/)
    expect(gone.out).toContain('could not approve')
    const other = await explain('U0DANA', '--config', STAND_INS, '--away', 'U0ANA=U0DANA')
    expect(other.out).toContain('  No rule of this route names Ana Soares (U0ANA).')
  })

  test.each([
    ['U0ELI', 2, 'expected such as U0DANA=U0LEE (who is away = who stands in), found "U0ELI"'],
    ['U0ELI=U0ELI', 2, 'U0ELI cannot stand in for themselves'],
    ['U0ELI=nobody@shop.example', 1, '--away: Slack knows no person as nobody@shop.example.'],
  ])('an absence that cannot be assumed is refused: %s', async (away, code, because) => {
    const { exitCode, err } = await explain('U0DANA', '--config', STAND_INS, '--away', away)
    expect([exitCode, err]).toEqual([code, expect.stringContaining(because)])
  })

  test('one person has one stand-in', async () => {
    const twice = ['--away', 'U0ELI=U0DANA', '--away', 'eli@shop.example=U0ANA']
    const { exitCode, err } = await explain('U0DANA', '--config', STAND_INS, ...twice)
    expect([exitCode, err]).toEqual([2, expect.stringContaining('is given twice, and has one stand-in')])
  })

  const COULD_REJECT = 'This person could reject.'
  const NEITHER = 'This person could not reject either.'
  test.each<[string, string[], string, string]>([
    ['U0FINN', [], 'No rule of this route names this person.', NEITHER],
    ['U0ANA', ['--author', 'ana@shop.example'], 'This person wrote the change.', COULD_REJECT],
    [
      'U0BEN',
      ['--starter', 'arn:aws:sts::1:assumed-role/deploy-role/x'],
      'This person started the execution.',
      COULD_REJECT,
    ],
    [
      'U0DANA',
      ['--author', 'x@y.example'],
      'The author x@y.example has no known Slack account. x@y.example, who started the execution, has no known Slack account.',
      COULD_REJECT,
    ],
    [
      'U0DANA',
      ['--at', SATURDAY],
      'The change freeze “weekend freeze” lasts until Mon 30 Nov 2026, 08:00 (Europe/London).',
      COULD_REJECT,
    ],
    ['U0IVO', [], 'This person belongs to the Slack workspace of another company.', NEITHER],
    ['U0GRETA', [], 'The Slack account of this person is deactivated.', NEITHER],
    ['mallory@shop.example', [], 'Slack knows no person as mallory@shop.example.', NEITHER],
  ])('%s could not approve, %p', async (person, more, reason, rejecting) => {
    const { exitCode, out } = await explain(person, '--at', TUESDAY, ...more)
    expect(exitCode).toBe(0)
    const [verdict, ...rest] = out.trimEnd().split('\n\n').at(-1)!.split('\n')
    expect(verdict).toMatch(/^At \w{3} 2\d Nov 2026, 10:00 \(Europe\/London\), .+ could not approve\.$/)
    expect(rest.slice(0, 2)).toEqual([reason, rejecting])
  })

  test('says what it assumes about author and starter', async () => {
    const assumed = async (...more: string[]) =>
      (await explain('U0DANA', ...more)).out.split('\n').filter((line) => line.startsWith('Assumed'))
    const author = 'Assumed: this person did not write the change (set --author).'
    const starter = 'Assumed: this person did not start the execution (set --starter or --author).'
    expect(await assumed()).toEqual([author, starter])
    expect(await assumed('--starter', 'arn:aws:sts::1:assumed-role/deploy-role/x')).toEqual([author])
    expect(await assumed('--author', 'ben@shop.example', '--author', 'ana@shop.example')).toEqual([])
  })

  test('says who may override a freeze, and that this person may', async () => {
    const { out } = await explain('U0ELI', '--at', SATURDAY)
    expect(out).toContain('It can be overridden by: Eli Brandt (U0ELI)')
    expect(out).toContain('This person could override the change freeze.')
    expect((await explain('U0DANA', '--at', SATURDAY)).out).not.toContain('could override')
  })

  test('says who confirms an override: no author, and no one while an author is unknown', async () => {
    const confirming = async (...more: string[]) =>
      /must confirm an override within [^:]+: (.*)/.exec((await explain('U0ELI', '--at', SATURDAY, ...more)).out)?.[1]
    expect(await confirming()).toBe('Ana Soares (U0ANA), Eli Brandt (U0ELI)')
    expect(await confirming('--author', 'ana@shop.example')).toBe('Eli Brandt (U0ELI)')
    expect(await confirming('--author', 'gert@elsewhere.example')).toBe('no one')
  })

  test('after the escalation, a stand-in could approve', async () => {
    expect((await explain('U0FINN', '--escalated')).out).toContain('Finn Larsen (U0FINN) could approve.')
  })

  test('a group that Slack does not list is a reason', async () => {
    slack.slack.disturbances.order({
      operation: 'usergroups.users.list',
      times: 2,
      answer: { status: 200, body: { ok: false, error: 'internal_error' } },
    })
    const { out } = await explain('U0DANA')
    expect(out).toContain('could not approve.')
    expect(out).toMatch(/Greenlight cannot tell whether a rule names this person: .*S0RELMGRS.*internal_error/)
  })

  const offline = (...more: string[]) =>
    runGreenlight(
      ['explain', '--config', FILE, '--pipeline', 'shop-web', '--stage', 'Production', '--offline', ...more],
      { now: () => Date.UTC(2026, 10, 24, 10) },
    )

  test('a session in which Greenlight steers is its person; that the role is its own is assumed without an installation', async () => {
    const starter = 'arn:aws:sts::111122223333:assumed-role/greenlight-prod-DeciderRole-1X/steer-U0IVO'
    const { out } = await offline('--person', 'U0IVO', '--starter', starter)
    expect(out).toContain('This person started the execution.')
    expect(out).toContain(
      'Assumed: greenlight-prod-DeciderRole-1X/steer-U0IVO is a session in which Greenlight started it for U0IVO (--offline).',
    )
  })

  test('says what the person may do besides voting', async () => {
    expect((await explain('U0ELI')).out).toContain(
      'In Slack, this person could also set and lift change freezes and retry a failed stage.',
    )
    expect((await explain('U0DANA')).out).toContain('In Slack, this person could also retry a failed stage.')
    expect((await explain('U0ANA')).out).not.toContain('could also')
  })

  test('does not ask Slack with --offline', async () => {
    const { out } = await offline('--person', 'U0IVO')
    expect(out).toContain('U0IVO could approve.')
    expect(out).toContain('Not known: Slack was not asked who is in S0RELMGRS (--offline).')
    expect(out).toContain('Slack was not asked: an ID and an e-mail address count as different people.')
  })

  test('names the options that the route depends on, and says if none matches', async () => {
    const other = ['explain', '--config', FILE, '--pipeline', 'web', '--stage', 'Production', '--person', 'U0ELI']
    expect(await run(...other)).toMatchObject({
      exitCode: 2,
      err: 'Whether routes.1 matches depends on settings that you did not give: add --account <…>.\n',
    })
    expect((await run(...other, '--account', '111122223333')).out).toContain(
      'Approved in the AWS console only: the auditors want it',
    )
    expect((await run(...other, '--account', '999999999999')).out).toContain(
      `No route in ${FILE} matches, so no one can approve in Slack.`,
    )
  })

  test.each([
    [['--at', 'tomorrow'], /^--at is tomorrow: expected a time such as/],
    [['--at', '2026-02-30 10:00'], /^--at is 2026-02-30 10:00: expected a time such as/],
    [['--at', '2026-12-18 25:00'], /^--at is 2026-12-18 25:00: expected a time such as/],
    [['--at', '1'], /^--at is 1: expected a time such as/],
    [['--starter', 'dana'], /^--starter is dana: expected an ARN/],
    [['--config', '/nowhere.yml'], /^\/nowhere\.yml cannot be read: there is no such file or folder\.$/m],
    [['--config', 'package.json'], /^package\.json is not valid, so no one can approve in Slack\. “greenlight check”/],
  ])('does not guess: %p', async (more, message) => {
    const { exitCode, err } = await explain('U0DANA', ...more)
    expect(exitCode).toBe(more[0] === '--config' ? 1 : 2)
    expect(err).toMatch(message)
  })

  test('is an hour later by the same clock in summer', async () => {
    const { out } = await explain('U0DANA', '--at', '2026-07-18T12:00Z')
    expect(out).toContain('At Sat 18 Jul 2026, 13:00 (Europe/London), ')
  })

  test('its help shows no empty default', async () => {
    expect((await run('explain', '--help')).out).not.toContain('[]')
  })
})

describe('greenlight check --online', () => {
  test('names what Slack does not know', async () => {
    expect(await run('check', FILE)).toMatchObject({ exitCode: 0, out: `${FILE}: ok (2 routes)\n` })
    const offline = await run('check', DEAD)
    expect(offline.exitCode).toBe(0)
    const { exitCode, out } = await run('check', '--online', DEAD)
    expect(exitCode).toBe(1)
    expect(out).toContain(`${DEAD}: C0NOWHERE is not a channel`)
    expect(out).toContain(`${DEAD}: Slack does not know the user group S0GONE (no_such_subteam).`)
  })

  test('says once why it could not ask', async () => {
    const { exitCode, out } = await runGreenlight(['check', '--online', DEAD], {
      environment: { SLACK_BOT_TOKEN: botToken('other'), SLACK_API_URL: `${slack.url}/slack/api/` },
    })
    expect(exitCode).toBe(1)
    expect(out.trimEnd().split('\n').slice(1)).toEqual([
      `${DEAD}: not checked: Slack channels, Slack people and user groups. Slack answers invalid_auth.`,
      expect.stringContaining(`${DEAD}: the newest executions were not read: `),
    ])
  })
})

test('prints in Cedar that rejecters may reject where a route approves by itself and names no approvers', async () => {
  const file = saved(
    'only-rejecters.yml',
    `defaults: { approvals: C0RELEASES }
routes:
  - match: {}
    autoApprove: { after: 2h }
    rejecters: [{ name: security, people: [U0FAY] }]
`,
  )
  const { out } = await run('explain', '--config', file, '--pipeline', 'x', '--stage', 'y', '--cedar')
  expect(out.match(/^@id.*$/gm)?.[0]).toBe('@id("reject: security")')
})

describe('greenlight explain --cedar', () => {
  const printed = (...more: string[]) =>
    run('explain', '--config', FILE, '--pipeline', 'shop-web', '--stage', 'Production', '--cedar', ...more)

  test('prints policies that Cedar finds valid for the schema', async () => {
    const { exitCode, out } = await printed()
    expect(exitCode).toBe(0)
    const answer = cedar.validate({
      schema: readFileSync('schemas/greenlight.cedarschema', 'utf8'),
      policies: { staticPolicies: out },
    })
    expect(answer).toMatchObject({ type: 'success', validationErrors: [], validationWarnings: [] })
    expect(out.match(/^@id.*$/gm)).toEqual([
      '@id("approve: release managers")',
      '@id("stand in: release managers")',
      '@id("approve: engineers")',
      '@id("stand in: engineers")',
      '@id("reject: release managers")',
      '@id("reject: engineers")',
      '@id("reject: stand-ins")',
      '@id("account: isDeactivated")',
      '@id("account: isStranger")',
      '@id("own change: author")',
      '@id("unknown author")',
      '@id("own change: starter")',
      '@id("unknown starter")',
      '@id("freeze 1: weekend freeze")',
      '@id("freeze from Slack")',
    ])
  })

  test('says on which route, and refuses what it cannot print', async () => {
    expect((await printed()).out.split('\n')[0]).toBe(`// shop-web, stage Production: route 1 (${FILE}:5).`)
    const nowhere = await run(
      'explain',
      '--config',
      FILE,
      '--pipeline',
      'x',
      '--stage',
      'y',
      '--account',
      '1',
      '--cedar',
    )
    expect(nowhere).toMatchObject({ exitCode: 1, out: '' })
    expect(nowhere.err).toContain('No route in')
    expect((await printed('--person', 'U0ANA')).exitCode).toBe(2)
  })
})

test('says when an approval approves itself, and what that depends on', async () => {
  const file = saved(
    'automatic.yml',
    `defaults: { approvals: C0RELEASES }
routes:
  - match: { stage: Production }
    autoApprove: { after: 90m, alarms: [shop-5xx, shop-latency], emptyChangeSet: true }
  - match: {}
    approvers: [{ name: engineers, people: [U0BEN] }]
    autoApprove: { after: 2h }
`,
  )
  const explained = async (stage: string) =>
    (await run('explain', '--config', file, '--pipeline', 'shop-web', '--stage', stage, '--person', 'U0BEN')).out
  const production = await explained('Production')
  expect(production).toContain('No one can approve in Slack.')
  expect(production).toContain(
    'Approves itself after 90m, only if every change set behind it is empty, without an alarm of shop-5xx, shop-latency.',
  )
  expect(await explained('Staging')).toContain('Approves itself after 2h.')
})
