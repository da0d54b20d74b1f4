import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { dynamoAbsences } from '../../functions/aws/absences.ts'
import { absenceId, absenceSet } from '../../functions/domain/absence.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import { APPROVAL, openBotWorkspace, type BotWorkspace } from '../support/bot-workspace.ts'
import { waitingApproval } from '../support/page-client.ts'
import { DAY, actor } from '../support/records.ts'
import { copyService } from '../support/service-copy.ts'
import { runGreenlight } from './scripted-terminal.ts'
import { botToken } from '../support/secret.ts'

/** The command line against the local workspace, with the settings that README.md gives. */
const CONFIG = 'tests/local/workspace/one-approval.yml'

let workspace: BotWorkspace
/** Without the params of a company. */
let directory: string
beforeAll(async () => {
  directory = await copyService('greenlight-commands-')
  await cp(CONFIG, join(directory, CONFIG))
  workspace = await openBotWorkspace()
})
afterAll(async () => {
  await workspace.close()
  await rm(directory, { recursive: true, force: true })
})

/** With any Region: a person may have set one for their own work. */
const run = (...argv: string[]) =>
  runGreenlight(argv, {
    directory,
    environment: {
      AWS_ENDPOINT_URL: `${workspace.url}/aws`,
      AWS_ACCESS_KEY_ID: 'me',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_REGION: 'ap-southeast-2',
      SLACK_API_URL: `${workspace.url}/slack/api/`,
    },
  })

test('check --online finds the bot, and everything in Slack', async () => {
  expect(await run('check', '--online', CONFIG)).toEqual({
    exitCode: 0,
    out: expect.stringContaining(
      [
        `${CONFIG}: ok (1 route)`,
        `${CONFIG}: ok: Slack channels`,
        `${CONFIG}: ok: Slack people and user groups`,
        `${CONFIG}: the newest approvals in 111122223333 ap-southeast-2, by route (1 approval of 1 pipeline):`,
        `${CONFIG}:   routes.0 (line 13): 1`,
        `${CONFIG}:     flask-app › Production › Approve, `,
      ].join('\n'),
    ),
    err: '',
    asked: [],
  })
})

test('explain asks the workspace’s Slack', async () => {
  const where = ['--pipeline', 'flask-app', '--stage', 'Production', '--config', CONFIG]
  const { exitCode, out } = await run('explain', ...where, '--person', 'dana@shop.example')
  expect(exitCode).toBe(0)
  expect(out).toContain('Dana Novak (U0DANA) could approve.')
})

describe('explain, where people have set things in Slack', () => {
  const FILE = 'stand-ins.yml'
  const rules = '{ name: managers, people: [U0DANA] }, { name: engineers, people: [U0CHEN, U0ANA] }'
  beforeAll(async () => {
    const aws = {
      endpoint: `${workspace.url}/aws`,
      region: ACCOUNT.region,
      credentials: { accessKeyId: 'me', secretAccessKey: 'any' },
    }
    const quiet = { clock: workspace.clock, log: { info() {}, warn() {}, error() {}, count() {} } }
    const table = dynamoAbsences(aws, ACCOUNT.objectionsTableName, quiet)
    const at = workspace.clock.now()
    const away = async (userId: string, standIn: string) =>
      table.create(
        absenceSet({
          who: actor(userId),
          at,
          id: absenceId(userId, at + DAY),
          standIn: { userId: standIn, name: standIn },
          from: at,
          until: at + DAY,
          signed: { key: 'k', value: 'v' },
          retention: 400 * DAY,
        }),
      )
    await away('U0DANA', 'U0BEN')
    await away('U0CHEN', 'U0DANA')
  })

  const explained = async (route: string, ...argv: string[]) => {
    writeFileSync(
      join(directory, FILE),
      `defaults: { approvals: C0RELEASES }\nroutes: [{ match: {}, approvers: [${rules}], ${route} }]\n`,
    )
    const where = ['--pipeline', 'flask-app', '--stage', 'Production', '--config', join(directory, FILE)]
    const { exitCode, out, err } = await run('explain', ...where, ...argv)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    return out
  }
  const STEERED = `arn:aws:sts::${ACCOUNT.accountId}:assumed-role/${ACCOUNT.deciderRoleName}/steer-U0DANA`

  test.each<[string, string, string[], string[]]>([
    [
      'whom anyone may stand in for',
      'standIns: anyone',
      ['U0BEN'],
      ['Ben Okafor (U0BEN) stands in for Dana Novak (U0DANA).', 'Ben Okafor (U0BEN) could approve.'],
    ],
    [
      'of no rule, where only approvers stand in',
      'standIns: approvers',
      ['U0BEN'],
      [
        'Dana Novak (U0DANA) is away and named Ben Okafor (U0BEN), who cannot stand in: no rule of this route names them.',
        'Dana Novak (U0DANA) stands in for Chen Wei (U0CHEN).',
        'Ben Okafor (U0BEN) could not approve.',
        'No rule of this route names this person.',
      ],
    ],
    [
      'where no one stands in',
      'standIns: none',
      ['U0BEN'],
      ['who cannot stand in: this route lets no one stand in.', 'Ben Okafor (U0BEN) could not approve.'],
    ],
    [
      'for a person who wrote the change',
      'standIns: anyone, forbid: [author]',
      ['U0BEN', '--author', 'dana@shop.example'],
      [
        'Ben Okafor (U0BEN) stands in for Dana Novak (U0DANA), and cannot approve for them: Dana Novak (U0DANA) wrote the change.',
        'Ben Okafor (U0BEN) could not approve.',
        'This person stands in for someone who wrote the change.',
      ],
    ],
    [
      'for a person who started it from Slack',
      'standIns: anyone, forbid: [starter]',
      ['U0BEN', '--starter', STEERED],
      ['Dana Novak (U0DANA) started the execution.', 'This person stands in for someone who started the execution.'],
    ],
    [
      'who wrote it themselves',
      'standIns: anyone, forbid: [author]',
      ['U0BEN', '--author', 'ben@shop.example'],
      ['Ben Okafor (U0BEN) could not approve.', 'This person wrote the change.'],
    ],
  ])('a stand-in %s', async (_, route, [person = '', ...more], lines) => {
    const out = await explained(route, '--person', person, ...more)
    for (const line of lines) expect(out).toContain(line)
    expect(out).not.toContain('Not known')
  })

  test('the stand-ins of another time are not those of now', async () => {
    const later = new Date(workspace.clock.now() + 3 * DAY).toISOString()
    const out = await explained('standIns: anyone', '--person', 'U0BEN', '--at', later)
    expect(out).not.toContain('stands in')
    expect(out).toContain('Ben Okafor (U0BEN) could not approve.')
  })

  test('a session of the bot’s role is the person for whom it steered, and one of another role is not', async () => {
    const own = await explained('forbid: [starter]', '--person', 'U0DANA', '--starter', STEERED)
    expect(own).toContain('This person started the execution.')
    expect(own).not.toContain('Assumed: greenlight-decider')
    const forged = STEERED.replace(ACCOUNT.deciderRoleName, 'Console')
    const other = await explained('forbid: [starter]', '--person', 'U0CHEN', '--starter', forged)
    expect(other).toContain('Console/steer-U0DANA is no session of this installation, so it does not count as U0DANA.')
    expect(other).toContain('steer-U0DANA, who started the execution, has no known Slack account.')
    const joined = 'arn:aws:sts::444455556666:assumed-role/greenlight-prod-us-east-1-decider/steer-U0DANA'
    const there = ['--person', 'U0DANA', '--starter', joined]
    expect(await explained('forbid: [starter]', ...there, '--region', 'us-east-1')).toContain(
      'This person started the execution.',
    )
    expect(await explained('forbid: [starter]', ...there, '--region', 'eu-west-1')).toContain('is no session of')
  })
})

test('audit finds the table, and exports what the bot recorded', async () => {
  await workspace.ask()
  const { exitCode, out, err } = await run(
    'audit',
    '--from',
    new Date(workspace.clock.now()).toISOString().slice(0, 10),
  )
  expect(err).toMatch(/^\d+ entries of 1 approval: every approval passed verification\.\n$/)
  expect(exitCode).toBe(0)
  expect(out).toContain('"what":"requested"')
})

test('init finds the request URL and both secrets', async () => {
  expect(parse((await run('init', '--manifest')).out)).toMatchObject({
    settings: { interactivity: { request_url: `${workspace.url}/slack/events` } },
  })
  const { exitCode, out } = await run('init')
  expect(exitCode).toBe(0)
  expect(out).toContain('kept: /greenlight/prod/slack/bot-token')
  expect(out).toContain('kept: /greenlight/prod/slack/signing-secret')
  expect(out).not.toContain('First set request_url')
})

test('doctor checks what the workspace has, and says once what it does not have', async () => {
  const { exitCode, out } = await run('doctor', '--config', CONFIG)
  const ok = [...out.matchAll(/^ok +(.+)$/gm)].map(([, title]) => title)
  expect(ok).toEqual([
    'Clock',
    'AWS credentials',
    'Stack',
    'greenlight.yml',
    'Signing key',
    'Dead-letter queues',
    'Slack secrets',
    'Request URL',
    'Slack bot token',
    'Slack scopes',
    'Slack channels',
    'Slack people and user groups',
  ])
  expect(out).not.toMatch(/^wrong/m)
  expect(out.match(/Reason: /g)).toHaveLength(1)
  expect(out).toContain('Reason: The AWS endpoint does not offer everything that this needs: it is not AWS itself.')
  expect(out).toMatch(/^12 checks not made, for 1 reason\.$/m)
  expect(exitCode).toBe(1)
})

test('check --online shows which of the newest executions each route would have taken, as they were then', async () => {
  await workspace.ask()
  await workspace.post('/local/console/decide', {
    ...{ ...APPROVAL, userId: 'U0DANA', summary: 'Fine', status: 'Approved' },
    token: waitingApproval(workspace.snapshot())?.token,
  })
  await workspace.untilText(/Live/)
  await workspace.ask('Second')
  const approvers = '[{ name: a, people: [U0DANA] }]'
  const directory = mkdtempSync(join(tmpdir(), 'greenlight-check-'))
  const file = join(directory, 'routes.yml')
  writeFileSync(
    file,
    [
      'defaults: { approvals: C0RELEASES }',
      'routes:',
      `  - { match: { branch: hotfix/* }, approvers: ${approvers} }`,
      `  - { match: { executionMode: PARALLEL }, approvers: ${approvers} }`,
      `  - { match: { source: [Checkout, Source], branch: main, tag: v* }, approvers: ${approvers} }`,
      `  - { match: { pipeline: other }, approvers: ${approvers} }`,
      `  - { match: { branch: main, trigger: branch-push }, approvers: ${approvers} }`,
    ].join('\n'),
  )
  const { exitCode, out } = await run('check', '--online', file)
  rmSync(directory, { recursive: true })
  expect(exitCode).toBe(0)
  const taken = out.slice(out.indexOf('the newest')).replaceAll(`${file}: `, '').trimEnd().split('\n')
  const shown = (title: string, by: string): unknown =>
    expect.stringMatching(
      new RegExp(`^ {4}flask-app › Production › Approve, .* \\(UTC\\): [0-9a-f]{7} “${title}”, started by ${by}$`),
    )
  expect(taken.slice(1)).toEqual([
    '  routes.0 (line 3): none',
    '  routes.1 (line 4): none',
    '  routes.2 (line 5): none',
    '  routes.3 (line 6): none',
    '  routes.4 (line 7): 1',
    shown('Second', 'push'),
    '  no route: 1',
    shown('Start the shop', 'creation'),
  ])
})

test('that CodePipeline cannot be read is no problem of the file', async () => {
  const { exitCode, out } = await runGreenlight(['check', '--online', CONFIG], {
    environment: {
      ...{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9/aws', AWS_ACCESS_KEY_ID: 'me', AWS_SECRET_ACCESS_KEY: 'any' },
      ...{ SLACK_BOT_TOKEN: botToken('doors'), SLACK_API_URL: `${workspace.url}/slack/api/` },
    },
  })
  expect(exitCode).toBe(0)
  expect(out).toContain(`${CONFIG}: the newest executions were not read: `)
})
