import { readRevisions } from '../../../functions/flows/execution/read-revisions.ts'
import type { ActionRun } from '../../../functions/ports/pipelines.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
import { KEY, MINUTE, START } from '../../support/records.ts'

const source = (title: string, more: Partial<ActionRun> = {}): ActionRun =>
  actionRun({
    ...{ stage: 'Source', action: 'Checkout', category: 'Source', status: 'Succeeded', outputArtifacts: ['App'] },
    ...{ outputVariables: { CommitMessage: title }, ...more },
  })

/** What is known of an execution with one artifact, from these runs of its actions, newest first. */
const read = async (...runs: ActionRun[]) => {
  const revisions = [{ actionName: null, artifactName: 'App', revisionId: 'c0ffee', summary: null, url: null }]
  const pipelines = pipelinesThatAnswer({ runs, executions: [executionSummary({ revisions })] })
  const found = await readRevisions({ ...botInMemory().services, pipelines }, KEY)
  return { titles: found.revisions.map(({ title }) => title), startedAt: found.startedAt }
}

test('a revision is told by its source action, not by a later action that puts out an artifact of the same name', async () => {
  const build = source('Built', { stage: 'Build', category: 'Build' })
  expect((await read(build, source('Fix rounding'))).titles).toEqual(['Fix rounding'])
})

test('of a source that was retried, the run that succeeded tells the revision', async () => {
  const again = source('', { status: 'InProgress' })
  expect((await read(again, source('Fix rounding'), source('', { status: 'Failed' }))).titles).toEqual(['Fix rounding'])
  expect((await read(source('Fix'), source('Older'))).titles).toEqual(['Fix'])
})

test('a source without any success is told by its newest run', async () => {
  const unknown = (title: string) => source(title, { status: 'Unknown' })
  expect((await read(unknown('Fix rounding'), unknown('Older'))).titles).toEqual(['Fix rounding'])
})

test('an execution began when the first of its sources did', async () => {
  const [early, late] = [START - MINUTE, START].map((startedAt) => source('', { startedAt }))
  expect((await read(late!, early!)).startedAt).toBe(START - MINUTE)
  expect((await read()).startedAt).toBeNull()
})
