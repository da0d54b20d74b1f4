import { cloudWatchAlarms } from '../../functions/aws/alarms.ts'
import { allowedAccountsFrom } from '../../functions/aws/allowed-accounts.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'
import { START } from '../support/records.ts'

const WHERE = { accountId: ACCOUNT, region: REGION, pipeline: 'shop' }
const log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }
const reading = {
  allowedAccounts: allowedAccountsFrom({ ACCOUNT_ID: ACCOUNT, AWS_REGION: REGION }),
  credentialsOf: () => Promise.reject(new Error('no role is assumed in the own account')),
  clock: { now: () => START },
  log,
}

let cloudWatch: Awaited<ReturnType<typeof openJsonService>>
beforeEach(async () => {
  cloudWatch = await openJsonService()
})
afterEach(() => cloudWatch.close())
const read = (names: string[]) => cloudWatchAlarms(cloudWatch.connection, reading).read(WHERE, names)

test('alarms of both kinds are described, each with its state and since when', async () => {
  cloudWatch.answers({
    MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK', StateUpdatedTimestamp: 20, StateTransitionedTimestamp: 10.5 }],
    CompositeAlarms: [{ AlarmName: 'b', StateValue: 'ALARM', StateUpdatedTimestamp: 30 }],
  })
  expect(await read(['a', 'b'])).toEqual({
    kind: 'read',
    alarms: [
      { name: 'a', state: 'OK', since: 10_500 },
      { name: 'b', state: 'ALARM', since: 30_000 },
    ],
  })
  expect(cloudWatch.asked).toEqual([
    { operation: 'DescribeAlarms', input: { AlarmNames: ['a', 'b'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] } },
  ])
})

test('without alarms, CloudWatch is not asked', async () => {
  expect(await read([])).toEqual({ kind: 'read', alarms: [] })
  expect(cloudWatch.asked).toEqual([])
})

test.each<[string, () => void]>([
  ['AccessDenied', () => cloudWatch.refuses('AccessDenied')],
  ['HTTP 503', () => cloudWatch.answersBy(() => ({ status: 503, body: {} }))],
  ['Malformed', () => cloudWatch.answers({ MetricAlarms: [{ AlarmName: 'a' }] })],
])('an answer that cannot be used counts as unread: %s', async (why, answers) => {
  answers()
  expect(await read(['a'])).toEqual({ kind: 'unread', because: `CloudWatch did not tell the state of a (${why})` })
})

test('the workspace’s alarms are OK or ring as they were set', async () => {
  const aws = await openAws()
  try {
    const set = (operation: string, input: object) => aws.cloudWatch.answer(operation, input)
    set('PutMetricAlarm', { AlarmName: 'shop-5xx' })
    set('SetAlarmState', { AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'test' })
    const alarms = cloudWatchAlarms(aws.client, reading)
    expect(await alarms.read(WHERE, ['shop-5xx', 'other'])).toMatchObject({
      alarms: [{ name: 'shop-5xx', state: 'ALARM' }],
    })
  } finally {
    await aws.close()
  }
})
