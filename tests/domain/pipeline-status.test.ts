import type { Execution, Progress } from '../../functions/domain/execution.ts'
import { withApproval } from '../../functions/domain/execution.ts'
import { approvalsBefore, releasesIn, statusFrom } from '../../functions/domain/pipeline-status.ts'
import { KEY, MINUTE, START, actionChange, execution, pipelineChange, stageChange } from '../support/records.ts'

const STAGES = ['Source', 'Staging', 'Check', 'Production', 'Report']
const at = (minute: number) => START + minute * MINUTE

/** An execution that began at this minute and left these stages a minute later each; `how` it stands now. */
const ran = (
  executionId: string,
  minute: number,
  passed: readonly string[],
  how: Progress,
  { deploys = [], stages = STAGES }: { deploys?: readonly string[]; stages?: readonly string[] } = {},
): Execution => ({
  ...execution(
    [
      pipelineChange('running', at(minute)),
      ...passed.flatMap((stage, index) => [
        stageChange(stage, 'running', at(minute + index)),
        ...(deploys.includes(stage)
          ? [actionChange(stage, 'Deploy', 'succeeded', at(minute + index + 1), { category: 'Deploy' })]
          : []),
        stageChange(stage, 'succeeded', at(minute + index + 1)),
      ]),
      ...(how === 'running' ? [] : [pipelineChange(how, at(minute + passed.length))]),
    ],
    { stageOrder: [...stages] },
  ),
  key: { ...KEY, executionId },
})

const deploys = ['Production', 'Staging']
const releases = (executions: readonly Execution[]) =>
  releasesIn(executions).map(({ stage, execution: { key } }) => `${key.executionId} ${stage}`)
const live = (executions: readonly [Execution, ...Execution[]]) =>
  statusFrom(executions).live.map(({ stage, execution: { key } }) => `${key.executionId} ${stage}`)

test('what runs is listed newest first, and what has ended is not', () => {
  const status = statusFrom([
    ran('e3', 20, ['Source'], 'running'),
    ran('e2', 10, ['Source'], 'succeeded'),
    ran('e1', 0, ['Source'], 'running'),
  ])
  expect(status.running.map(({ key }) => key.executionId)).toEqual(['e3', 'e1'])
  expect(status.pipeline).toEqual({ accountId: KEY.accountId, region: KEY.region, pipeline: KEY.pipeline })
})

test.each<[string, Progress[], string | null]>([
  ['the newest that ended has', ['failed', 'succeeded'], 'e2'],
  ['a newer one has not', ['succeeded', 'failed'], null],
  ['only newer ones run', ['running', 'failed'], 'e1'],
  ['a newer one took the place of another', ['superseded', 'failed'], 'e1'],
  ['CodePipeline canceled a newer one', ['canceled', 'failed'], 'e1'],
  ['a person stopped a newer one', ['stopped', 'failed'], null],
])('the pipeline has failed or not, if %s', (_, [newer, older], failed) => {
  const executions = [ran('e2', 10, [], newer!), ran('e1', 0, [], older!)] as const
  expect(statusFrom([...executions]).failed?.key.executionId ?? null).toBe(failed)
})

describe('what is live', () => {
  test('is, in each stage that deploys, the newest that passed it, in the pipeline’s order', () => {
    const older = ran('e1', 0, STAGES, 'succeeded', { deploys })
    const newer = ran('e2', 10, ['Source', 'Staging', 'Check'], 'failed', { deploys })
    expect(live([newer, older])).toEqual(['e2 Staging', 'e1 Production'])
    expect(releases([newer, older])).toEqual(['e2 Staging', 'e1 Production', 'e1 Staging'])
  })

  test('is by the time at which a stage ended, not at which an execution began', () => {
    const retried = ran('e1', 30, STAGES, 'succeeded', { deploys })
    const newer = ran('e2', 10, STAGES, 'succeeded', { deploys })
    expect(live([newer, retried])).toEqual(['e1 Staging', 'e1 Production'])
  })

  test('is in the last stage, where no action is known to deploy', () => {
    expect(live([ran('e1', 0, STAGES, 'succeeded')])).toEqual(['e1 Report'])
    expect(live([ran('e1', 0, STAGES.slice(0, 4), 'failed')])).toEqual([])
  })

  test('is in a stage that the newest execution has and has not come to', () => {
    const older = ran('e1', 0, ['Source', 'Production'], 'succeeded', { deploys, stages: ['Source', 'Production'] })
    const newer = ran('e2', 10, ['Source'], 'running', { stages: ['Source', 'Canary', 'Production'] })
    expect(live([newer, older])).toEqual(['e1 Production'])
    expect(live([newer, ran('e1', 0, ['Source', 'Old'], 'succeeded', { stages: ['Source', 'Old'] })])).toEqual([
      'e1 Old',
    ])
  })

  test('is ordered as the newest execution has its stages', () => {
    const older = ran('e1', 0, ['Staging', 'Production'], 'succeeded', { deploys, stages: ['Staging', 'Production'] })
    const newer = ran('e2', 10, [], 'running', { stages: ['Production', 'Staging'] })
    expect(live([newer, older])).toEqual(['e1 Production', 'e1 Staging'])
  })

  test('says when its stage began and ended', () => {
    const [staging] = releasesIn([ran('e1', 0, STAGES, 'succeeded', { deploys })]).filter(
      (one) => one.stage === 'Staging',
    )
    expect(staging).toMatchObject({ startedAt: at(1), at: at(2) })
  })

  test('is in the one stage that deploys, and not in the last', () => {
    expect(releases([ran('e1', 0, STAGES, 'succeeded', { deploys: ['Production'] })])).toEqual(['e1 Production'])
  })

  test('is nothing in a stage that was not passed, and of no execution', () => {
    expect(releases([])).toEqual([])
    const stuck = execution([
      actionChange('Production', 'Deploy', 'failed', at(1), { category: 'Deploy' }),
      stageChange('Production', 'failed', at(1)),
    ])
    expect(releases([stuck])).toEqual([])
  })
})

test('the approvals of a release are those behind the deploying stage before, up to its own', () => {
  const link = (id: string) => ({ id, place: null, requestedAt: START })
  const asked = [
    'Source/First',
    'Staging/Second',
    'Check/Third',
    'Production/Fourth',
    'Report/Fifth',
    'Gone/Sixth',
  ].reduce((so, where) => withApproval(so, where, link(where), START), ran('e1', 0, STAGES, 'succeeded', { deploys }))
  const all = releasesIn([asked])
  const before = (stage: string) =>
    approvalsBefore(
      all.find((one) => one.stage === stage)!,
      all,
    )
  expect(before('Staging')).toEqual(['Source/First', 'Staging/Second'])
  expect(before('Production')).toEqual(['Check/Third', 'Production/Fourth'])
})

test('an approval behind the deployment of its own stage belongs to the next one', () => {
  const stages = ['Staging', 'Production']
  const began = (stage: string, action: string, category: string, minute: number) => [
    actionChange(stage, action, 'running', at(minute), { category }),
    actionChange(stage, action, 'succeeded', at(minute + 1), { category }),
  ]
  const passed = execution(
    [
      ...began('Staging', 'Deploy', 'Deploy', 1),
      ...began('Staging', 'Approve', 'Approval', 3),
      stageChange('Staging', 'succeeded', at(4)),
      ...began('Production', 'Deploy', 'Deploy', 5),
      stageChange('Production', 'succeeded', at(6)),
    ],
    { stageOrder: stages },
  )
  const asked = withApproval(passed, 'Staging/Approve', { id: 'a', place: null, requestedAt: at(3) }, at(3))
  const all = releasesIn([asked])
  expect(
    stages.map((stage) =>
      approvalsBefore(
        all.find((one) => one.stage === stage)!,
        all,
      ),
    ),
  ).toEqual([[], ['a']])
})

test('an approval is that of its own stage, also where another stage’s name begins like it', () => {
  const stages = ['Prod', 'Product']
  const asked = withApproval(
    ran('e1', 0, stages, 'succeeded', { stages, deploys: stages }),
    'Product/Approve',
    { id: 'a', place: null, requestedAt: START },
    START,
  )
  const all = releasesIn([asked])
  expect(all.map((one) => [one.stage, approvalsBefore(one, all)])).toEqual([
    ['Product', ['a']],
    ['Prod', []],
  ])
})
