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
const last = (runs: PastRun[], rollbacks: string[] = []) =>
  lastDeployment(['Production', 'Asia'], runs, (id) => rollbacks.includes(id))

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
  const found = last(runs, ['r1'])
  expect(found && `${found.how} ${found.executionId} in ${found.stage} at ${found.at}`).toBe(expected)
})
