import { CHECKS } from '../../cli/doctor/all.ts'
import { NotChecked, runChecks, type Check } from '../../cli/doctor/check.ts'
import type { Installation } from '../../cli/doctor/installation.ts'
import { mentionedIn } from '../../cli/doctor/mentioned.ts'
import { askersByRole } from '../../cli/doctor/pipelines.ts'
import { admits, statementsOf } from '../../cli/doctor/policy.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'

/** The whole way, against a deployed stack, is in tests/deploy. */
const NOWHERE = {} as Installation

const failing = (error: unknown): Check => ({ title: 'check', run: () => Promise.reject(error) })
const because = async (error: unknown) => {
  const [outcome] = await runChecks([failing(error)], NOWHERE)
  expect(outcome?.kind).toBe('not checked')
  return outcome?.kind === 'not checked' ? outcome.because : ''
}

describe('what cannot be checked is not called right', () => {
  test.each([
    [
      'AWS does not let us look',
      Object.assign(new Error('not authorized to perform: sns:GetTopicAttributes on x'), {
        name: 'AuthorizationError',
      }),
      'these AWS credentials lack sns:GetTopicAttributes',
    ],
    [
      'Slack does not let us look',
      Object.assign(new Error('x'), { data: { error: 'missing_scope', needed: 'users:read' } }),
      'Slack answers missing_scope, the bot needs users:read',
    ],
    ['another check says why', new NotChecked('nothing is deployed'), 'nothing is deployed'],
    ['a surprise', new RangeError('out of range'), 'RangeError: out of range'],
  ])('%s', async (_, error, words) => {
    expect(await because(error)).toBe(words)
  })

  test('and the checks after it are made', async () => {
    const right: Check = { title: 'right', run: () => Promise.resolve([]) }
    const outcomes = await runChecks([failing(new Error('no')), right], NOWHERE)
    expect(outcomes.map(({ kind }) => kind)).toEqual(['not checked', 'ok'])
  })
})

test('each check has a title of its own', () => {
  expect(new Set(CHECKS.map(({ title }) => title)).size).toBe(CHECKS.length)
})

test('what greenlight.yml speaks of is found wherever it stands, and nothing else is', () => {
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

describe('a pipeline asks as', () => {
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

  test('its own role, or as the role of the action that has one, and only where it notifies the topic', () => {
    const asking = [
      pipeline('web', approval('Approve', TOPIC)),
      pipeline('api', approval('Once', TOPIC), approval('Twice', TOPIC), approval('Mail', `${TOPIC}2`, 'mail')),
      pipeline('data', approval('Approve', TOPIC, 'asking'), approval('Console', undefined, 'console')),
      pipeline('jobs', approval('First', TOPIC, 'asking'), approval('Second', TOPIC)),
    ]
    expect([...askersByRole(asking, TOPIC)]).toEqual([
      [roleOf('pipelines'), ['web', 'api', 'jobs']],
      [roleOf('asking'), ['data › Production › Approve', 'jobs › Production › First']],
    ])
  })

  test('nobody, where no action notifies the topic', () => {
    expect(askersByRole([pipeline('web', approval('Approve', undefined))], TOPIC).size).toBe(0)
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
  ])('that lets SNS in %s', (_, statement, admitted) => {
    expect(policy(statement).some((one) => admits(one, 'sns.amazonaws.com', TOPIC))).toBe(admitted)
  })

  test('of nothing lets nobody in', () => {
    expect(statementsOf(undefined)).toEqual([])
  })
})
