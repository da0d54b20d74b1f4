import { jest } from '@jest/globals'
import { dynamoCalendarReadings } from '../../functions/aws/calendar-readings.ts'
import { DAY, HOUR, MINUTE } from '../../functions/domain/time-units.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import type { Aws } from '../../local/workspace/open-aws.ts'
import { type BotWorkspace, RELEASES, approvalIdIn, openBotWorkspace } from '../support/bot-workspace.ts'
import { blockWith, messagesIn } from '../support/page-client.ts'
import { readingDelivery } from '../support/reading-delivery.ts'
import { accessKeySecret } from '../support/secret.ts'
import { decided, form, steered } from '../support/slack-payload.ts'

/*
 * What the functions read from AWS for an approval and of a failure, each in its own role. That a role lacks nothing of it is
 * what tests/jest/record-rights.ts looks at.
 */

jest.setTimeout(60_000)

const DEPLOYMENTS = 'C0DEPLOYS'
const CONFIGURATIONS = {
  event: new URL('../local/workspace/readings.yml', import.meta.url),
  notification: new URL('../local/workspace/readings-by-topic.yml', import.meta.url),
}

let bot: BotWorkspace
let aws: Aws
const open = async (by: keyof typeof CONFIGURATIONS) => {
  bot = await openBotWorkspace(CONFIGURATIONS[by], (settings) => {
    aws = settings.aws as Aws
    return readingDelivery(settings)
  })
}
afterEach(() => bot.close())

const messageWith = (text: RegExp, channel = RELEASES, snapshot = bot.snapshot()) =>
  messagesIn(snapshot, channel).find((one) => one.onlyFor === null && text.test(one.text))

/** Until the channel has such a message. */
const told = async (text: RegExp, channel = RELEASES) => {
  await bot.until((snapshot) => messageWith(text, channel, snapshot) !== undefined)
  return messageWith(text, channel)!
}

const AUTOMATIC = /^Approve flask-app to Production \(Approve\)/
const CALM = /^Approve flask-app to Production \(Calm\)/

/** A Change Calendar that closes only in an hour of 2020. */
const OPEN = [
  'BEGIN:VCALENDAR',
  'PRODID:-//AWS//Change Calendar 1.0//EN',
  'VERSION:2.0',
  'X-CALENDAR-TYPE:DEFAULT_OPEN',
  'BEGIN:VEVENT',
  'UID:1',
  'DTSTAMP:20200101T000000Z',
  'DTSTART:20200101T000000Z',
  'DTEND:20200101T010000Z',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n')

/** With which a test writes to the table what minute-passed has read at an address. */
const CONNECTION = () => ({
  region: ACCOUNT.region,
  endpoint: `${bot.url}/aws`,
  credentials: { accessKeyId: ACCOUNT.botAccessKeyId, secretAccessKey: accessKeySecret() },
})

test.each(['event', 'notification'] as const)(
  'an approval that the %s requests shows tests, change set and calendars',
  async (by) => {
    await open(by)
    await bot.push('Count visits')
    const automatic = await told(AUTOMATIC)
    const frozen = await told(/^Frozen: flask-app to Production \(Calm\)/)
    expect(automatic.text).toMatch(/Tests: 5 passed, 0 failed\./)
    expect(automatic.text).toMatch(/Stack shop-prod: no changes\./)
    expect(automatic.text).toMatch(/if CloudFormation has nothing to change, unless an alarm rings/)
    expect(frozen.text).toMatch(/did not say whether the calendar releases is open/)
  },
)

test('a click reads the calendars that are open', async () => {
  await open('event')
  aws.ssm.answer('CreateDocument', {
    Name: 'releases',
    Content: OPEN,
    DocumentType: 'ChangeCalendar',
    DocumentFormat: 'TEXT',
  })
  const now = bot.clock.now()
  const kept = dynamoCalendarReadings(CONNECTION(), ACCOUNT.objectionsTableName)
  await kept.keep(
    { name: 'holidays', zone: 'UTC', source: 'https://calendar.example/holidays.ics' },
    { readAt: now, from: now, until: now + 7 * DAY, closed: [] },
  )
  await bot.push('Count visits')
  const calm = await told(CALM)
  expect(calm.text).not.toMatch(/freeze/)
  await bot.send(form(decided('approve', approvalIdIn(calm), 'Looks right', 'U0DANA')))
  await told(/^Approved.*: flask-app to Production \(Calm\)/)
})

test('alarms and what waits behind an approval are read once its time has come, by each function that compares it', async () => {
  await open('event')
  aws.cloudWatch.answer('PutMetricAlarm', { AlarmName: 'shop-5xx' })
  aws.cloudWatch.answer('SetAlarmState', { AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'a test' })
  await bot.push('Count visits')
  const approvalId = approvalIdIn(await told(AUTOMATIC))
  // The sweep of a minute lets effect-due compare it.
  await bot.pass(2 * HOUR + MINUTE)
  await told(/It does not approve itself now: the alarm shop-5xx/)
  // An event of a newer execution lets pipeline-changed compare it.
  await bot.push('Count visits twice')
  await told(/A newer change waits/)
  // The stage is not there while the last click sends the verdict, and is there again: button-clicked compares.
  bot.disturb.aws.order({
    operation: 'PutApprovalResult',
    times: 1,
    answer: { status: 400, body: { __type: 'StageNotFoundException', message: 'There is no stage Production' } },
  })
  for (const userId of ['U0DANA', 'U0ELI']) {
    await bot.send(form(decided('approve', approvalId, 'Looks right', userId)))
    await bot.settled()
  }
  await bot.pass(2 * MINUTE)
  await told(/^Approved.*: flask-app to Production \(Approve\)/)
})

test('an execution is stopped, and CodePipeline is told by whom', async () => {
  await open('event')
  await bot.push('Count visits')
  await told(AUTOMATIC)
  const status = () => messagesIn(bot.snapshot(), DEPLOYMENTS).find((one) => blockWith(one, 'steer-stop'))
  await bot.until(() => status() !== undefined)
  const elements = blockWith(status(), 'steer-stop')?.elements as { action_id: string; value?: string }[]
  const { value } = elements.find(({ action_id }) => action_id === 'steer-stop')!
  await bot.send(form(steered({ act: 'stop', value, choice: 'abandon', reason: 'A wrong number' })))
  await bot.until(() => messagesIn(bot.snapshot(), DEPLOYMENTS).some(({ text }) => /stopped/.test(text)))
  await bot.settled()
})

test.each([
  ['Browser', /chrome: BUILD: no browser/],
  ['Stack', /CloudFormation no longer has what it ran/],
  ['Service', /Amazon ECS no longer has what it ran/],
  ['Function', /there is no log group \/aws\/lambda\/shop-smoke/],
])('why %s failed is read where it tells', async (action, because) => {
  await open('event')
  // The workspace has no ECS of its own.
  bot.disturb.aws.order({ operation: 'DescribeServices', times: 9, answer: { status: 200, body: { services: [] } } })
  await bot.push(`${action} fails`)
  await told(new RegExp(`^Failed: flask-app\nTest › ${action} failed`), DEPLOYMENTS)
  await bot.settled()
  expect(messageWith(/^Failed/, DEPLOYMENTS)?.text).toMatch(because)
})
