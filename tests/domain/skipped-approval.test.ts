import type { Execution } from '../../functions/domain/execution.ts'
import { applyEvent, newExecution } from '../../functions/domain/execution.ts'
import {
  hasUnfiledSkips,
  isSkippedApprovalId,
  skippedApprovalId,
  unfiledSkips,
  withFiledSkips,
  withSkips,
} from '../../functions/domain/skipped-approval.ts'
import { DAY, KEY, MINUTE, START } from '../support/records.ts'

const { executionId, ...PIPELINE } = KEY
const WHERE = { ...PIPELINE, stage: 'Production', action: 'Approve' }

/** The execution after a condition has skipped the stage with these approvals. */
const skip = (execution: Execution, stage: string, skippedApprovals: string[]) =>
  applyEvent(execution, { level: 'stage', stage, progress: 'skipped', at: START, skippedApprovals }, START)
const running = newExecution(KEY, START)

describe('the chain of a skipped approval', () => {
  test('has the same id whenever that approval of that execution is recorded', () => {
    const id = skippedApprovalId(WHERE, executionId)
    expect(id).toMatch(/^skipped-[0-9a-f]{32}$/)
    expect(skippedApprovalId({ ...WHERE }, executionId)).toBe(id)
  })

  test('is that of no other account, Region, pipeline, stage, action or execution', () => {
    const others = (Object.keys(WHERE) as (keyof typeof WHERE)[]).map((key) =>
      skippedApprovalId({ ...WHERE, [key]: 'another' }, executionId),
    )
    const all = [skippedApprovalId(WHERE, executionId), skippedApprovalId(WHERE, 'another'), ...others]
    expect(new Set(all).size).toBe(7)
  })

  test.each([
    ['skipped-' + 'a'.repeat(32), true],
    ['skipped-' + 'a'.repeat(33), false],
    ['x-skipped-' + 'a'.repeat(32), false],
    ['a'.repeat(32), false],
    ['freeze-' + 'a'.repeat(12), false],
  ])('is known by its id: %s', (id, isSkipped) => {
    expect(isSkippedApprovalId(id)).toBe(isSkipped)
  })
})

test('each approval of each skipped stage has an entry, kept as long as the configuration says', () => {
  const both = withSkips(skip(running, 'Production', ['Approve', 'Security']), START + MINUTE, 400 * DAY)
  const more = withSkips(skip(both, 'Archive', ['Approve']), START + 2 * MINUTE, 400 * DAY)
  expect(unfiledSkips(more)).toMatchObject(
    [
      { stage: 'Production', action: 'Approve', at: START + MINUTE },
      { stage: 'Production', action: 'Security', at: START + MINUTE },
      { stage: 'Archive', action: 'Approve', at: START + 2 * MINUTE },
    ].map(({ at, ...action }) => ({ entry: { at }, where: { ...WHERE, ...action }, keptUntil: at + 400 * DAY })),
  )
})

test('an entry stays as it was written, and is filed once', () => {
  const first = withSkips(skip(running, 'Production', ['Approve', 'Security']), START, DAY)
  expect(withSkips(first, START + MINUTE, DAY)).toBe(first)
  const filed = withFiledSkips(first, [skippedApprovalId(WHERE, executionId)])
  expect(unfiledSkips(filed).map(({ where }) => where.action)).toEqual(['Security'])
  expect(withSkips(filed, START + MINUTE, DAY)).toBe(filed)
})

test('a stage that runs after all has no entry', () => {
  const at = START + MINUTE
  const resumed = applyEvent(
    skip(running, 'Production', ['Approve']),
    { level: 'stage', stage: 'Production', progress: 'running', at },
    at,
  )
  expect(withSkips(resumed, at, DAY)).toBe(resumed)
})

test('an entry says who overrode the condition, if a person did', () => {
  const overridden = { level: 'stage', stage: 'Production', progress: 'skipped', at: START } as const
  const by = { ...overridden, skippedApprovals: ['Approve'], overriddenBy: 'arn:aws:iam::1:user/dana' }
  const [skipped] = unfiledSkips(withSkips(applyEvent(running, by, START), START, DAY))
  expect(skipped!.entry.happened).toMatchObject({ overriddenBy: by.overriddenBy })
  const [plain] = unfiledSkips(withSkips(skip(running, 'Production', ['Approve']), START, DAY))
  expect(plain!.entry.happened).not.toHaveProperty('overriddenBy')
})

test('a single entry that is not in the table yet is to be filed', () => {
  const one = withSkips(skip(running, 'Production', ['Approve']), START, DAY)
  expect(hasUnfiledSkips(one)).toBe(true)
  expect(hasUnfiledSkips(withFiledSkips(one, Object.keys(one.skips!)))).toBe(false)
  expect(hasUnfiledSkips(running)).toBe(false)
})
