import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BOT_TOKEN, type BotWorkspace, TWO_APPROVALS, openBotWorkspace } from '../../support/bot-workspace.ts'
import { shippedService } from '../../support/service-copy.ts'
import { decided, form } from '../../support/slack-payload.ts'
import { runGreenlight } from '../scripted-terminal.ts'

/** Against the local workspace, in which the real bot has kept its record of three deployments. */
let bot: BotWorkspace
const OLD = readFileSync(TWO_APPROVALS, 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'greenlight-diff-'))
const saved = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}
const old = saved('old.yml', OLD)

const vote = (approvalId: string, userId: string, verdict: 'approve' | 'reject' = 'approve') =>
  bot.send(form(decided(verdict, approvalId, 'Checked', userId)))

beforeAll(async () => {
  saved('serverless.yml', await shippedService())
  bot = await openBotWorkspace(TWO_APPROVALS)
  const first = await bot.ask()
  await vote(first.approvalId, 'U0FINN')
  await vote(first.approvalId, 'U0DANA')
  await vote(first.approvalId, 'U0CHEN')
  await bot.untilText(/Live/)
  const second = await bot.ask('By three')
  await vote(second.approvalId, 'U0ELI')
  await vote(second.approvalId, 'U0ANA')
  await bot.untilText(/Live/)
  const third = await bot.ask('Not this')
  await vote(third.approvalId, 'U0CHEN', 'reject')
  await bot.untilText(/[Rr]ejected/)
  await bot.settled()
})
afterAll(async () => {
  await bot.close()
  rmSync(directory, { recursive: true })
})

const diff = (...argv: string[]) => diffWith({}, ...argv)
const diffWith = async (more: Record<string, string>, ...argv: string[]) => {
  const { exitCode, out, err } = await runGreenlight(['explain', '--diff', ...argv], {
    directory,
    environment: {
      AWS_ENDPOINT_URL: `${bot.url}/aws`,
      ...{ AWS_ACCESS_KEY_ID: 'me', AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'eu-west-1' },
      SLACK_API_URL: `${bot.url}/slack/api/`,
      ...more,
    },
    now: () => bot.clock.now() + 1_000,
  })
  const lines = out.trimEnd().split('\n')
  return {
    exitCode,
    err,
    lines: lines.map((line) => line.replace(/Approve, .*“(.*)” \(approval [0-9a-f]{32}\)/, '$1')),
  }
}
const CASES = 'No cases: name files of cases with --cases.'
const LAST = 'The last 3 executions of the audit record (3 approvals):'
const NOW = 'Groups and e-mail addresses are taken as Slack lists them now, for both policies.'
const CLICK = '1 click was refused then and not judged again: the record does not say what they were to decide.'

test('a stricter policy is told with the executions that would have needed more', async () => {
  const changed = saved('two.yml', OLD.replace('[U0ANA, U0CHEN], count: 1', '[U0ANA, U0CHEN], count: 2'))
  expect(await diff(old, changed)).toEqual({
    exitCode: 0,
    err: '',
    lines: [
      CASES,
      LAST,
      '  2 would have needed one more approver',
      '    flask-app › Production › By three',
      '    flask-app › Production › Start the shop',
      '  1 would have come to the same',
      NOW,
      CLICK,
    ],
  })
})

test('a lighter one, one for some changes, one without a route, and who may reject', async () => {
  const lighter = saved(
    'lighter.yml',
    OLD.replace(/\n.*name: engineers.*/, '').replace('[U0DANA, U0ELI]', '[U0DANA, U0ELI, U0CHEN]'),
  )
  expect((await diff(old, lighter)).lines.slice(2, 4)).toEqual([
    '  2 would have needed one approver fewer',
    '    flask-app › Production › By three',
  ])
  const byPush = saved('by-push.yml', OLD.replace('stage: Production }', 'stage: Production, trigger: push }'))
  expect((await diff(old, byPush)).lines.slice(2, 5)).toEqual([
    '  1 would have had no route, and so no approval in Slack',
    '    flask-app › Production › Start the shop',
    '  2 would have come to the same',
  ])
  const rejecters = saved('rejecters.yml', `${OLD.trimEnd()}\n    rejecters: [{ name: security, people: [U0FINN] }]\n`)
  expect((await diff(old, rejecters, '--last', '1')).lines.slice(1, 4)).toEqual([
    'The last 1 execution of the audit record (1 approval):',
    '  1 would not have been rejected',
    '    flask-app › Production › Not this',
  ])
})

test('what cannot be known is said: a group that Slack does not list', async () => {
  const group = saved('group.yml', OLD.replace('people: [U0ANA, U0CHEN], count: 1', 'groups: [S0GONE]'))
  const { lines } = await diff(old, group)
  expect(lines.slice(2, 4)).toEqual(['  0 would have come to the same', '  3 cannot be known'])
  expect(lines[4]).toMatch(/^ {4}flask-app › Production › Not this: .*S0GONE/)
})

test('each case that comes to something else is told, also without Slack and AWS', async () => {
  const changed = saved('three.yml', OLD.replace('[U0ANA, U0CHEN], count: 1', '[U0ANA, U0CHEN], count: 2'))
  saved(
    'three.test.yml',
    [
      'cases:',
      `  - { name: two people, given: { pipeline: flask-app, stage: Production, at: '2026-11-24 10:00' }, acts: [U0DANA approves, U0CHEN approves], expect: open }`,
      `  - { name: another, given: { pipeline: other, stage: Production, at: '2026-11-24 10:00' }, expect: no-route }`,
    ].join('\n'),
  )
  expect((await diff(old, changed, '--offline')).lines).toEqual([
    `Cases of ${join(directory, 'three.test.yml')}: 1 of 2 come to something else`,
    '  two people',
    '    expect: was granted, is now open',
    '    needed: was {}, is now {"engineers":1}',
  ])
})

test('without an audit record, the executions of CodePipeline are compared, as if no one had approved', async () => {
  const changed = saved('four.yml', OLD.replace('[U0ANA, U0CHEN], count: 1', '[U0ANA, U0CHEN], count: 2'))
  const { exitCode, lines } = await diffWith({ SLACK_BOT_TOKEN: BOT_TOKEN }, old, changed, '--installation', 'other')
  expect(exitCode).toBe(0)
  expect(lines.slice(1, 4)).toEqual([
    expect.stringMatching(/^The stack greenlight-other in eu-west-1 does not exist/),
    'The last 3 executions of CodePipeline (3 approvals), as if no one had approved yet: it does not tell who clicked.',
    '  3 would have needed one more approver',
  ])
})

test.each([
  [['explain', '--diff', 'one.yml'], '--diff takes two files'],
  [['explain', '--diff', 'one.yml', 'two.yml', '--last', 'all'], '--last is all: expected a number.'],
  [['explain', '--last', '5', '--pipeline', 'p'], '--last needs --diff.'],
  [['explain', '--pipeline', 'p', '--stage', 's'], '--person not given: say it, or --diff.'],
  [['explain', '--diff', 'one.yml', 'two.yml', '--person', 'U0DANA'], "cannot be used with option '--person"],
])('%j is refused: %s', async (argv, message) => {
  const { exitCode, err } = await runGreenlight(argv)
  expect([exitCode, err]).toEqual([2, expect.stringContaining(message)])
})
