import type { StateChange } from '../../functions/domain/execution.ts'
import { lastFailure } from '../../functions/domain/execution.ts'
import { causeOf, explained, isUnexplained, lacksCause, unexplained } from '../../functions/domain/explanation.ts'
import { UNKNOWN_CAUSE } from '../../functions/domain/failure-cause.ts'
import { SECOND, START, actionChange, execution } from '../support/records.ts'

const T = (seconds: number) => START + seconds * SECOND
const CAUSE = { ...UNKNOWN_CAUSE, what: 'BUILD: exit status 1' }

/** A run of an action that failed, by its action execution ID. */
const failed = (
  id: string,
  at: number,
  more: { stage?: string; action?: string; provider?: string } = {},
): StateChange => {
  const { stage = 'Build', action = 'Compile', provider = 'CodeBuild' } = more
  return actionChange(stage, action, 'failed', T(at), { actionExecutionId: id, provider })
}

test.each<[string, boolean]>([
  ['CloudFormation', true],
  ['CodeBuild', true],
  ['CodeDeploy', true],
  ['CodeDeployToECS', true],
  ['Commands', true],
  ['EC2', true],
  ['ECRBuildAndPublish', true],
  ['ECS', true],
  ['EKS', true],
  ['InspectorScan', true],
  ['Lambda', true],
  ['Manual', false],
  ['S3', false],
])('the service of a failed action of %s is asked for the cause: %s', (provider, isAsked) => {
  expect(unexplained(execution([failed('a', 1, { provider })]))).toEqual(isAsked ? ['a'] : [])
})

test('the cause is asked of each action whose newest run failed, once', () => {
  const ok = actionChange('Build', 'Lint', 'succeeded', T(2), { actionExecutionId: 'ok' })
  const of = execution([failed('a', 1), ok, failed('b', 3), failed('c', 2, { stage: 'Production', action: 'Deploy' })])
  expect(unexplained(of)).toEqual(['b', 'c'])
  expect(['a', 'ok', 'b', 'x'].map((id) => lacksCause(of, id))).toEqual([true, false, true, false])
  const both = explained(explained(of, 'c', UNKNOWN_CAUSE, T(9)), 'b', CAUSE, T(9))
  expect(Object.fromEntries(both.causes)).toEqual({ b: CAUSE, c: UNKNOWN_CAUSE })
  const known = explained(of, 'b', CAUSE, T(9))
  expect(unexplained(known)).toEqual(['c'])
  expect(lacksCause(known, 'b')).toBe(false)
  const failure = lastFailure(of)!
  expect([causeOf(of, failure), isUnexplained(of, failure)]).toEqual([null, true])
  expect([causeOf(known, failure), isUnexplained(known, failure)]).toEqual([CAUSE, false])
})

test('a cause is shown, and is kept until its action has run again', () => {
  const of = execution([failed('a', 1)])
  const known = explained(of, 'a', CAUSE, T(9))
  expect(known.causes).toEqual(new Map([['a', CAUSE]]))
  expect(known.showing.truth).toBe(of.showing.truth + 1)
  expect(explained(known, 'a', UNKNOWN_CAUSE, T(10))).toBe(known)
  const again = execution([failed('a', 1), failed('b', 3)])
  expect(explained({ ...again, causes: known.causes }, 'b', CAUSE, T(9)).causes).toEqual(new Map([['b', CAUSE]]))
  expect(explained(again, 'a', CAUSE, T(9)).causes).toEqual(new Map([['a', UNKNOWN_CAUSE]]))
})
