import { START, SECOND } from '../support/records.ts'
import { actionRun } from '../support/pipeline-answers.ts'
import { eventOf, openOutsideBot } from '../support/outside-bot.ts'
import { secretValue } from '../support/secret.ts'

type Bot = Awaited<ReturnType<typeof openOutsideBot>>
let bot: Bot
const open = async (route: object = {}) => {
  bot = await openOutsideBot(route)
  bot.answers(ANSWERS)
  return bot
}
afterEach(() => bot.close())

const ANSWERS = {
  BatchGetBuilds: {
    builds: [
      {
        buildStatus: 'FAILED',
        startTime: START / SECOND,
        endTime: START / SECOND + 268.4,
        initiator: 'rule/nightly',
        resolvedSourceVersion: '4f9c2e1d',
        environment: { environmentVariables: [{ name: 'DB_PASSWORD', value: secretValue() }] },
        phases: [
          {
            phaseType: 'BUILD',
            phaseStatus: 'FAILED',
            contexts: [{ message: 'Error while executing command: npm test. Reason: exit status 1' }],
          },
        ],
        logs: { groupName: '/aws/codebuild/shop-nightly', streamName: '1', deepLink: 'https://console.example/log' },
      },
    ],
  },
  GetLogEvents: { events: [{ message: `password=${secretValue()}\n` }, { message: 'RangeError: -1 cents\n' }] },
  GetDeployment: {
    deploymentInfo: {
      status: 'Failed',
      createTime: START / SECOND,
      completeTime: START / SECOND + 271,
      creator: 'user',
      revision: { revisionType: 'S3', s3Location: { bucket: 'shop-releases', key: 'web/7.zip' } },
      errorInformation: { code: 'HEALTH_CONSTRAINTS', message: 'Too many individual instances failed deployment' },
    },
  },
  ListDeploymentTargets: { targetIds: ['i-1'] },
  BatchGetDeploymentTargets: {
    deploymentTargets: [
      {
        instanceTarget: {
          targetId: 'i-1',
          lifecycleEvents: [
            {
              lifecycleEventName: 'ValidateService',
              status: 'Failed',
              diagnostics: {
                errorCode: 'ScriptFailed',
                scriptName: 'hooks/validate.sh',
                message: 'Script at specified location: hooks/validate.sh failed with exit code 1',
                logTail: '[stderr]curl: (7) refused\n',
              },
            },
          ],
        },
      },
    ],
  },
}

const failed = () => eventOf('build-failed')
const running = () => eventOf('build-failed', { 'build-status': 'IN_PROGRESS' }, { time: '2026-11-23T09:30:00Z' })
const initiated = (initiator: string | null) =>
  eventOf('build-failed', { 'additional-information': initiator === null ? {} : { initiator } })

describe('a build outside a pipeline', () => {
  test('has a card in the status channel of the route that asks', async () => {
    await open()
    await bot.changed(running())
    expect(bot.cards()).toEqual([
      '▶ Build of <shop-nightly> is running\n[Tell me when it ends]\n(Version refs/heads/main · Started by rule/nightly · shop-prod, eu-west-1)',
    ])
    expect(bot.slack.messages[0]!.place.channel).toBe('C0STATUS')
    expect(JSON.stringify(bot.slack.messages[0])).toContain(
      'https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/111122223333/projects/shop-nightly/build/' +
        'shop-nightly%3A8745a7a9-c340-456a-9166-edf953571b00/?region=eu-west-1',
    )
  })

  test('that failed says why, with secrets masked, in its card and once in its thread', async () => {
    await open()
    for (const event of [running(), failed(), failed()]) await bot.changed(event)
    await bot.work()
    const [card, ...others] = bot.cards()
    expect(others).toEqual([])
    expect(card).toContain('✗ Build of <shop-nightly> failed after 4 min, 28 sec')
    expect(card).toContain('BUILD: npm test: exit status 1')
    expect(card).toContain('RangeError: -1 cents')
    expect(bot.notices()).toHaveLength(1)
    expect(bot.notices()[0]).toContain('✗ Failed: Build of shop-nightly')
    expect(bot.notices()[0]).toContain('RangeError: -1 cents')
    expect(JSON.stringify([bot.slack.sent, bot.slack.messages, bot.logged])).not.toContain(secretValue())
  })

  test('that failed has its card at once, before the cause is known', async () => {
    await open()
    for (const event of [running(), failed()]) await bot.changed(event)
    expect(bot.cards()[0]!.split('\n')).toEqual([
      '✗ Build of <shop-nightly> failed after 4 min, 28 sec',
      '(Version refs/heads/main · Started by rule/nightly · shop-prod, eu-west-1)',
    ])
    expect(bot.counted).not.toContain('EffectFailed')
  })

  test('that is heard of in the wrong order, and twice, is what it was last', async () => {
    await open()
    for (const event of [failed(), running(), failed(), running()]) await bot.changed(event)
    await bot.work()
    expect(bot.cards()).toHaveLength(1)
    expect(bot.cards()[0]).toContain('Build of <shop-nightly> failed after 4 min, 28 sec')
    expect(bot.notices()).toHaveLength(1)
  })

  test('whose end was lost is read from CodeBuild, once more after its end', async () => {
    await open()
    await bot.changed(running())
    await bot.minutes(11)
    expect(bot.cards()[0]).toContain('failed after 4 min, 28 sec')
    expect(bot.cards()[0]).toContain('Version 4f9c2e1d')
    await bot.minutes(3)
    const asked = bot.aws.asked.length
    await bot.minutes(30)
    expect(bot.aws.asked).toHaveLength(asked)
  })

  test('that was deleted in CodeBuild ends as canceled', async () => {
    await open()
    bot.answers({ BatchGetBuilds: { builds: [], buildsNotFound: ['x'] } })
    await bot.changed(running())
    await bot.minutes(11)
    expect(bot.cards()[0]).toContain('Build of <shop-nightly> was canceled')
  })

  test('that no route names any more is followed to its end in the card it has', async () => {
    await open()
    await bot.changed(running())
    bot.deploy({ outside: { builds: 'web-*' } })
    await bot.changed(failed())
    await bot.minutes(11)
    expect(bot.cards()).toHaveLength(1)
    expect(bot.cards()[0]).toContain('failed after 4 min, 28 sec')
    expect(bot.notices()).toEqual([])
    await bot.minutes(3)
    const asked = bot.aws.asked.length
    await bot.minutes(30)
    expect(bot.aws.asked).toHaveLength(asked)
  })

  test('that runs where the role may not read it is asked about for two days, until its next event', async () => {
    await open()
    bot.answers({ BatchGetBuilds: { __type: 'AccessDeniedException' } })
    await bot.changed(running())
    await bot.minutes(47 * 60)
    const asked = bot.aws.asked.length
    expect(asked).toBe(1)
    await bot.minutes(61)
    expect(bot.aws.asked).toHaveLength(asked + 1)
    await bot.minutes(61)
    expect(bot.aws.asked).toHaveLength(asked + 1)
    expect(bot.cards()[0]).toContain('is running')
    await bot.changed(failed())
    await bot.work()
    expect(bot.cards()[0]).toContain('failed after 4 min, 28 sec')
  })

  test('that cannot be read, whatever the error, is asked about for two days; then the log says so', async () => {
    await open()
    bot.answers({ BatchGetBuilds: { __type: 'InvalidInputException' } })
    await bot.changed(running())
    await bot.minutes(11)
    const SAID = 'could not be read for two days: it is not asked about any more'
    expect(JSON.stringify(bot.logged)).not.toContain(SAID)
    await bot.minutes(48 * 60)
    expect(JSON.stringify(bot.logged)).toContain(SAID)
    const asked = bot.aws.asked.length
    await bot.minutes(61)
    expect(bot.aws.asked).toHaveLength(asked)
    expect(bot.cards()[0]).toContain('is running')
  })

  test('keeps its card where the role may not read it', async () => {
    await open()
    bot.answers({ BatchGetBuilds: { __type: 'AccessDeniedException' } })
    for (const event of [running(), failed()]) await bot.changed(event)
    await bot.work()
    await bot.minutes(3)
    expect(bot.cards()[0]).toContain('the role lacks codebuild:BatchGetBuilds')
  })

  test.each([
    ['all', 'SUCCEEDED', ['✓ Succeeded: Build of shop-nightly in 4 min']],
    ['changes', 'SUCCEEDED', []],
    ['failures', 'STOPPED', []],
    ['changes', 'STOPPED', ['■ Stopped: Build of shop-nightly after 4 min']],
    ['none', 'FAILED', []],
  ])('is told of by the level of its route: %s, of one that %s', async (deployments, status, told) => {
    await open({ deployments })
    await bot.changed(running())
    await bot.changed(eventOf('build-failed', { 'build-status': status }))
    await bot.work()
    expect(bot.notices().map((notice) => notice.split('\n')[0])).toEqual(told)
    expect(bot.cards()).toHaveLength(1)
  })
})

describe('a build that succeeds after others failed', () => {
  const build = (id: string, status: string, minute: number) =>
    eventOf(
      'build-failed',
      {
        'build-id': `arn:aws:codebuild:eu-west-1:111122223333:build/shop-nightly:${id}`,
        'build-status': status,
      },
      { time: `2026-11-23T09:${minute}:00Z` },
    )
  const ends = async (...events: Parameters<typeof build>[]) => {
    await open()
    for (const event of events) {
      await bot.changed(build(...event))
      await bot.work()
    }
    return bot.notices().map((notice) => notice.split('\n')[0])
  }

  test('is told as the end of the failures, once, with their time', async () => {
    expect(
      await ends(['a', 'FAILED', 30], ['b', 'FAILED', 40], ['c', 'SUCCEEDED', 50], ['c', 'SUCCEEDED', 50]),
    ).toEqual([
      '✗ Failed: Build of shop-nightly',
      '✗ Failed: Build of shop-nightly',
      '✓ Recovered after 20 min: Build of shop-nightly succeeded',
    ])
    await bot.changed(build('d', 'SUCCEEDED', 55))
    await bot.work()
    expect(bot.notices()).toHaveLength(3)
  })

  test('ends no failure that is newer', async () => {
    const told = await ends(['b', 'FAILED', 50], ['a', 'SUCCEEDED', 40], ['c', 'SUCCEEDED', 55])
    expect(told.sort()).toEqual([
      '✓ Recovered after 5 min: Build of shop-nightly succeeded',
      '✗ Failed: Build of shop-nightly',
    ])
  })
})

describe('no card has', () => {
  test('a build that a pipeline started', async () => {
    await open()
    await bot.changed(initiated('codepipeline/shop-web'))
    await bot.work()
    expect(bot.slack.messages).toEqual([])
    expect(bot.aws.asked).toEqual([])
  })

  test('a build whose event does not tell who started it, and CodeBuild says a pipeline', async () => {
    await open()
    const [build] = ANSWERS.BatchGetBuilds.builds
    bot.answers({ BatchGetBuilds: { builds: [{ ...build, initiator: 'codepipeline/shop-web' }] } })
    for (const event of [initiated(null), initiated(null)]) await bot.changed(event)
    await bot.work()
    await bot.changed(initiated(null))
    await bot.work()
    expect(bot.slack.messages).toEqual([])
    expect(bot.aws.asked).toHaveLength(1)
  })

  test.each([
    ['no route asks for builds', { outside: { deployments: 'shop/*' } }],
    ['the route asks for other projects', { outside: { builds: ['web-*', 'shop'] } }],
    ['the route is of another Region', { match: { region: 'us-east-1' } }],
    ['the route is of another account', { match: { account: '444455556666' } }],
  ])('a build where %s', async (_, route) => {
    await open(route)
    await bot.changed(failed())
    await bot.work()
    expect(bot.slack.messages).toEqual([])
  })

  test('a deployment of a pipeline, which CodePipeline names', async () => {
    await open()
    const run = { provider: 'CodeDeploy', category: 'Deploy', stage: 'Production', action: 'Deploy' }
    const configuration = { ApplicationName: 'shop', DeploymentGroupName: 'production' }
    bot.runs.push(actionRun({ ...run, actionExecutionId: 'x1', configuration, externalId: 'd-A1B2C3D4E' }))
    await bot.changed(eventOf('deployment-failed', { state: 'START' }))
    await bot.changed(actionStarted())
    await bot.work()
    await bot.changed(eventOf('deployment-failed'))
    await bot.work()
    expect(bot.cards().filter((card) => card.includes('Deployment'))).toEqual([])
    expect(bot.aws.asked).toEqual([])
  })
})

const actionStarted = () =>
  ({
    version: '0',
    'detail-type': 'CodePipeline Action Execution State Change',
    source: 'aws.codepipeline',
    account: '111122223333',
    time: '2026-11-23T09:30:00Z',
    region: 'eu-west-1',
    detail: {
      ...{ pipeline: 'shop-web', 'execution-id': actionRun().executionId, stage: 'Production', action: 'Deploy' },
      ...{ 'action-execution-id': 'x1', state: 'STARTED', type: { category: 'Deploy', provider: 'CodeDeploy' } },
    },
  }) as never

describe('a deployment outside a pipeline', () => {
  const started = () => eventOf('deployment-failed', { state: 'START' }, { time: '2026-11-23T09:30:00Z' })
  const deploying = {
    GetDeployment: {
      deploymentInfo: { ...ANSWERS.GetDeployment.deploymentInfo, status: 'InProgress', completeTime: null },
    },
  }

  test('has a card that says what is deployed, and why it failed', async () => {
    await open()
    bot.answers({ ...ANSWERS, ...deploying })
    await bot.changed(started())
    expect(bot.cards()).toEqual([])
    await bot.work()
    expect(bot.cards()).toEqual([
      '▶ Deployment of <shop> to production is running\n[Tell me when it is live]\n' +
        '(Version s3://shop-releases/web/7.zip · Started by something that AWS does not name · shop-prod, eu-west-1)',
    ])
    bot.answers(ANSWERS)
    await bot.changed(eventOf('deployment-failed'))
    await bot.work()
    const [card] = bot.cards()
    expect(card).toContain('✗ Deployment of <shop> to production failed after 4 min, 31 sec')
    expect(card).toContain('ValidateService on i-1: ScriptFailed: Script at specified location: hooks/validate.sh')
    expect(card).toContain('curl: (7) refused')
    expect(bot.notices()).toHaveLength(1)
    expect(bot.notices()[0]).toContain('✗ Failed: Deployment of shop to production')
  })

  test('that CodeDeploy made as a rollback says so', async () => {
    await open()
    const { deploymentInfo } = ANSWERS.GetDeployment
    bot.answers({
      GetDeployment: { deploymentInfo: { ...deploymentInfo, status: 'Succeeded', creator: 'codeDeployRollback' } },
    })
    await bot.changed(eventOf('deployment-failed', { state: 'SUCCESS' }))
    await bot.work()
    expect(bot.cards()[0]).toContain('Started by CodeDeploy as a rollback')
    expect(bot.notices()[0]).toContain('✓ Rolled back: Deployment of shop to production in 5 min')
  })

  test('stays what it is when an old event arrives after its end', async () => {
    await open()
    await bot.changed(eventOf('deployment-failed'))
    await bot.work()
    await bot.changed(started())
    await bot.work()
    expect(bot.cards()).toHaveLength(1)
    expect(bot.cards()[0]).toContain('failed after 4 min, 31 sec')
  })
})

test.each([
  ['of another account', eventOf('build-failed', {}, { account: '444455556666' })],
  ['whose build is of another project', eventOf('build-failed', { 'project-name': 'web' })],
  ['without an ID', eventOf('deployment-failed', { deploymentId: 7 })],
  ['whose application has no letter', eventOf('deployment-failed', { application: '\u200b ' })],
  ['whose deployment has no group', eventOf('deployment-failed', { deploymentGroup: '' })],
])('an event %s is refused', async (_, event) => {
  await open()
  await expect(bot.changed(event)).rejects.toThrow()
  expect(bot.slack.messages).toEqual([])
})
