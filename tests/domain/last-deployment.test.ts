import { lastDeployment } from '../../functions/domain/last-deployment.ts'
import type { PastRun } from '../../functions/domain/past.ts'

const run = (executionId: string, status: string, startedAt: number, more: Partial<PastRun> = {}): PastRun => ({
  executionId,
  stage: 'Production',
  action: 'Deploy',
  category: 'Deploy',
  status,
  startedAt,
  updatedAt: startedAt + 1,
  version: 1,
  ...more,
})
const DEPLOY = new Set(['Deploy'])
const WORK = new Set(['Build', 'Test', 'Deploy'])
const last = (runs: PastRun[], by: ReadonlySet<string> = DEPLOY) =>
  lastDeployment(
    ['Production', 'Asia'].map((stage) => ({ stage, by })),
    runs,
    (id) => id === 'r1',
  )
const told = (found: ReturnType<typeof last>) =>
  found &&
  [
    `${found.how} ${found.executionId} in ${found.stage} at ${found.at}`,
    ...(found.failedBehind ? [`with ${found.failedBehind}`] : []),
  ].join(', ')

test.each<[string, PastRun[], string | null]>([
  ['that is live', [run('e2', 'Succeeded', 20), run('e1', 'Failed', 10)], null],
  ['that failed', [run('e2', 'Failed', 20), run('e1', 'Succeeded', 10)], 'failed e2 in Production at 21'],
  [
    'that failed, listed in another order',
    [run('e1', 'Succeeded', 10), run('e2', 'Failed', 20)],
    'failed e2 in Production at 21',
  ],
  [
    'that began with another, listed first',
    [run('e2', 'Failed', 10), run('e1', 'Succeeded', 10)],
    'failed e2 in Production at 11',
  ],
  ['that was stopped', [run('e2', 'Abandoned', 20)], 'stopped e2 in Production at 21'],
  ['that runs', [run('e2', 'InProgress', 20), run('e1', 'Failed', 10)], null],
  ['of a status that is new to the bot', [run('e2', 'Unknown', 20)], null],
  ['in another stage that it goes to', [run('e2', 'Failed', 20, { stage: 'Asia' })], 'failed e2 in Asia at 21'],
  ['in a stage before', [run('e2', 'Failed', 20, { stage: 'Staging' }), run('e1', 'Succeeded', 10)], null],
  ['of another kind', [run('e2', 'Failed', 20, { category: 'Test' })], null],
  ['that is not known', [], null],
  ['that was a rollback', [run('r1', 'Succeeded', 20), run('e1', 'Failed', 10)], 'rolled-back r1 in Production at 21'],
  ['that was a rollback and failed', [run('r1', 'Failed', 20)], 'failed r1 in Production at 21'],
])('the last deployment, %s', (_, runs, expected) => {
  expect(told(last(runs))).toBe(expected)
})

const beside = (executionId: string, status: string, startedAt: number, more: Partial<PastRun> = {}) =>
  run(executionId, status, startedAt, { action: 'Beside', ...more })

test.each<[string, PastRun[], string | null]>([
  [
    'failed if one of its actions did, and another began later and succeeded',
    [beside('e2', 'Succeeded', 11), run('e2', 'Failed', 10)],
    'failed e2 in Production at 11',
  ],
  [
    'failed although another of its actions runs',
    [beside('e2', 'InProgress', 11), run('e2', 'Failed', 10)],
    'failed e2 in Production at 11',
  ],
  [
    'failed if another of its actions was stopped then',
    [beside('e2', 'Abandoned', 11), run('e2', 'Failed', 10)],
    'failed e2 in Production at 11',
  ],
  [
    'is live if its retry succeeded',
    [run('e2', 'Succeeded', 20), run('e2', 'Failed', 10), beside('e2', 'Succeeded', 10)],
    null,
  ],
  [
    'failed where the last of its failures ended',
    [run('e2', 'Failed', 10), beside('e2', 'Failed', 12, { stage: 'Asia' })],
    'failed e2 in Asia at 13',
  ],
  [
    'failed where the last of its failures ended, listed first',
    [beside('e2', 'Failed', 12, { stage: 'Asia' }), run('e2', 'Failed', 10)],
    'failed e2 in Asia at 13',
  ],
  [
    'failed where the first in the list did, of two that ended together',
    [run('e2', 'Failed', 10), beside('e2', 'Failed', 10, { stage: 'Asia' })],
    'failed e2 in Production at 11',
  ],
  [
    'failed in one stage, although the action of the same name succeeded in another',
    [run('e2', 'Succeeded', 20, { stage: 'Asia' }), run('e2', 'Failed', 10)],
    'failed e2 in Production at 11',
  ],
  ['rolls back until all of its actions did', [beside('r1', 'Succeeded', 11), run('r1', 'InProgress', 10)], null],
])('a deployment of several actions %s', (_, runs, expected) => {
  expect(told(last(runs))).toBe(expected)
})

test.each<[string, PastRun[], string | null]>([
  ['failed with its build', [run('e2', 'Failed', 20, { category: 'Build' })], 'failed e2 in Production at 21'],
  ['did not fail with its approval', [run('e2', 'Failed', 20, { category: 'Approval' })], null],
])('a deployment by any work %s', (_, runs, expected) => {
  expect(told(last(runs, new Set([...WORK, 'Approval'])))).toBe(expected)
})

const smoke = (executionId: string, status: string, startedAt: number) =>
  run(executionId, status, startedAt, { action: 'Smoke', category: 'Test' })

test.each<[string, PastRun[], string | null]>([
  [
    'failed behind it',
    [smoke('e2', 'Failed', 22), run('e2', 'Succeeded', 20), run('e1', 'Succeeded', 10)],
    'failed e2 in Production at 21, with Smoke',
  ],
  [
    'was stopped behind it',
    [smoke('e2', 'Abandoned', 22), run('e2', 'Succeeded', 20)],
    'stopped e2 in Production at 21, with Smoke',
  ],
  [
    'has been passed after a retry',
    [smoke('e2', 'Succeeded', 30), smoke('e2', 'Failed', 22), run('e2', 'Succeeded', 20)],
    null,
  ],
  ['still runs', [smoke('e2', 'InProgress', 22), run('e2', 'Succeeded', 20)], null],
  [
    'has been passed, before a later stage failed',
    [{ ...smoke('e2', 'Failed', 22), stage: 'Verify' }, run('e2', 'Succeeded', 20)],
    null,
  ],
  ['failed before it', [smoke('e3', 'Failed', 30), run('e2', 'Succeeded', 20)], null],
  [
    'failed behind a rollback',
    [smoke('r1', 'Failed', 22), run('r1', 'Succeeded', 20)],
    'failed r1 in Production at 21, with Smoke',
  ],
])('a deployment whose stage %s', (_, runs, expected) => {
  expect(told(last(runs))).toBe(expected)
})

const approval = (executionId: string, status: string, startedAt: number, stage = 'Production') =>
  run(executionId, status, startedAt, { action: 'Approve', category: 'Approval', stage })

test.each<[string, PastRun[], string | null]>([
  [
    'waits leaves the deployment before',
    [approval('e3', 'InProgress', 21), beside('e3', 'Succeeded', 20), run('e2', 'Failed', 10)],
    'failed e2 in Production at 11',
  ],
  [
    'was rejected leaves the deployment before',
    [approval('e3', 'Failed', 21), beside('e3', 'Succeeded', 20), run('e2', 'Failed', 10)],
    'failed e2 in Production at 11',
  ],
  [
    'waits again is the last one if it failed',
    [approval('e2', 'InProgress', 30), run('e2', 'Failed', 20), run('e1', 'Succeeded', 10)],
    'failed e2 in Production at 21',
  ],
  [
    'was given is live, whatever failed before',
    [run('e3', 'Succeeded', 30), approval('e3', 'Succeeded', 25), run('e2', 'Failed', 10)],
    null,
  ],
  [
    'waits leaves the deployment before, which is live',
    [approval('e3', 'InProgress', 31), run('e2', 'Succeeded', 20), run('e1', 'Failed', 10)],
    null,
  ],
  [
    'waits in one stage is live in the other',
    [approval('e2', 'InProgress', 31, 'Asia'), run('e2', 'Succeeded', 20), run('e1', 'Failed', 10)],
    null,
  ],
  [
    'was rejected in one stage is live in the other',
    [approval('e2', 'Failed', 31, 'Asia'), run('e2', 'Succeeded', 20), run('e1', 'Failed', 10)],
    null,
  ],
  [
    'was given, after it had waited, is live',
    [run('e3', 'Succeeded', 30), approval('e3', 'Succeeded', 25), approval('e3', 'Failed', 20)],
    null,
  ],
])('an execution whose approval %s', (_, runs, expected) => {
  expect(told(last(runs))).toBe(expected)
})
