import type { TestReport } from '../../functions/domain/test-evidence.ts'
import { testEvidence } from '../../functions/domain/test-evidence.ts'

const report = (name: string, more: Partial<TestReport> = {}): TestReport => ({
  arn: `arn:aws:codebuild:eu-west-1:111122223333:report/${name}:1`,
  name,
  url: `https://console.example/${name}`,
  passed: 10,
  failed: 0,
  skipped: 0,
  unknown: 0,
  durationMs: 1_000,
  isUnfinished: false,
  ...more,
})

test('without a report there is none', () => {
  expect(testEvidence([])).toEqual({ kind: 'none' })
})

test('the results of all reports are added up', () => {
  const unit = report('unit', { passed: 3, failed: 1, skipped: 2, unknown: 4, durationMs: 2_500 })
  expect(testEvidence([unit, report('slow', { isUnfinished: true })])).toMatchObject({
    kind: 'reported',
    passed: 13,
    failed: 1,
    skipped: 2,
    unknown: 4,
    durationMs: 3_500,
    count: 2,
    unfinished: 1,
  })
})

test('of many reports the first three are kept, those with failures before the others', () => {
  const all = ['a', 'b', 'c', 'd'].map((name) => report(name, { failed: name === 'd' ? 1 : 0 }))
  const evidence = testEvidence(all)
  expect(evidence).toMatchObject({ count: 4, reports: [{ name: 'd' }, { name: 'a' }, { name: 'b' }] })
  const failed = report('e', { failed: 1 })
  expect(testEvidence([...all, failed])).toMatchObject({ reports: [{ name: 'd' }, { name: 'e' }, { name: 'a' }] })
  expect(testEvidence(all.toReversed())).toMatchObject({ reports: [{ name: 'd' }, { name: 'c' }, { name: 'b' }] })
})
