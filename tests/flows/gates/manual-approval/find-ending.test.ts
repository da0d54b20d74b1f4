import { findEnding, findRun } from '../../../../functions/flows/gates/manual-approval/find-ending.ts'
import type { ActionRun, ExecutionStatus } from '../../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, pipelinesThatAnswer } from '../../../support/pipeline-answers.ts'
import { MINUTE, SECOND, START, approval } from '../../../support/records.ts'

const ended = (more: Partial<ActionRun> = {}) =>
  actionRun({ status: 'Succeeded', updatedAt: START + SECOND, summary: 'Seen by hand', updatedBy: 'arn:dana', ...more })
const asked = (answers: Parameters<typeof pipelinesThatAnswer>[0], now = START + 2 * SECOND) => ({
  pipelines: pipelinesThatAnswer(answers),
  clock: { now: () => now, newId: () => 'id', sleep: () => Promise.resolve() },
})
const endingOf = (
  runs: ActionRun[],
  status: ExecutionStatus | null = 'InProgress',
  stopReason: string | null = null,
  now?: number,
) => findEnding(asked({ runs, executions: status ? [executionSummary({ status, stopReason })] : [] }, now), approval())

describe('how an approval ended', () => {
  test.each([
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
  ] as const)('follows from its run: %s', async (status, told) => {
    expect(await endingOf([ended({ status })])).toEqual({
      status: told,
      at: START + SECOND,
      summary: 'Seen by hand',
      by: 'arn:dana',
      statusText: status,
      stopReason: null,
    })
  })

  test('has CodePipeline’s own status, if the bot does not know that status', async () => {
    const run = ended({ status: 'Unknown', statusText: 'Deferred' })
    expect(await endingOf([run])).toMatchObject({ status: 'unknown', statusText: 'Deferred' })
  })

  test('is a deletion if CodePipeline does not know the execution', async () => {
    const checked = approval({ checkedAt: START + SECOND })
    expect(await findEnding(asked({ runs: null }), checked)).toEqual({
      ...{ status: 'deleted', at: START + SECOND, summary: null, by: null, stopReason: null },
    })
  })

  test('is open while it waits, and if CodePipeline lists no run of it', async () => {
    expect(await endingOf([actionRun()])).toBeNull()
    expect(await endingOf([])).toBeNull()
    expect(await endingOf([ended({ stage: 'Staging' })])).toBeNull()
    expect(await endingOf([ended({ action: 'Sign' })])).toBeNull()
  })

  test.each([
    ['Cancelled', 'canceled', null],
    ['Stopped', 'abandoned', 'Not now'],
    ['Stopping', 'abandoned', 'Not now'],
  ] as const)('follows from its execution if it was abandoned: %s', async (status, told, reason) => {
    expect(await endingOf([ended({ status: 'Abandoned' })], status, reason)).toMatchObject({
      status: told,
      stopReason: reason,
    })
  })

  test('is open while the execution seems to continue: one of CodePipeline’s answers is outdated', async () => {
    expect(await endingOf([ended({ status: 'Abandoned' })], 'InProgress')).toBeNull()
  })

  test('is a stop if the execution continues a minute later: the stage was retried', async () => {
    const retried = [actionRun({ externalId: 'another token' }), ended({ status: 'Abandoned' })]
    const minuteLater = START + 61 * SECOND
    expect(await endingOf(retried, 'InProgress', 'Not now', minuteLater - 1)).toBeNull()
    expect(await endingOf(retried, 'InProgress', 'Not now', minuteLater)).toMatchObject({
      status: 'abandoned',
      stopReason: 'Not now',
    })
  })

  test('is a stop if CodePipeline no longer lists the execution', async () => {
    expect(await endingOf([ended({ status: 'Abandoned' })], null)).toMatchObject({
      status: 'abandoned',
      stopReason: null,
    })
  })

  test('does not follow from another execution', async () => {
    const executions = [executionSummary({ executionId: 'another', status: 'Cancelled' }), executionSummary()]
    const runs = [ended({ status: 'Abandoned' })]
    expect(await findEnding(asked({ runs, executions }), approval())).toBeNull()
  })
})

describe('the run of an approval', () => {
  const runOf = (...runs: ActionRun[]) => findRun(pipelinesThatAnswer({ runs }), approval())

  test('is the one with its token: a retried stage requests approval under another token', async () => {
    const retried = ended({ externalId: 'another token' })
    const own = actionRun({ status: 'Failed' })
    expect(await runOf(retried, own)).toEqual(own)
  })

  describe.each([
    ['AWS does not give it the token as its ID', 'another ID'],
    ['AWS leaves its ID out', null],
  ])('if %s,', (_, externalId) => {
    const waited = (more: Partial<ActionRun>) => actionRun({ externalId, ...more })
    const before = (updatedAt: number) => waited({ status: 'Failed', startedAt: START - 5 * MINUTE, updatedAt })

    test('is the one that was in progress when the approval was requested', async () => {
      const since = { startedAt: START - 2 * MINUTE, updatedAt: START - 2 * MINUTE }
      for (const own of [waited({}), waited(since), waited({ status: 'Succeeded', updatedAt: START })])
        expect(await runOf(own, before(START - MINUTE))).toEqual(own)
    })

    test('is never one that ended before, or one that began since: the stage was retried', async () => {
      expect(await runOf(before(START - 1))).toBeNull()
      expect(await runOf(waited({ startedAt: START + 1 }))).toBeNull()
    })

    test('is not certain if another ended in the minute before: the request may have been of that one', async () => {
      expect(await runOf(waited({}), before(START - MINUTE + 1))).toBeNull()
    })
  })

  test('is one without a token if no run has its token: CodePipeline may leave it out', async () => {
    const unnamed = ended({ externalId: null })
    expect(await runOf(ended({ externalId: 'another token' }), unnamed)).toEqual(unnamed)
    expect(await runOf(unnamed, actionRun())).toEqual(actionRun())
  })
})
