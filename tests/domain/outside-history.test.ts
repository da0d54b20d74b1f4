import type { Progress } from '../../functions/domain/execution.ts'
import { applyOutside, newOutside } from '../../functions/domain/outside-execution.ts'
import type { OutsideHistory } from '../../functions/domain/outside-history.ts'
import { newHistory, projectOf, withEnd } from '../../functions/domain/outside-history.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import { KEY, START } from '../support/records.ts'

const WORK = { service: 'CodeDeploy', group: 'web', version: null } as const
const EMPTY = newHistory({ accountId: KEY.accountId, region: KEY.region, pipeline: KEY.pipeline, group: 'web' })

/** An end of one execution: its ID, how, and when. */
type End = [id: string, progress: Progress, at: number, starter?: Starter['kind']]

const after = (from: OutsideHistory, ...ends: End[]): OutsideHistory =>
  ends.reduce((history, [id, progress, at, kind = 'person']) => {
    const begun = newOutside({ ...KEY, executionId: id }, WORK, START)
    const execution = { ...begun, starter: { kind, name: null, arn: null } }
    return withEnd(history, applyOutside(execution, { progress, at: START + at }, START))
  }, from)

test('a history is that of a project, or of an application with a group', () => {
  expect(projectOf(newOutside(KEY, WORK, START))).toEqual({
    ...{ accountId: KEY.accountId, region: KEY.region, pipeline: KEY.pipeline },
    group: 'web',
  })
  expect(projectOf(newOutside(KEY, { ...WORK, service: 'CodeBuild', group: null }, START)).group).toBeNull()
  expect(EMPTY).toMatchObject({ succeededAt: 0, failingSince: null, recovered: null })
})

test.each<[string, End[], Partial<OutsideHistory>]>([
  ['that succeeds is known', [['a', 'succeeded', 1]], { succeededAt: START + 1 }],
  ['that fails begins a time of failures', [['a', 'failed', 1]], { failingSince: START + 1 }],
  [
    'that fails again leaves its beginning',
    [
      ['a', 'failed', 1],
      ['b', 'failed', 2],
    ],
    { failingSince: START + 1 },
  ],
  [
    'that failed before and is told late is the beginning',
    [
      ['b', 'failed', 2],
      ['a', 'failed', 1],
    ],
    { failingSince: START + 1 },
  ],
  [
    'that succeeds ends a time of failures',
    [
      ['a', 'failed', 1],
      ['b', 'succeeded', 2],
    ],
    { succeededAt: START + 2, recovered: { id: 'b', since: START + 1 } },
  ],
  [
    'that succeeds later leaves what recovered',
    [
      ['a', 'failed', 1],
      ['b', 'succeeded', 2],
      ['c', 'succeeded', 3],
    ],
    { succeededAt: START + 3, recovered: { id: 'b', since: START + 1 } },
  ],
  [
    'that succeeded before the failure ends nothing',
    [
      ['b', 'failed', 2],
      ['a', 'succeeded', 1],
    ],
    { succeededAt: START + 1, failingSince: START + 2 },
  ],
  [
    'that succeeds at the moment of the failure ends nothing',
    [
      ['a', 'failed', 2],
      ['b', 'succeeded', 2],
    ],
    { succeededAt: START + 2, failingSince: START + 2 },
  ],
])('one %s', (_, ends, more) => {
  expect(after(EMPTY, ...ends)).toEqual({ ...EMPTY, ...more })
})

test.each<[string, End[]]>([
  ['failed before the last success', [['x', 'failed', 4]]],
  ['failed at that moment', [['x', 'failed', 5]]],
  ['succeeded before', [['x', 'succeeded', 4]]],
  ['succeeded at that moment', [['x', 'succeeded', 5]]],
  ['was stopped', [['x', 'stopped', 6]]],
  ['rolled back', [['x', 'succeeded', 6, 'rollback']]],
  ['rolled back by itself, and failed', [['x', 'failed', 6, 'automatic-rollback']]],
])('one that %s changes nothing', (_, ends) => {
  const known = after(EMPTY, ['a', 'succeeded', 5])
  expect(after(known, ...ends)).toBe(known)
})

test('a failure that is told twice changes nothing', () => {
  const known = after(EMPTY, ['a', 'failed', 1])
  expect(after(known, ['a', 'failed', 1])).toBe(known)
})
