import type { ActionRun } from '../../../../functions/ports/pipelines.ts'
import type { Services } from '../../../../functions/ports/services.ts'
import { describeChange } from '../../../../functions/flows/gates/manual-approval/describe-change.ts'
import { KEY, MINUTE, START, WHERE } from '../../../support/records.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
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
    .map(({ id, commit, isUntold, passed }, index) =>
      executionSummary({
        executionId: id,
        status: passed ? 'Succeeded' : commit || isUntold ? 'InProgress' : 'Failed',
        revisions: isUntold
          ? null
          : commit
            ? [{ actionName: 'Checkout', artifactName: null, revisionId: commit[0], summary: null, url: null }]
            : [],
        startedAt: START + index * MINUTE,
      }),
    )
    .toReversed()
  const runsOf = ({ id, commit, isUntold, passed }: Release, index: number): ActionRun[] => [
    ...(passed ? [actionRun({ executionId: id, status: 'Succeeded', startedAt: START + index * MINUTE + 1 })] : []),
    actionRun({
      executionId: id,
      stage: 'Source',
      action: 'Checkout',
      category: 'Source',
      status: commit || isUntold ? 'Succeeded' : 'Failed',
      startedAt: START + index * MINUTE,
      outputVariables: commit
        ? {
            CommitId: commit[0],
            CommitMessage: `Change ${commit[0]}${commit[2] ?? ''}`,
            AuthorDisplayName: commit[1],
            AuthorEmail: `${commit[1].toLowerCase()}@example.com`,
          }
        : {},
    }),
  ]
  const answers = pipelinesThatAnswer({ executions: summaries, runs: releases.map(runsOf).toReversed().flat() })
  return { ...answers, executions: async () => summaries.slice(0, 100) }
}

/** What the last of these executions would bring to Production. */
const changeOf = async (...releases: Release[]) => {
  const services = { ...botInMemory().services, pipelines: pipelinesWith(releases) }
  const stages = [stageState('Source'), stageState('Production')]
  const { change } = await describeChange(services, WHERE, releases.at(-1)!.id, stages)
  return { ...change, names: change.authors.map(({ name }) => name) }
}

test('a change is its own commit and all since the last deployment, with every author', async () => {
  const { since, names } = await changeOf(
    { id: 'e1', commit: ['a', 'Ana'], passed: true },
    { id: 'e2', commit: ['b', 'Ben'] },
    { id: 'e3', commit: ['c', 'Chen', '\n\nCo-authored-by: Dana <dana@example.com>'] },
  )
  expect(names).toEqual(['Chen', 'Dana', 'Ben'])
  expect(since).toMatchObject({
    changed: [{ from: { id: 'a' }, to: { id: 'c' } }],
    included: [{ id: 'c' }, { id: 'b' }],
    count: 2,
    more: false,
  })
})

test('the first deployment has every author of the history', async () => {
  const { since, names } = await changeOf({ id: 'e1', commit: ['a', 'Ana'] }, { id: 'e2', commit: ['b', 'Ben'] })
  expect([since, names]).toEqual([null, ['Ben', 'Ana']])
})

test('the live commit, deployed again, changes nothing, and its author still counts', async () => {
  const { since, names } = await changeOf(
    { id: 'e1', commit: ['a', 'Ana'], passed: true },
    { id: 'e2', commit: ['a', 'Ana'] },
  )
  expect([since?.count, names]).toEqual([0, ['Ana']])
})

test('an execution without a known revision is compared with nothing, and its author is unknown', async () => {
  const { since, names } = await changeOf({ id: 'e1', commit: ['a', 'Ana'], passed: true }, { id: 'e2' })
  expect([since, names]).toEqual([null, [null]])
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

test('an author of each of many changes is known from CodePipeline’s lists', async () => {
  const between = Array.from({ length: 30 }, (_, at): Release => ({ id: `m${at}`, commit: [`m${at}`, `P${at}`] }))
  const last: Release = { id: 'e9', commit: ['z', 'Chen'] }
  const { names, since } = await changeOf({ id: 'e1', commit: ['a', 'Ana'], passed: true }, ...between, last)
  expect(names).toEqual(['Chen', ...between.map(({ commit }) => commit![1]).toReversed()])
  expect(since).toMatchObject({ count: 31, more: false })
})

test('an author is unknown if more revisions in between are missing from the lists than Greenlight reads', async () => {
  const between = Array.from({ length: 30 }, (_, at): Release => ({ id: `m${at}`, isUntold: true }))
  const last: Release = { id: 'e9', commit: ['z', 'Chen'] }
  const { names, since } = await changeOf({ id: 'e1', commit: ['a', 'Ana'], passed: true }, ...between, last)
  expect(names).toEqual(['Chen', null])
  expect(since).toMatchObject({ count: 1, more: true })
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

test('a commit that several executions brought is told as the first of them told it', async () => {
  const live: Release = { id: 'e1', commit: ['a', 'Ana'], passed: true }
  const { names } = await changeOf(live, { id: 'e2', commit: ['b', 'Ben'] }, { id: 'e3', commit: ['b', 'Chen'] })
  expect(names).toEqual(['Ben'])
})

test('an approval beside is an action of this stage that earlier runs show to be an approval', async () => {
  const pipelines = pipelinesThatAnswer({
    executions: [executionSummary()],
    runs: [
      actionRun({ action: 'Sign off', status: 'Succeeded' }),
      actionRun({ action: 'Retired', status: 'Succeeded' }),
      actionRun({ stage: 'Staging', action: 'Check', status: 'Succeeded' }),
      actionRun({ action: 'Check', category: 'Test', status: 'Succeeded' }),
      // It was another kind of action before the pipeline was edited.
      actionRun({ action: 'Sign off', category: 'Test', status: 'Succeeded' }),
      actionRun({ action: 'Check', status: 'Succeeded' }),
      actionRun(),
    ],
  })
  const actions = ['Approve', 'Sign off', 'Check', 'Deploy'].map((action) => ({
    ...{ action, status: null, since: null, token: null },
  }))
  const stages = [stageState('Staging'), stageState('Production', { actions })]
  const { executionId } = executionSummary()
  const services = { ...botInMemory().services, pipelines }
  const { otherApprovals, mayAskMore } = await describeChange(services, WHERE, executionId, stages)
  expect([otherApprovals, mayAskMore]).toEqual([['Sign off'], true])
  const known = [stageState('Production', { actions: actions.slice(0, 3) })]
  expect((await describeChange(services, WHERE, executionId, known)).mayAskMore).toBe(false)
})

test('five changes are listed, and all are counted', async () => {
  const releases = Array.from({ length: 9 }, (_, at): Release => ({
    id: `e${at}`,
    commit: [`c${at}`, 'Ben'],
    passed: at === 0,
  }))
  const { since } = await changeOf(...releases)
  expect(since?.included.map(({ id }) => id)).toEqual(['c8', 'c7', 'c6', 'c5', 'c4'])
  expect(since).toMatchObject({ count: 8, more: false })
})

describe('what the pipeline’s author wrote', () => {
  const written = async (configuration: Record<string, string>, more: Partial<ActionRun> = {}) => {
    const runs = [
      actionRun({ configuration, ...more }),
      actionRun({ configuration: { CustomData: 'before the retry' }, status: 'Failed' }),
      actionRun({ action: 'Sign', configuration: { CustomData: 'another action' } }),
    ]
    const answers = pipelinesThatAnswer({ runs: more.executionId ? runs.slice(0, 1) : runs })
    const services = { ...botInMemory().services, pipelines: answers }
    return (await describeChange(services, WHERE, KEY.executionId, [stageState('Production')])).request
  }

  test('is that of the newest run of the action', async () => {
    expect(
      await written({ CustomData: ' Look at the basket. ', ExternalEntityLink: 'https://review.example/1' }),
    ).toEqual({
      customData: 'Look at the basket.',
      reviewUrl: 'https://review.example/1',
    })
  })

  test.each([
    ['nothing', {}],
    ['only spaces', { CustomData: '  ', ExternalEntityLink: '' }],
    ['no web address', { ExternalEntityLink: 'javascript:alert(1)' }],
    ['a file', { ExternalEntityLink: 'file:///etc/passwd' }],
  ])('may be %s', async (_, configuration) => {
    expect(await written(configuration)).toEqual({ customData: null, reviewUrl: null })
  })

  test('is cut to what CodePipeline allows', async () => {
    expect((await written({ CustomData: 'x'.repeat(100_000) }))?.customData).toHaveLength(1_000)
  })

  test('is not known if CodePipeline does not list the action yet', async () => {
    expect(await written({ CustomData: 'of another execution' }, { executionId: 'other' })).toBeNull()
  })
})
