import { CHECKS } from '../../../cli/doctor/all.ts'
import { runChecks, type Check } from '../../../cli/doctor/check.ts'
import { NotChecked } from '../../../cli/doctor/not-checked.ts'
import type { Evidence } from '../../../cli/doctor/evidence.ts'
import { mentionedIn } from '../../../cli/doctor/mentioned.ts'
import { askedAgain, asksByEvents, requestersByRole } from '../../../cli/doctor/pipelines.ts'
import { outcomeLines } from '../../../cli/doctor/outcome-lines.ts'
import { admits, statementsOf } from '../../../cli/doctor/policy.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import { freePort } from '../../support/free-port.ts'
import { runGreenlight } from '../scripted-terminal.ts'

/** Doctor against a deployed stack is in tests/deploy. */
const NOTHING = {} as Evidence

const failing = (error: unknown): Check => ({ title: 'check', run: () => Promise.reject(error) })
const because = async (error: unknown) => {
  const [outcome] = await runChecks([failing(error)], NOTHING)
  expect(outcome?.kind).toBe('not checked')
  return outcome?.kind === 'not checked' ? outcome.because : ''
}

describe('a check that cannot be made is not passed', () => {
  test.each([
    [
      'AWS refuses the call',
      Object.assign(new Error('not authorized to perform: sns:GetTopicAttributes on x'), {
        name: 'AuthorizationError',
      }),
      'These AWS credentials lack sns:GetTopicAttributes.',
    ],
    [
      'Slack refuses the call',
      Object.assign(new Error('x'), { data: { error: 'missing_scope', needed: 'users:read' } }),
      'Slack answers missing_scope: the bot needs the scope users:read.',
    ],
    ['another check says why', new NotChecked('The bot token is missing'), 'The bot token is missing.'],
    ['a surprise', new RangeError('out of range'), 'Unexpected error: RangeError: out of range'],
  ])('%s', async (_, error, words) => {
    expect(await because(error)).toBe(words)
  })

  test('the checks after it are made', async () => {
    const right: Check = { title: 'right', run: () => Promise.resolve([]) }
    const outcomes = await runChecks([failing(new Error('no')), right], NOTHING)
    expect(outcomes.map(({ kind }) => kind)).toEqual(['not checked', 'ok'])
  })
})

describe('one cause is said once', () => {
  const lines = async (checks: Check[]) => outcomeLines(await runChecks(checks, NOTHING))
  const named = (title: string, run: Check['run']): Check => ({ title, run })
  const refused = (right: string) =>
    Object.assign(new Error(`not authorized to perform: ${right} on x`), { name: 'AccessDenied' })

  test('for a missing permission that several checks need', async () => {
    const lacking = () => Promise.reject(refused('cloudformation:DescribeStacks'))
    expect(
      await lines([
        named('Clock', () => Promise.resolve([])),
        named('Stack', lacking),
        named('Topic', () => Promise.reject(refused('sns:GetTopicAttributes'))),
        named('Rules', lacking),
        named('Alarms', () => Promise.resolve([{ what: 'No one hears.', fix: 'Subscribe.' }])),
        named('Table', lacking),
      ]),
    ).toEqual([
      'ok           Clock',
      'not checked  Stack, Rules, Table',
      '             Reason: These AWS credentials lack cloudformation:DescribeStacks.',
      'not checked  Topic',
      '             Reason: These AWS credentials lack sns:GetTopicAttributes.',
      'wrong        Alarms',
      '             No one hears.',
      '             Fix: Subscribe.',
    ])
  })

  /** At an address where nothing listens. */
  const doctor = async (...argv: string[]) => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    return runGreenlight(['doctor', '--config', 'local/greenlight.yml', ...argv], {
      environment: {
        AWS_ENDPOINT_URL: nowhere,
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        SLACK_API_URL: `${nowhere}/slack/`,
      },
    })
  }

  test('for an AWS that cannot be reached', async () => {
    const { exitCode, out } = await doctor()
    expect(exitCode).toBe(1)
    expect(out.match(/cannot be reached/g)).toHaveLength(1)
    expect(out).toMatch(/^ok {11}greenlight\.yml$/m)
    expect(out).toMatch(/^\d+ checks not made, for 1 reason\.$/m)
  })

  test('in JSON, each check has its reason', async () => {
    const { checks, ...rest } = JSON.parse((await doctor('--json', '--installation', 'test')).out) as {
      checks: { kind: string; because?: string }[]
    }
    expect(rest).toEqual({ installation: 'test', region: 'us-east-1', stack: 'greenlight-test' })
    expect(checks).toHaveLength(CHECKS.length)
    const unseen = checks.filter(({ kind }) => kind === 'not checked')
    expect(unseen.every(({ because: reason }) => reason?.includes('cannot be reached'))).toBe(true)
  })

  test('with titles in lines that fit a terminal', async () => {
    const titles = Array.from({ length: 20 }, (_, index) => `A check with number ${index}`)
    const written = await lines(titles.map((title) => named(title, () => Promise.reject(new NotChecked('No AWS')))))
    expect(written.join(' ')).toContain('A check with number 19')
    expect(written.length).toBeGreaterThan(3)
    for (const line of written) expect(line.length).toBeLessThanOrEqual(125)
  })
})

test('each check has a title of its own', () => {
  expect(new Set(CHECKS.map(({ title }) => title)).size).toBe(CHECKS.length)
})

test('every channel, person and group of greenlight.yml is found, and nothing else', () => {
  const read = readConfiguration(`
accounts: { '111122223333': CORE }
defaults: { approvals: C0ASK, status: C0SEE }
routes:
  - match: { pipeline: WEB, stage: [USA, SALES] }
    environment: UAT
    approvals: C0OTHER
    approvers: [{ name: STAFF, people: [U0ANA, U0BEN] }, { name: again, people: [U0ANA] }]
`)
  if (read.kind !== 'valid') throw new Error(JSON.stringify(read.problems))
  expect(mentionedIn(read.configuration)).toEqual({
    channels: ['C0ASK', 'C0SEE', 'C0OTHER'],
    people: ['U0ANA', 'U0BEN'],
    groups: [],
  })
})

describe('a pipeline requests approval', () => {
  const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:topic'
  const roleOf = (name: string) => `arn:aws:iam::111122223333:role/${name}`
  const approval = (name: string, NotificationArn: string | undefined, role?: string) => ({
    name,
    actionTypeId: { category: 'Approval' as const, owner: 'AWS' as const, provider: 'Manual', version: '1' },
    configuration: NotificationArn ? { NotificationArn } : {},
    ...(role && { roleArn: roleOf(role) }),
  })
  const pipeline = (name: string, ...actions: ReturnType<typeof approval>[]) => ({
    name,
    roleArn: roleOf('pipelines'),
    stages: [{ name: 'Production', actions }],
  })

  test('with its own role, or with the action’s role, if the action notifies the topic', () => {
    const pipelines = [
      pipeline('web', approval('Approve', TOPIC)),
      pipeline('api', approval('Once', TOPIC), approval('Twice', TOPIC), approval('Mail', `${TOPIC}2`, 'mail')),
      pipeline('data', approval('Approve', TOPIC, 'requester'), approval('Console', undefined, 'console')),
      pipeline('jobs', approval('First', TOPIC, 'requester'), approval('Second', TOPIC)),
    ]
    expect([...requestersByRole(pipelines, TOPIC)]).toEqual([
      [roleOf('pipelines'), ['web', 'api', 'jobs']],
      [roleOf('requester'), ['data › Production › Approve', 'jobs › Production › First']],
    ])
  })

  test('without the topic, if a route that asks by events matches the action', () => {
    const there = { accountId: '111122223333', region: 'eu-west-1' }
    const build = { ...approval('Build', undefined), actionTypeId: { category: 'Build' as const } }
    const asks = (match: string, ...actions: object[]) => {
      const read = readConfiguration(
        `routes: [{ match: ${match}, approvals: C0A, approvers: [{ name: a, people: [U0ANA] }] }]`,
      )
      if (read.kind !== 'valid') throw new Error(JSON.stringify(read.problems))
      const declared = { ...pipeline('web'), stages: [{ name: 'Production', actions: actions as never }] }
      return asksByEvents(configurationFrom(read.configuration), there, [declared])
    }
    const approve = approval('Approve', undefined)
    expect(asks('{ pipeline: web, stage: Production, action: Approve }', build, approve)).toBe(true)
    expect(asks('{ pipeline: web, stage: Staging }', approve)).toBe(false)
    expect(asks("{ account: '999988887777' }", approve)).toBe(false)
    expect(asks('{}', build)).toBe(false)
  })

  test('again after a rejection, if its stage is retried by itself', () => {
    const after = (result: 'RETRY' | 'ROLLBACK' | null, action = approval('Approve', undefined)) => [
      {
        name: 'web',
        stages: [{ name: 'Production', actions: [action], ...(result && { onFailure: { result } }) }],
      } as never,
    ]
    expect(askedAgain(after('RETRY'))).toMatchObject([{ what: expect.stringMatching(/^web › Production asks again/) }])
    const build = { ...approval('Build', undefined), actionTypeId: { category: 'Build' } } as never
    expect([
      ...askedAgain(after('ROLLBACK')),
      ...askedAgain(after(null)),
      ...askedAgain(after('RETRY', build)),
    ]).toEqual([])
  })

  test('with no role if no action notifies the topic', () => {
    expect(requestersByRole([pipeline('web', approval('Approve', undefined))], TOPIC).size).toBe(0)
  })
})

describe('a policy', () => {
  const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:topic'
  const policy = (statement: object) => statementsOf(JSON.stringify({ Statement: [statement] }))
  const lambdas = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'lambda:InvokeFunction' }

  test.each([
    ['from that topic', { ...lambdas, Condition: { ArnLike: { 'AWS:SourceArn': TOPIC } } }, true],
    ['from another topic', { ...lambdas, Condition: { ArnLike: { 'AWS:SourceArn': `${TOPIC}2` } } }, false],
    ['from anywhere', lambdas, false],
    ['never', { ...lambdas, Effect: 'Deny', Condition: { ArnLike: { 'AWS:SourceArn': TOPIC } } }, false],
    [
      'for another service',
      {
        ...lambdas,
        Principal: { Service: ['events.amazonaws.com'] },
        Condition: { ArnLike: { 'AWS:SourceArn': TOPIC } },
      },
      false,
    ],
  ])('that allows SNS %s', (_, statement, admitted) => {
    expect(policy(statement).some((one) => admits(one, 'sns.amazonaws.com', TOPIC))).toBe(admitted)
  })

  test('that does not exist allows no one', () => {
    expect(statementsOf(undefined)).toEqual([])
  })
})
