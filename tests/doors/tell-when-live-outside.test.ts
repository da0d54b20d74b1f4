import { executionIn, watchButtons } from '../../functions/slack/watch-execution-button.ts'
import { clickedIn } from '../support/slack-click.ts'
import { eventOf, openOutsideBot } from '../support/outside-bot.ts'
import { messageOf } from '../support/memory/slack.ts'
import { KEY, START, SECOND } from '../support/records.ts'

let bot: Awaited<ReturnType<typeof openOutsideBot>>
beforeEach(async () => {
  bot = await openOutsideBot({ deployments: 'none' })
  bot.answers({ BatchGetBuilds: { builds: [] }, GetDeployment: deployed('InProgress') })
})
afterEach(() => bot.close())

const PRESS = 'tell-when-live'

const build = (status: string, time: string) => eventOf('build-failed', { 'build-status': status }, { time })
const begun = () => build('IN_PROGRESS', '2026-11-23T09:30:00Z')
const ended = (status: string) => build(status, '2026-11-23T09:34:28Z')
const deployment = (state: string) => eventOf('deployment-failed', { state })
const deployed = (status: string, more: object = {}) => ({
  deploymentInfo: {
    status,
    createTime: START / SECOND,
    ...(status !== 'InProgress' && { completeTime: START / SECOND + 271 }),
    creator: 'user',
    revision: { revisionType: 'S3', s3Location: { bucket: 'shop-releases', key: 'web/7.zip' } },
    ...more,
  },
})

/** Direct messages, by person, in the order they came. */
const told = () =>
  bot.slack.messages.flatMap(({ place, card }) =>
    place.channel.startsWith('U0') ? [[place.channel, messageOf(card).text] as const] : [],
  )

test.each([
  ['SUCCEEDED', 'Succeeded: Build of shop-nightly in 4 min'],
  ['FAILED', 'Failed: Build of shop-nightly'],
  ['STOPPED', 'Stopped: Build of shop-nightly after 4 min'],
])('who asks about a build hears once that it %s, through repeated events', async (status, words) => {
  await bot.changed(begun())
  expect(bot.cards()[0]).toContain('[Tell me when it ends]')
  const noted = 'Noted: you get one direct message when this build of shop-nightly succeeds, fails or is stopped.'
  expect(await bot.click(PRESS, 'U0ANA')).toEqual([noted])
  expect(await bot.click(PRESS, 'U0ANA')).toEqual([noted])
  expect(await bot.click(PRESS, 'U0BEN')).toEqual([noted])
  await bot.work()
  expect(told()).toEqual([])
  for (let time = 0; time < 2; time++) await bot.changed(ended(status))
  await bot.changed(begun())
  for (let minute = 0; minute < 4; minute++) await bot.minutes(1)
  expect(told().map(([userId, text]) => [userId, text.split('\n')[0]!.replaceAll('\u00a0', ' ')])).toEqual([
    ['U0ANA', words],
    ['U0BEN', words],
  ])
  expect(told()[0]![1]).toMatch(
    /\nOpen its message\nYou asked to be told\. You get no more messages about this build\.$/,
  )
  expect(bot.cards()[0]).not.toContain('Tell me when')
})

test('an end whose event was lost is read from CodeBuild, and told once', async () => {
  await bot.changed(begun())
  await bot.click(PRESS, 'U0ANA')
  const startTime = START / SECOND
  bot.answers({ BatchGetBuilds: { builds: [{ buildStatus: 'SUCCEEDED', startTime, endTime: startTime + 268 }] } })
  for (let minute = 0; minute < 15; minute++) await bot.minutes(1)
  expect(told()).toEqual([['U0ANA', expect.stringMatching(/^Succeeded: Build of shop-nightly in 4\u00a0min\n/)]])
})

test('who asks after the end, under a message that is not up to date, is answered how it ended, and gets no message', async () => {
  await bot.changed(begun())
  const [{ value } = {}] = watchButtons((await bot.services.executions.read(BUILD))!)
  await bot.changed(ended('STOPPED'))
  expect(await clickedIn(bot.services)(PRESS, value!, 'U0ANA')).toEqual([
    '■ Stopped: Build of shop-nightly after 4\u00a0min\nIt had ended before you asked, so no direct message follows.',
  ])
  await bot.minutes(1)
  expect(told()).toEqual([])
})

test.each([
  ['Succeeded', {}, 'Live: Deployment of shop to production, 5 min after it started'],
  [
    'Failed',
    { errorInformation: { code: 'HEALTH_CONSTRAINTS', message: 'Too many failed' } },
    'Failed: Deployment of shop to production',
  ],
  ['Stopped', {}, 'Stopped: Deployment of shop to production after 5 min'],
  ['Succeeded', { creator: 'codeDeployRollback' }, 'Rolled back: Deployment of shop to production in 5 min'],
])('who asks about a deployment hears once that it %s', async (status, more, words) => {
  const { creator } = more as { creator?: string }
  bot.answers({ GetDeployment: deployed('InProgress', creator ? { creator } : {}) })
  await bot.changed(deployment('START'))
  await bot.work()
  expect(bot.cards()[0]).toContain('[Tell me when it is live]')
  const noted =
    'Noted: you get one direct message when this deployment of shop is live, or when it fails or is stopped.'
  expect(await bot.click(PRESS, 'U0ANA')).toEqual([noted])
  bot.answers({ GetDeployment: deployed(status, more) })
  for (let time = 0; time < 2; time++) await bot.changed(deployment(status.toUpperCase()))
  for (let minute = 0; minute < 7; minute++) await bot.minutes(1)
  expect(told().map(([userId, text]) => [userId, text.split('\n')[0]!.replaceAll('\u00a0', ' ')])).toEqual([
    ['U0ANA', words],
  ])
})

test('of a build that the role may not read, and that was given up, the next event tells who asked', async () => {
  bot.answers({ BatchGetBuilds: { __type: 'AccessDeniedException' } })
  await bot.changed(begun())
  await bot.minutes(49 * 60)
  expect((await bot.services.executions.read(BUILD))!.confirmed).toBe(true)
  const asked = bot.aws.asked.length
  await bot.click(PRESS, 'U0ANA')
  // Who waits is a reason to ask once more.
  await bot.minutes(11)
  expect(bot.aws.asked).toHaveLength(asked + 1)
  await bot.changed(build('SUCCEEDED', '2026-11-25T11:30:00Z'))
  await bot.minutes(1)
  expect(told()).toHaveLength(1)
})

const BUILD = {
  accountId: '111122223333',
  region: 'eu-west-1',
  pipeline: 'shop-nightly',
  executionId: 'shop-nightly:8745a7a9-c340-456a-9166-edf953571b00',
}

test.each([
  [{ ...KEY, pipeline: 'shop@web.prod', executionId: '0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e' }],
  [{ ...BUILD, pipeline: 'p'.repeat(255), executionId: `${'p'.repeat(255)}:8745a7a9-c340-456a-9166-edf953571b00` }],
  [{ ...BUILD, pipeline: 'shop / web ü&<b>'.padEnd(100, '界'), executionId: 'd-A1B2C3D4E' }],
])('the button carries what it is under, which is read back: %#', (key) => {
  const [{ value } = {}] = watchButtons({ key })
  expect(value!.length).toBeLessThan(2_000)
  expect(executionIn(value!)).toEqual(key)
})

test.each([
  '111122223333/eu-west-1/shop-web/e-1/Production',
  '111122223333/eu-west-1/shop-nightly/other%3A8745a7a9/',
  '111122223333/eu-west-1/shop web/e-1/',
  '111122223333/eu-west-1/%E0%A4%A/d-1/',
  '111122223333/eu-west-1/a%0Ab/d-1/',
  '111122223333/eu-west-1//d-1/',
])('a value that Greenlight did not write is of nothing: %s', async (value) => {
  expect(executionIn(value)).toBeNull()
  expect(await clickedIn(bot.services)(PRESS, value, 'U0ANA')).toEqual([
    'Greenlight has no record any more of what this message is about.',
  ])
})
