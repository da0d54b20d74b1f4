import { setImmediate } from 'node:timers/promises'
import { readTests } from '../../../../functions/flows/gates/manual-approval/read-tests.ts'
import type { TestReport } from '../../../../functions/domain/test-evidence.ts'
import type { Build, TestReportsRead } from '../../../../functions/ports/builds.ts'
import type { ActionRun } from '../../../../functions/ports/pipelines.ts'
import type { Services } from '../../../../functions/ports/services.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'
import { START, WHERE } from '../../../support/records.ts'

const run = (more: Partial<ActionRun>): ActionRun => ({
  executionId: 'e1',
  actionExecutionId: 'a1',
  version: 1,
  stage: 'Build',
  action: 'Build',
  category: 'Build',
  owner: 'AWS',
  provider: 'CodeBuild',
  status: 'Succeeded',
  statusText: 'Succeeded',
  startedAt: START,
  updatedAt: START,
  externalId: 'shop:1',
  externalUrl: null,
  summary: null,
  updatedBy: null,
  configuration: {},
  outputVariables: {},
  outputArtifacts: [],
  ...more,
})

const reading = (answer: (region: string) => Promise<TestReportsRead>) => {
  const asked: string[][] = []
  const askedIn: string[] = []
  const builds: Build[] = []
  const { services, logged } = botInMemory()
  const waited: number[] = []
  const port: Services['builds'] = {
    testReports: ({ accountId, region }, all) => {
      asked.push(all.map(({ id }) => id))
      builds.push(...all)
      askedIn.push(`${accountId}/${region}`)
      return answer(region)
    },
  }
  // An answer that never comes is waited for on virtual time.
  const sleep = async (ms: number) => {
    waited.push(ms)
    await setImmediate()
  }
  const clock = { ...services.clock, sleep }
  return {
    asked,
    askedIn,
    builds,
    logged,
    waited,
    read: (...runs: ActionRun[]) => readTests({ ...services, builds: port, clock }, WHERE, 'e1', runs),
  }
}
const NO_REPORTS: TestReportsRead = { kind: 'read', reports: [] }

test('the builds of the execution are asked for: the newest of each CodeBuild action', async () => {
  const { asked, read } = reading(async () => NO_REPORTS)
  const evidence = await read(
    run({}),
    run({ externalId: 'shop:2', startedAt: START + 1 }),
    run({ action: 'Test', externalId: 'tests:1' }),
    run({ stage: 'Accept', externalId: 'accept:1' }),
    run({ action: 'Lint', externalId: null }),
    run({ action: 'Scan', provider: 'Jenkins', externalId: 'scan:1' }),
    run({ executionId: 'e0', externalId: 'old:1' }),
  )
  expect(evidence).toEqual({ kind: 'none' })
  expect(asked).toEqual([['shop:2', 'tests:1', 'accept:1']])
})

test('whether an action builds a batch is said with its ID', async () => {
  const batch = { configuration: { ProjectName: 'shop', BatchEnabled: 'true' }, externalId: 'build-batch/shop:1' }
  const { builds, read } = reading(async () => NO_REPORTS)
  await read(run({ ...batch, externalUrl: 'https://console.example/batch' }), run({ action: 'Test' }))
  expect(builds).toEqual([
    { id: 'shop:1', url: 'https://console.example/batch', isBatch: true },
    { id: 'shop:1', url: null, isBatch: false },
  ])
})

test('of two builds that began in the same second, the one that CodePipeline lists first is the newest', async () => {
  const { asked, read } = reading(async () => NO_REPORTS)
  await read(run({ externalId: 'shop:2' }), run({ externalId: 'shop:1' }))
  expect(asked).toEqual([['shop:2']])
})

describe('the builds of an action in another Region', () => {
  const report = (arn: string, passed: number): TestReport => ({
    ...{ arn, name: arn, url: null, passed, failed: 0, skipped: 0, unknown: 0, durationMs: 0, isUnfinished: false },
  })
  const both = [run({}), run({ action: 'Test', externalId: 'tests:1', region: 'us-east-1' })]

  test('are asked for there, and their reports are counted with those of the pipeline’s own Region', async () => {
    const { asked, askedIn, read } = reading(async (region) => ({
      kind: 'read',
      reports: [report(region, region === WHERE.region ? 2 : 3)],
    }))
    expect(await read(...both)).toMatchObject({ kind: 'reported', passed: 5, count: 2 })
    expect(askedIn).toEqual([`${WHERE.accountId}/${WHERE.region}`, `${WHERE.accountId}/us-east-1`])
    expect(asked).toEqual([['shop:1'], ['tests:1']])
  })

  test('that cannot be read are said instead of the results of the others', async () => {
    const { read } = reading(async (region) =>
      region === WHERE.region ? { kind: 'read', reports: [report('unit', 2)] } : { kind: 'not-joined', region },
    )
    expect(await read(...both)).toEqual({ kind: 'unread', because: 'not-joined', region: 'us-east-1' })
  })
})

test('people wait for the results for four seconds at most', async () => {
  const { read, waited } = reading(() => new Promise(() => {}))
  await read(run({}))
  expect(waited).toEqual([4_000])
})

test('without a build, CodeBuild is not asked', async () => {
  const { asked, read } = reading(async () => NO_REPORTS)
  expect(await read(run({ provider: 'S3' }))).toEqual({ kind: 'none' })
  expect(asked).toEqual([])
})

const ABOUT = { ...WHERE, executionId: 'e1' }
const THROTTLED = new Error('throttled')

test.each<[string, () => Promise<TestReportsRead>, object, object[]]>([
  [
    'a role without the permission',
    async () => ({ kind: 'denied', lacks: 'codebuild:BatchGetReports' }),
    { because: 'denied', lacks: 'codebuild:BatchGetReports' },
    [{ level: 'warn', about: { ...ABOUT, lacks: 'codebuild:BatchGetReports' } }],
  ],
  ['a build that is gone', async () => ({ kind: 'no-build' }), { because: 'no-build' }, []],
  [
    'an error',
    () => Promise.reject(THROTTLED),
    { because: 'no-answer' },
    [{ level: 'warn', about: { ...ABOUT, error: THROTTLED } }],
  ],
  ['no answer in time', () => new Promise(() => {}), { because: 'no-answer' }, []],
])('%s is said, stops nothing, and is logged if the operator can mend it', async (_, answer, said, expected) => {
  const { read, logged } = reading(answer)
  expect(await read(run({}))).toEqual({ kind: 'unread', ...said })
  expect(logged).toMatchObject(expected)
})
