import { AccountNotAllowed } from '../../functions/aws/allowed-accounts.ts'
import { RoleRefused } from '../../functions/aws/assume-role.ts'
import { codeBuild } from '../../functions/aws/codebuild.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { openJsonService } from '../support/json-service.ts'
import { START, WHERE } from '../support/records.ts'

const clock = { now: () => START }
const REPORT = `arn:aws:codebuild:${REGION}:${ACCOUNT}:report/shop-web-unit tests:5f0e9a11`

const BUILD = { id: 'shop:1', url: 'https://console.example/builds/shop:1', isBatch: false }

let service: Awaited<ReturnType<typeof openJsonService>>
beforeEach(async () => {
  service = await openJsonService()
})
afterEach(() => service.close())

const reading = () => codeBuild(async () => service.connection, clock)
const answersWith = (builds: object, reports: object = {}) =>
  service.answersBy(({ operation }) => ({ status: 200, body: operation === 'BatchGetBuilds' ? builds : reports }))

describe('the test reports of builds', () => {
  test('are requested by the ARNs that the builds name, and counted', async () => {
    answersWith(
      // An answer has the variables of the build as well.
      { builds: [{ id: 'shop:1', environment: { environmentVariables: [{ name: 'KEY' }] }, reportArns: [REPORT] }] },
      {
        reports: [
          {
            arn: REPORT,
            type: 'TEST',
            status: 'FAILED',
            testSummary: {
              total: 12,
              statusCounts: { SUCCEEDED: 6, FAILED: 1, ERROR: 1, SKIPPED: 2, UNKNOWN: 1, NEW: 1 },
              durationInNanoSeconds: 1_499_600_000,
            },
          },
        ],
      },
    )
    expect(await reading().testReports(WHERE, [BUILD])).toEqual({
      kind: 'read',
      reports: [
        {
          arn: REPORT,
          name: 'shop-web-unit tests',
          url: BUILD.url,
          passed: 6,
          failed: 2,
          skipped: 2,
          unknown: 2,
          durationMs: 1_500,
          isUnfinished: false,
        },
      ],
    })
    expect(service.asked).toEqual([
      { operation: 'BatchGetBuilds', input: { ids: ['shop:1'] } },
      { operation: 'BatchGetReports', input: { reportArns: [REPORT] } },
    ])
  })

  test('are no reports of code coverage, and those that are being made are not finished', async () => {
    const arns = [REPORT, `${REPORT}2`, `${REPORT}3`]
    answersWith(
      { builds: [{ id: 'shop:1', reportArns: arns }] },
      {
        reports: [
          { arn: arns[0], type: 'CODE_COVERAGE', status: 'SUCCEEDED' },
          { arn: arns[1], type: 'TEST', status: 'GENERATING' },
          { arn: arns[2] },
        ],
      },
    )
    const none = { passed: 0, failed: 0, skipped: 0, unknown: 0, durationMs: 0, isUnfinished: true }
    expect(await reading().testReports(WHERE, [BUILD])).toMatchObject({
      reports: [
        { arn: arns[1], ...none },
        { arn: arns[2], ...none },
      ],
    })
  })

  test('are an empty list after one call if the builds have no report', async () => {
    answersWith({ builds: [{ id: 'shop:1' }] })
    expect(await reading().testReports(WHERE, [BUILD])).toEqual({ kind: 'read', reports: [] })
    expect(service.asked).toHaveLength(1)
  })

  test('are not known if CodeBuild has no such build', async () => {
    answersWith({ builds: [], buildsNotFound: ['shop:1'] })
    expect(await reading().testReports(WHERE, [BUILD])).toEqual({ kind: 'no-build' })
  })

  test.each(['BatchGetBuilds', 'BatchGetReports'])('are denied without the permission for %s', async (denied) => {
    service.answersBy(({ operation }) =>
      operation === denied
        ? { status: 400, body: { __type: 'AccessDeniedException', Message: 'User … is not authorized' } }
        : { status: 200, body: { builds: [{ reportArns: [REPORT] }] } },
    )
    expect(await reading().testReports(WHERE, [BUILD])).toEqual({ kind: 'denied', lacks: `codebuild:${denied}` })
  })

  test.each([
    [
      new RoleRefused('arn:aws:iam::444455556666:role/reader', 'AccessDenied'),
      { kind: 'denied', lacks: 'sts:AssumeRole' },
    ],
    [new AccountNotAllowed({ ...WHERE, region: 'us-east-1' }), { kind: 'not-joined', region: 'us-east-1' }],
  ])('are not read where the bot cannot go: %s', async (error, answer) => {
    const builds = codeBuild(() => Promise.reject(error), clock)
    expect(await builds.testReports({ ...WHERE, region: 'us-east-1' }, [BUILD])).toEqual(answer)
  })

  test.each([
    ['a fault', () => service.refuses('InvalidInputException'), 'InvalidInputException'],
    ['an answer in another shape', () => answersWith({ builds: 'none' }), 'BatchGetBuilds'],
  ])('throw for %s', async (_, prepare, says) => {
    prepare()
    await expect(reading().testReports(WHERE, [BUILD])).rejects.toThrow(says)
  })

  test('one call asks for at most a hundred', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `${REPORT}${index}`)
    answersWith({ builds: [{ reportArns: many }] }, { reports: [] })
    await reading().testReports(
      WHERE,
      many.map((_, index) => ({ id: `shop:${index}`, url: null, isBatch: false })),
    )
    const sizes = service.asked.map(({ input }) => (Object.values(input)[0] as string[]).length)
    expect(sizes).toEqual([100, 100])
  })
})

describe('the test reports of a batch of builds', () => {
  const BATCH = { id: 'browser:b', url: 'https://console.example/batch/browser:b', isBatch: true }
  const buildArn = (id: string) => `arn:aws:codebuild:${REGION}:${ACCOUNT}:build/${id}`
  const groups = (...ids: string[]) =>
    ids.map((id) => ({ identifier: id, currentBuildSummary: { arn: buildArn(id), buildStatus: 'SUCCEEDED' } }))
  const reportOf = (id: string) => `arn:aws:codebuild:${REGION}:${ACCOUNT}:report/${id}:r`
  const answers = (batch: object) =>
    service.answersBy(({ operation, input }) => {
      if (operation === 'BatchGetBuildBatches') return { status: 200, body: { buildBatches: [batch] } }
      const { ids = [], reportArns = [] } = input as { ids?: string[]; reportArns?: string[] }
      const builds = ids.map((id) => ({ id, reportArns: [reportOf(id)] }))
      return { status: 200, body: { builds, reports: reportArns.map((arn) => ({ arn, testSummary: { total: 1 } })) } }
    })

  test('are those of its builds, without what a retry of the batch has replaced; their page is the batch’s', async () => {
    answers({
      id: BATCH.id,
      reportArns: [],
      buildGroups: groups('browser:1', 'browser:2').map((group) => ({
        ...group,
        priorBuildSummaryList: [{ arn: buildArn('browser:0'), buildStatus: 'FAILED' }],
      })),
    })
    expect(await reading().testReports(WHERE, [BATCH, BUILD])).toMatchObject({
      reports: [
        { arn: reportOf(BUILD.id), url: BUILD.url },
        { arn: reportOf('browser:1'), url: BATCH.url },
        { arn: reportOf('browser:2'), url: BATCH.url },
      ],
    })
    expect(service.asked.map(({ operation, input }) => [operation, Object.values(input)[0]])).toEqual([
      ['BatchGetBuildBatches', ['browser:b']],
      ['BatchGetBuilds', ['shop:1', 'browser:1', 'browser:2']],
      ['BatchGetReports', ['shop:1', 'browser:1', 'browser:2'].map(reportOf)],
    ])
  })

  test('are the merged ones if it has such, and then no test is counted twice', async () => {
    answers({ id: BATCH.id, reportArns: [reportOf('merged')], buildGroups: groups('browser:1', 'browser:2') })
    expect(await reading().testReports(WHERE, [BATCH])).toMatchObject({
      reports: [{ arn: reportOf('merged'), url: BATCH.url }],
    })
    expect(service.asked.map(({ operation }) => operation)).toEqual(['BatchGetBuildBatches', 'BatchGetReports'])
  })

  test('are an empty list if the batch ended before a build began', async () => {
    answers({ id: BATCH.id })
    expect(await reading().testReports(WHERE, [BATCH])).toEqual({ kind: 'read', reports: [] })
  })

  test('are not known if CodeBuild has no such batch, and denied without the permission', async () => {
    service.answersBy(() => ({ status: 200, body: { buildBatches: [], buildBatchesNotFound: [BATCH.id] } }))
    expect(await reading().testReports(WHERE, [BATCH])).toEqual({ kind: 'no-build' })
    service.refuses('AccessDeniedException')
    expect(await reading().testReports(WHERE, [BATCH])).toEqual({
      kind: 'denied',
      lacks: 'codebuild:BatchGetBuildBatches',
    })
  })
})

describe('the workspace’s CodeBuild', () => {
  let aws: Awaited<ReturnType<typeof openAws>>
  beforeEach(async () => {
    aws = await openAws()
    aws.builds.publish({
      id: 'shop:1',
      projectName: 'shop',
      accountId: ACCOUNT,
      region: REGION,
      startedAt: START,
      endedAt: START + 5_000,
      status: 'FAILED',
      initiator: 'codepipeline/shop',
      sourceVersion: null,
      commit: null,
      phases: [],
      logs: { groupName: '/aws/codebuild/shop', streamName: '1' },
      reports: [{ name: 'unit', counts: { passed: 2, skipped: 1, failed: ['test_three'] }, durationMs: 1_234 }],
      newId: () => 'r1',
    })
  })
  afterEach(() => aws.close())

  test('answers the bot', async () => {
    const read = await codeBuild(async () => aws.client, clock).testReports(WHERE, [BUILD])
    expect(read).toMatchObject({
      kind: 'read',
      reports: [{ name: 'shop-unit', passed: 2, failed: 1, skipped: 1, unknown: 0, durationMs: 1_234 }],
    })
    const elsewhere = { ...aws.client, region: 'us-east-1' }
    for (const [connection, id] of [
      [aws.client, 'shop:2'],
      [elsewhere, BUILD.id],
    ] as const)
      expect(await codeBuild(async () => connection, clock).testReports(WHERE, [{ ...BUILD, id }])).toEqual({
        kind: 'no-build',
      })
  })
})
