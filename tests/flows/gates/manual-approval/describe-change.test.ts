import type { ActionRun, ExecutionSummary } from '../../../../functions/ports/pipelines.ts'
import type { Services } from '../../../../functions/ports/services.ts'
import { describeChange } from '../../../../functions/flows/gates/manual-approval/describe-change.ts'
import { KEY, MINUTE, START } from '../../../support/records.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'

interface Release {
  id: string
  /** The commit, and its author; null if its source has failed. */
  commit?: [id: string, author: string, trailers?: string]
  /** Its source has succeeded, and CodePipeline does not list its revisions. */
  isUntold?: boolean
  passed?: boolean
}

/** CodePipeline's lists for these executions, oldest first, one a minute. */
const pipelinesWith = (releases: readonly Release[]): Services['pipelines'] => {
  const summaries = releases
    .map(({ id, commit, isUntold }, index): ExecutionSummary => {
      const at = START + index * MINUTE
      return {
        executionId: id,
        status: 'InProgress',
        revisions: isUntold
          ? null
          : commit
            ? [{ actionName: 'Checkout', artifactName: null, revisionId: commit[0], summary: null, url: null }]
            : [],
        trigger: null,
        startedAt: at,
        updatedAt: at,
        stopReason: null,
      }
    })
    .toReversed()
  const passed = new Set(releases.filter(({ passed }) => passed).map(({ id }) => id))
  const run = ({ id, commit, isUntold }: Release): ActionRun => ({
    executionId: id,
    actionExecutionId: `${id}/1`,
    stage: 'Source',
    action: 'Checkout',
    category: 'Source',
    owner: 'AWS',
    provider: 'CodeStarSourceConnection',
    status: commit || isUntold ? 'Succeeded' : 'Failed',
    statusText: commit || isUntold ? 'Succeeded' : 'Failed',
    startedAt: START,
    updatedAt: START,
    externalId: null,
    externalUrl: null,
    summary: null,
    updatedBy: null,
    outputVariables: commit
      ? {
          CommitId: commit[0],
          CommitMessage: `Change ${commit[0]}${commit[2] ?? ''}`,
          AuthorDisplayName: commit[1],
          AuthorEmail: `${commit[1].toLowerCase()}@example.com`,
        }
      : {},
  })
  return {
    stages: async () => [],
    actionRuns: async ({ executionId }) => releases.filter(({ id }) => id === executionId).map(run),
    findRun: async () => null,
    execution: async ({ executionId }) => summaries.find((one) => one.executionId === executionId) ?? null,
    executions: async (_, { succeededInStage } = {}) =>
      summaries.filter(({ executionId }) => !succeededInStage || passed.has(executionId)).slice(0, 100),
    putApprovalResult: async () => ({ kind: 'gone' }),
  }
}

/** What the last of these executions would bring to Production. */
const changeOf = async (...releases: Release[]) => {
  const services = { ...botInMemory().services, pipelines: pipelinesWith(releases) }
  const change = await describeChange(services, { ...KEY, executionId: releases.at(-1)!.id }, 'Production')
  return { ...change, names: change.authors.map(({ name }) => name) }
}

test('a change is its own commit and all since the last deployment, with every author', async () => {
  const { since, names } = await changeOf(
    { id: 'e1', commit: ['a', 'Ana'], passed: true },
    { id: 'e2', commit: ['b', 'Ben'] },
    { id: 'e3', commit: ['c', 'Chen', '\n\nCo-authored-by: Dana <dana@example.com>'] },
  )
  expect(names).toEqual(['Chen', 'Dana', 'Ben'])
  expect(since).toMatchObject({ released: { id: 'a' }, included: [{ id: 'c' }, { id: 'b' }], more: false })
})

test('the first deployment has every author of the history', async () => {
  const { since, names } = await changeOf({ id: 'e1', commit: ['a', 'Ana'] }, { id: 'e2', commit: ['b', 'Ben'] })
  expect([since, names]).toEqual([null, ['Ben', 'Ana']])
})

test('after a rollback, the authors of the changes that were rolled back count too', async () => {
  const { names } = await changeOf(
    { id: 'e1', commit: ['a', 'Ana'], passed: true },
    { id: 'e2', commit: ['b', 'Ben'], passed: true },
    { id: 'e3', commit: ['a', 'Ana'], passed: true },
    { id: 'e4', commit: ['c', 'Chen'] },
  )
  expect(names).toEqual(['Chen', 'Ben'])
})

describe('an author is unknown', () => {
  test.each<[string, Release[]]>([
    [
      'if more executions are in between than Greenlight reads',
      Array.from({ length: 30 }, (_, at) => ({ id: `m${at}`, commit: [`m${at}`, 'Ben'] as [string, string] })),
    ],
  ])('%s', async (_, between) => {
    const { names } = await changeOf({ id: 'e1', commit: ['a', 'Ana'], passed: true }, ...between, {
      id: 'e9',
      commit: ['z', 'Chen'],
    })
    expect(names).toContain(null)
    expect(names).toContain('Chen')
  })
})

test('an execution in between whose source has failed adds no change, and no unknown author', async () => {
  const live: Release = { id: 'e1', commit: ['a', 'Ana'], passed: true }
  const { names } = await changeOf(live, { id: 'e2' }, { id: 'e9', commit: ['z', 'Chen'] })
  expect(names).toEqual(['Chen'])
})

test('an execution in between whose revisions CodePipeline does not list adds an unknown author', async () => {
  const live: Release = { id: 'e1', commit: ['a', 'Ana'], passed: true }
  const { names } = await changeOf(live, { id: 'e2', isUntold: true }, { id: 'e9', commit: ['z', 'Chen'] })
  expect(names).toEqual(['Chen', null])
})

test('five changes are listed; if there are more, that is said', async () => {
  const releases = Array.from({ length: 9 }, (_, at): Release => ({
    id: `e${at}`,
    commit: [`c${at}`, 'Ben'],
    passed: at === 0,
  }))
  const { since } = await changeOf(...releases)
  expect(since?.included.map(({ id }) => id)).toEqual(['c8', 'c7', 'c6', 'c5', 'c4'])
  expect(since?.more).toBe(true)
})
