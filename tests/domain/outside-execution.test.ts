import { latestActions } from '../../functions/domain/execution.ts'
import { applyOutside, learned, newOutside, ofPipeline } from '../../functions/domain/outside-execution.ts'
import { outsidePage } from '../../functions/domain/outside-work.ts'
import { isBehind } from '../../functions/domain/showing.ts'
import { KEY, START, execution } from '../support/records.ts'

const BUILD = { service: 'CodeBuild', group: null, version: null } as const
const DEPLOYMENT = { service: 'CodeDeploy', group: 'web', version: 'v1' } as const
const PUSH = { kind: 'push', name: null, arn: null } as const

test.each([
  [BUILD, 'Build'],
  [DEPLOYMENT, 'Deploy'],
])('%j is kept as an execution of one action, of the kind %s', (work, category) => {
  const begun = newOutside(KEY, work, START)
  expect(begun.outside).toBe(work)
  const run = applyOutside(begun, { progress: 'failed', at: START + 1 }, START + 1)
  expect(run.overall).toMatchObject({ progress: 'failed', at: START + 1 })
  expect([...run.actions]).toMatchObject([
    [
      KEY.executionId,
      {
        stage: '',
        action: KEY.pipeline,
        category,
        provider: work.service,
        progress: 'failed',
        summary: null,
        url: null,
      },
    ],
  ])
  expect(latestActions(run, '')).toHaveLength(1)
  expect(applyOutside(run, { progress: 'failed', at: START + 1 }, START + 2)).toBe(run)
})

test('the execution of a pipeline has no such state, and nothing is learned of it', () => {
  const run = execution()
  expect(applyOutside(run, { progress: 'failed', at: START }, START)).toBe(run)
  expect(learned(run, { starter: PUSH, version: 'v2' }, START)).toBe(run)
})

test('of a deployment that a pipeline created, nothing is shown', () => {
  const kept = ofPipeline(KEY, DEPLOYMENT, START)
  expect(kept).toMatchObject({ confirmed: true, outside: { ...DEPLOYMENT, isOfPipeline: true } })
  expect(isBehind(kept.showing)).toBe(false)
  expect(isBehind(newOutside(KEY, DEPLOYMENT, START).showing)).toBe(true)
})

test('its message shows what is learned of it later', () => {
  const begun = newOutside(KEY, DEPLOYMENT, START)
  const started = learned(begun, { starter: PUSH, version: null }, START)
  expect(started).toMatchObject({ starter: PUSH, outside: DEPLOYMENT })
  expect(started.showing.truth).toBe(begun.showing.truth + 1)
  const known = learned(started, { starter: null, version: 'v2' }, START)
  expect(known).toMatchObject({ starter: PUSH, outside: { ...DEPLOYMENT, version: 'v2' } })
  expect(known.showing.truth).toBe(started.showing.truth + 1)
  expect(learned(known, { starter: PUSH, version: 'v2' }, START)).toBe(known)
  expect(learned(known, { starter: null, version: null }, START)).toBe(known)
})

test.each([
  ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com'],
  ['cn-north-1', 'https://console.amazonaws.cn'],
])('in %s, a build and a deployment have their page in the AWS console', (region, host) => {
  const key = { ...KEY, region, pipeline: 'shop web', executionId: 'shop web:1\ud800' }
  expect(outsidePage(key, BUILD)).toBe(
    `${host}/codesuite/codebuild/111122223333/projects/shop%20web/build/shop%20web%3A1%EF%BF%BD/?region=${region}`,
  )
  expect(outsidePage({ ...key, executionId: 'd-1A2B3C' }, DEPLOYMENT)).toBe(
    `${host}/codesuite/codedeploy/deployments/d-1A2B3C?region=${region}`,
  )
})
