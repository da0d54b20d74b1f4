import type { LiveNow } from '../../functions/domain/revision.ts'
import type { TestEvidence } from '../../functions/domain/test-evidence.ts'
import { CHANGE, DAY, MINUTE, RELEASED, ROUNDING, START, approval, revision } from '../support/records.ts'
import { CHANGES, lines, spoken } from './rendered-approval.ts'

type Reported = Extract<TestEvidence, { kind: 'reported' }>

const reported = (more: Partial<Reported> = {}): Reported => ({
  kind: 'reported',
  passed: 412,
  failed: 0,
  skipped: 0,
  unknown: 0,
  durationMs: 192_000,
  reports: [{ arn: 'arn:1', name: 'shop-unit', url: 'https://console.example/1' }],
  count: 1,
  unfinished: 0,
  ...more,
})
const two = [
  { arn: 'arn:1', name: 'shop-unit', url: 'https://console.example/1' },
  { arn: 'arn:2', name: 'shop-browser', url: 'https://console.example/2' },
]

/** The line after the changes. */
const lineFor = (tests: TestEvidence): string => {
  const all = lines(approval({ tests })).map((line) => line.replaceAll('\u00a0', ' '))
  return all[all.indexOf(CHANGES.at(-1)!) + 1]!
}

describe('the test results', () => {
  test.each<[TestEvidence, string]>([
    [reported(), 'Tests: 412 passed, 0 failed · 3 min, 12 sec · <Report>'],
    [
      reported({ failed: 2, skipped: 3, unknown: 1 }),
      '⚠ Tests: 412 passed, 2 failed, 3 skipped, 1 without a result · 3 min, 12 sec · <Report>',
    ],
    [
      reported({ reports: two, count: 4, durationMs: 400, unfinished: 1 }),
      'Tests: 412 passed, 0 failed, 1 report is not finished · <Report of shop-unit> · <Report of shop-browser> · 2 more reports',
    ],
    [{ kind: 'none' }, 'No test reports'],
    [
      { kind: 'unread', because: 'denied', lacks: 'codebuild:BatchGetReports' },
      'Test reports cannot be read: the role lacks codebuild:BatchGetReports',
    ],
    [{ kind: 'unread', because: 'no-answer' }, 'Test reports cannot be read: CodeBuild did not answer'],
    [{ kind: 'unread', because: 'no-build' }, 'Test reports cannot be read: CodeBuild does not have the build'],
    [
      { kind: 'unread', because: 'not-joined', region: 'us-east-1' },
      'Test reports cannot be read: Greenlight does not serve us-east-1',
    ],
  ])('%j', (tests, line) => {
    expect(lineFor(tests)).toBe(line)
  })

  test('are told by the text as well, without links', () => {
    expect(spoken(approval({ tests: reported({ failed: 1 }) }))).toContain('(Ben). Tests: 412 passed, 1 failed. 0 of 2')
  })

  test('are not shown for an approval of an earlier version, or once it is decided', () => {
    expect(lines(approval()).join('\n')).not.toMatch(/test/i)
    const expired = approval({ tests: reported(), state: { name: 'settled', outcome: { how: 'expired' }, at: START } })
    expect(lines(expired).join('\n')).not.toContain('Tests')
  })
})

const live = (more: Partial<LiveNow> = {}): LiveNow => ({
  stage: 'Production',
  executionId: '9a3b0c1d-2222-4333-8444-555566667777',
  since: START - 2 * DAY,
  revisions: [RELEASED],
  approvedBy: { how: 'slack', names: ['Dana Novak', 'Chen Wei'] },
  ...more,
})
const liveLines = (all: LiveNow[]) =>
  lines(approval({ change: { ...CHANGE, live: all } })).filter((line) => line.startsWith('Live'))

describe('what is live now', () => {
  test.each<[string, Partial<LiveNow>, string]>([
    ['with its approvers', {}, 'Live now: <77e0c3d> since Sat, Nov 21 · approved by Dana Novak and Chen Wei'],
    ['without an approval', { approvedBy: null }, 'Live now: <77e0c3d> since Sat, Nov 21 · no approval on record'],
    [
      'approved in the AWS console',
      { approvedBy: { how: 'console', names: [] } },
      'Live now: <77e0c3d> since Sat, Nov 21 · approved in the AWS console',
    ],
    [
      'approved there by a person',
      { approvedBy: { how: 'console', names: ['dana'] } },
      'Live now: <77e0c3d> since Sat, Nov 21 · approved in the AWS console by dana',
    ],
    [
      'without revisions',
      { revisions: [] },
      'Live now: execution 9a3b0c1d since Sat, Nov 21 · approved by Dana Novak and Chen Wei',
    ],
    [
      'with a source that stays as it is',
      { revisions: [ROUNDING, { ...RELEASED, source: 'Config' }] },
      'Live now: <77e0c3d> since Sat, Nov 21 · approved by Dana Novak and Chen Wei',
    ],
  ])('%s', (_, more, line) => {
    expect(liveLines([live(more)])).toEqual([line])
  })

  test('in several stages: one line for each version', () => {
    const old = revision('1234567', 'Older')
    expect(
      liveLines([live({ stage: 'Europe' }), live({ stage: 'Asia', executionId: 'e2', revisions: [old] }), live()]),
    ).toEqual([
      'Live now in Europe and Production: <77e0c3d> since Sat, Nov 21 · approved by Dana Novak and Chen Wei',
      'Live now in Asia: <1234567> since Sat, Nov 21 · approved by Dana Novak and Chen Wei',
    ])
  })

  test('says since what time of day, if it is less than a day', () => {
    expect(liveLines([live({ since: START - MINUTE })])).toEqual([
      'Live now: <77e0c3d> since Mon, Nov 23 at 09:29 UTC · approved by Dana Novak and Chen Wei',
    ])
  })
})

describe('the last deployment, if it is not the one that is live', () => {
  const last = {
    stage: 'Production',
    executionId: '9a3b0c1d-2222',
    how: 'failed',
    at: START - DAY,
    revisions: [ROUNDING],
  } as const
  const lastLines = (of: Partial<NonNullable<typeof CHANGE.last>>) =>
    lines(approval({ change: { ...CHANGE, last: { ...last, revisions: [ROUNDING], ...of } } })).filter((line) =>
      line.includes('last deployment'),
    )

  test.each<[Partial<NonNullable<typeof CHANGE.last>>, string]>([
    [{}, '⚠ The last deployment to Production failed (Sun, Nov 22 at 09:30 UTC): <4f9c2e1>'],
    [
      { how: 'stopped', revisions: [] },
      '⚠ The last deployment to Production was stopped (Sun, Nov 22 at 09:30 UTC): execution 9a3b0c1d',
    ],
    [
      { how: 'rolled-back', revisions: [RELEASED] },
      'The last deployment to Production was a rollback (Sun, Nov 22 at 09:30 UTC): <77e0c3d>',
    ],
  ])('%j', (of, line) => {
    expect(lastLines(of)).toEqual([line])
  })

  test('says what failed behind it, and then calls nothing live that passed the stage before', () => {
    const change = { ...CHANGE, live: [live()], last: { ...last, revisions: [ROUNDING], failedBehind: 'Smoke' } }
    const said = lines(approval({ change }))
    expect(said.filter((line) => /Smoke|77e0c3d/.test(line))).toEqual([
      'Passed Production last: <77e0c3d> · approved by Dana Novak and Chen Wei',
      '⚠ Deployed to Production last (Sun, Nov 22 at 09:30 UTC): <4f9c2e1>. Smoke failed behind it',
    ])
    expect(said.join('\n')).not.toContain('Live now')
  })

  test('is not said where it is live', () => {
    expect(lines(approval()).join('\n')).not.toContain('last deployment')
  })
})
