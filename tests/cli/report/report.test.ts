import { openTable } from '../../../functions/aws/table.ts'
import { systemClock } from '../../../functions/clock.ts'
import { requested, settled, withEntry } from '../../../functions/domain/approval.ts'
import type { AutomaticRule } from '../../../functions/domain/automatic-rule.ts'
import { toFile } from '../../../functions/domain/journal.ts'
import { openAws } from '../../support/aws-endpoint.ts'
import { CHANGE, DAY, MINUTE, ROUNDING, START, WHERE, newApproval } from '../../support/records.ts'
import { runGreenlight } from '../scripted-terminal.ts'

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws({ directTable: true })
  await deployed({ id: 'a', pipeline: 'shop-web', minute: 0, end: 'live' })
  await deployed({ id: 'b', pipeline: 'shop-web', minute: 60, end: 'failed' })
  await deployed({ id: 'c', pipeline: 'shop-web', minute: 180, end: 'live' })
  await deployed({ id: 'd', pipeline: 'shop-api', minute: 10, end: 'live' })
  await deployed({ id: 'e', pipeline: 'shop-api', minute: 3 * 1_440, end: 'live' })
  await deployed({ id: 'f', pipeline: 'shop-jobs', minute: 5 * 1_440, end: 'live', automatic: RULE })
})
afterAll(() => aws.close())

const RULE = { after: 10 * MINUTE, alarms: [] }

interface Deployed {
  id: string
  pipeline: string
  minute: number
  end: 'live' | 'failed'
  /** The rule that approved it. */
  automatic?: AutomaticRule
}

/** Requested a day after its commit, approved ten minutes later, and ended after five more: as the bot stores it. */
const deployed = async ({ id, pipeline, minute, end, automatic }: Deployed) => {
  const now = START + minute * MINUTE
  const revision = { ...ROUNDING, committedAt: now - DAY }
  const where = { ...WHERE, pipeline }
  const change = { ...CHANGE, revisions: [revision] }
  const asked = requested(newApproval({ id: id.repeat(32), executionId: id, where, change, now, expiresAt: now + DAY }))
  const decided = withEntry(asked, now + 10 * MINUTE, {
    ...{ what: 'decided', verdict: 'Approved', by: [], rules: [] },
    ...(automatic && { automatic }),
  })
  const approved = settled(decided, { how: 'slack', verdict: 'Approved' }, now + 10 * MINUTE)
  const release = { name: end, at: now + 15 * MINUTE, summary: null }
  const { journal } = withEntry(approved, now + 15 * MINUTE, { what: 'released', release })
  const table = openTable(aws.client, 'greenlight', { clock: systemClock })
  await table.entries.file(toFile(journal).map((one) => ({ ...one, where })))
}

const report = (...more: string[]) =>
  runGreenlight(['report', '--table', 'greenlight', '--from', '2026-11-23', '--to', '2026-11-24', ...more], {
    environment: {
      AWS_ENDPOINT_URL: aws.client.endpoint,
      AWS_REGION: aws.client.region,
      AWS_ACCESS_KEY_ID: 'auditor',
      AWS_SECRET_ACCESS_KEY: 'any',
    },
    now: () => START + 10 * DAY,
  })

const LEAD = 24 * 3_600 + 900

test('a table has a line for each pipeline, and one for all of them', async () => {
  const { exitCode, out } = await report()
  expect([exitCode, out.trimEnd().split('\n')]).toEqual([
    0,
    [
      'pipeline  deployments  lead time  waited for approval  failed    time to restore',
      'shop-api  1            1 day      10 min               0 (0 %)   –',
      'shop-web  2            1 day      10 min               1 (33 %)  2 hr',
      'together  3            1 day      10 min               1 (25 %)  2 hr',
    ],
  ])
})

test('JSON has the same in seconds', async () => {
  const { out } = await report('--format', 'json')
  expect(JSON.parse(out)).toMatchObject({
    from: '2026-11-23T00:00:00.000Z',
    to: '2026-11-24T00:00:00.000Z',
    pipelines: [
      { account: WHERE.accountId, region: WHERE.region, pipeline: 'shop-api', deployments: 1, restore: null },
      {
        pipeline: 'shop-web',
        deployments: 2,
        failed: 1,
        failureRate: 1 / 3,
        leadTime: { median: LEAD, longest: LEAD, count: 2 },
        waiting: { median: 600, count: 3 },
        restore: { median: 7_200, count: 1 },
      },
    ],
    together: { deployments: 3, failureRate: 0.25 },
  })
})

test('CSV has a line for each, and --pipeline leaves one', async () => {
  const { out } = await report('--format', 'csv', '--pipeline', 'shop-web')
  expect(out.trim().split('\n')).toEqual([
    'account,region,pipeline,deployments,failed,failureRate,leadTimeSeconds,waitingSeconds,restoreSeconds',
    `${WHERE.accountId},${WHERE.region},shop-web,2,1,${1 / 3},${LEAD},600,7200`,
  ])
})

test('globs choose the pipelines, as in a digest, and what is counted together', async () => {
  const lines = async (...more: string[]) => {
    const { out } = await report(...more)
    return out
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))
  }
  expect(await lines('--pipeline', 'shop-*')).toEqual(['shop-api 1', 'shop-web 2', 'together 3'])
  expect(await lines('--pipeline', '*-api', 'shop-jobs')).toEqual(['shop-api 1'])
  expect(await lines('--account', WHERE.accountId, '--pipelines-region', 'eu-*', '--pipeline', '*-web')).toEqual([
    'shop-web 2',
  ])
  expect(await lines('--account', '9*')).toEqual([])
  expect(await lines('--pipelines-region', 'us-*')).toEqual([])
  const excluding = await report('--pipeline', '!shop-*')
  expect([excluding.exitCode, excluding.err]).toEqual([
    2,
    expect.stringContaining('--pipeline !shop-*: expected a glob that does not start with !'),
  ])
})

test('a deployment that a rule approved is a release, and people were not waited for', async () => {
  const { out } = await report('--from', '2026-11-28', '--to', '2026-11-29')
  expect(out).toMatch(/^shop-jobs +1 +1 day +– +0 \(0 %\) +–$/m)
})

test('a time without deployments says so, and one that ends before it begins is refused', async () => {
  const none = await report('--from', '2026-12-01', '--to', '2026-12-02')
  expect(none.out.trim()).toBe('No deployment and no answered approval in that time.')
  const { exitCode, err } = await report('--from', '2026-11-25')
  expect([exitCode, err]).toEqual([2, expect.stringContaining('--from must be before --to')])
})
