import { findEnding, findRun } from '../../../../functions/flows/gates/manual-approval/find-ending.ts'
import type { ActionRun, ExecutionStatus } from '../../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, pipelinesThatAnswer } from '../../../support/pipeline-answers.ts'
import { SECOND, START, approval } from '../../../support/records.ts'

const ended = (more: Partial<ActionRun> = {}) =>
  actionRun({ status: 'Succeeded', updatedAt: START + SECOND, summary: 'Seen by hand', updatedBy: 'arn:dana', ...more })
const endingOf = (runs: ActionRun[], status: ExecutionStatus | null = 'InProgress', stopReason: string | null = null) =>
  findEnding(
    pipelinesThatAnswer({ runs, executions: status ? [executionSummary({ status, stopReason })] : [] }),
    approval(),
  )

describe('how an approval ended', () => {
  test.each([
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
  ] as const)('is told by its run: %s', async (status, told) => {
    expect(await endingOf([ended({ status })])).toEqual({
      status: told,
      at: START + SECOND,
      summary: 'Seen by hand',
      by: 'arn:dana',
      statusText: status,
      stopReason: null,
    })
  })

  test('is open to CodePipeline’s own word where the bot does not know that', async () => {
    const run = ended({ status: 'Unknown', statusText: 'Deferred' })
    expect(await endingOf([run])).toMatchObject({ status: 'unknown', statusText: 'Deferred' })
  })

  test('is a cancellation where CodePipeline knows the execution no more: its pipeline was deleted', async () => {
    const checked = approval({ checkedAt: START + SECOND })
    expect(await findEnding(pipelinesThatAnswer({ runs: null }), checked)).toEqual({
      ...{ status: 'canceled', at: START + SECOND, summary: null, by: null, stopReason: null },
    })
  })

  test('is open while it waits, and where CodePipeline lists no run of it', async () => {
    expect(await endingOf([actionRun()])).toBeNull()
    expect(await endingOf([])).toBeNull()
    expect(await endingOf([ended({ stage: 'Staging' })])).toBeNull()
    expect(await endingOf([ended({ action: 'Sign' })])).toBeNull()
  })

  test.each([
    ['Cancelled', 'canceled', null],
    ['Stopped', 'abandoned', 'Not now'],
    ['Stopping', 'abandoned', 'Not now'],
  ] as const)('is told by its execution where it was abandoned: %s', async (status, told, reason) => {
    expect(await endingOf([ended({ status: 'Abandoned' })], status, reason)).toMatchObject({
      status: told,
      stopReason: reason,
    })
  })

  test('is open while the execution seems to go on: one of CodePipeline’s answers is behind the other', async () => {
    expect(await endingOf([ended({ status: 'Abandoned' })], 'InProgress')).toBeNull()
  })

  test('is a stop where CodePipeline lists the execution no more', async () => {
    expect(await endingOf([ended({ status: 'Abandoned' })], null)).toMatchObject({
      status: 'abandoned',
      stopReason: null,
    })
  })

  test('is not told by another execution', async () => {
    const executions = [executionSummary({ executionId: 'another', status: 'Cancelled' }), executionSummary()]
    const runs = [ended({ status: 'Abandoned' })]
    expect(await findEnding(pipelinesThatAnswer({ runs, executions }), approval())).toBeNull()
  })
})

describe('the run of an approval', () => {
  const runOf = (...runs: ActionRun[]) => findRun(pipelinesThatAnswer({ runs }), approval())

  test('is the one with its token: a stage that was retried has asked anew, under another token', async () => {
    const retried = ended({ externalId: 'another token' })
    const own = actionRun({ status: 'Failed' })
    expect(await runOf(retried, own)).toEqual(own)
  })

  test('is never one with another token, or a retry would decide for the approval before it', async () => {
    expect(await runOf(ended({ externalId: 'another token' }))).toBeNull()
  })

  test('is one without any token where none has its own: CodePipeline may leave it out', async () => {
    const unnamed = ended({ externalId: null })
    expect(await runOf(ended({ externalId: 'another token' }), unnamed)).toEqual(unnamed)
    expect(await runOf(unnamed, actionRun())).toEqual(actionRun())
  })
})
