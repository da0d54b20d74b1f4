import type { Execution, StateChange } from '../../../functions/domain/execution.ts'
import {
  conditionsOf,
  hasUnexplainedStage,
  readRules,
  reasonIn,
} from '../../../functions/flows/execution/stage-conditions.ts'
import type { ActionRun, ExecutionStatus, FailedRule, StageState } from '../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { KEY, SECOND, START, actionChange, execution, pipelineChange, stageChange } from '../../support/records.ts'

const STAGES = ['Source', 'Build', 'Production']
const of = (...changes: StateChange[]): Execution => ({ ...execution(changes), stageOrder: STAGES })
const at = (seconds: number) => START + seconds * SECOND
const rule = (stage: string, more: Partial<FailedRule> = {}): FailedRule => ({
  ...{ stage, rule: 'only-by', summary: 'No', updatedBy: null, at: null },
  ...more,
})
const run = (stage: string, from: number, to: number, more: Partial<ActionRun> = {}): ActionRun =>
  actionRun({ stage, actionExecutionId: stage, status: 'Succeeded', startedAt: at(from), updatedAt: at(to), ...more })
const DANA = 'arn:aws:sts::111122223333:assumed-role/Deployers/dana'

test.each<[string, FailedRule[] | 'refused', object]>([
  ['of no rule', [], {}],
  ['of a rule of another stage', [rule('Source')], {}],
  [
    'of the newest rule of the stage',
    [rule('Source'), rule('Build'), rule('Build', { summary: 'Yes' })],
    { because: 'Rule only-by: No' },
  ],
  ['of a rule that says nothing', [rule('Build', { summary: null })], { because: 'Rule only-by failed' }],
  ['of a rule that a person has overridden', [rule('Build', { updatedBy: DANA })], { overriddenBy: 'dana' }],
  [
    'of a rule that failed after another was overridden',
    [rule('Build'), rule('Build', { updatedBy: DANA })],
    { because: 'Rule only-by: No', overriddenBy: 'dana' },
  ],
  [
    'of rules that may not be listed',
    'refused',
    { because: 'Its rules are not known: the bot’s role may not call codepipeline:ListRuleExecutions' },
  ],
])('the reason %s', (_, rules, reason) => {
  expect(reasonIn(rules, 'Build')).toEqual(reason)
})

const runs = (stage: string) => stageChange(stage, 'running', START)
const acts = (stage: string) => actionChange(stage, 'Compile', 'running', START)
const OVER = pipelineChange('succeeded', START)

test.each<[string, Execution, boolean]>([
  ['it is in its first stage', of(runs('Source')), false],
  ['it has left a stage without an action', of(runs('Source'), runs('Build')), true],
  ['it has left a stage with an action', of(runs('Source'), acts('Source'), runs('Build')), false],
  ['the stage that it left has ended', of(stageChange('Source', 'succeeded', START), runs('Build')), false],
  ['it is over in a stage without an action', of(runs('Source'), OVER), true],
  ['it is over in a stage with an action', of(runs('Source'), acts('Source'), OVER), false],
  ['no stage of it is known', of(), false],
  ['it is over, and no stage of it is known', of(OVER), false],
])('a stage is unexplained if %s: %#', (_, known, isUnexplained) => {
  expect(hasUnexplainedStage(known)).toBe(isUnexplained)
})

const withReason = (reason: object): Execution => {
  const known = of(runs('Source'), runs('Build'))
  const stages = new Map(known.stages)
  stages.set('Source', { ...known.stages.get('Source')!, ...reason })
  return { ...known, stages }
}
const FAILED = executionSummary({ status: 'Failed' })
const ENDED = [run('Source', -20, -10)]

interface Asked {
  known?: Execution
  ran?: ActionRun[]
  stages?: StageState[]
  summary?: typeof FAILED
}

test.each<[string, Asked, boolean]>([
  ['nothing speaks for one', {}, false],
  ['a rule failed before', { known: withReason({ because: 'No' }) }, true],
  ['a rule was overridden before', { known: withReason({ overriddenBy: 'dana' }) }, true],
  ['a stage has conditions', { stages: [stageState('Source'), stageState('Build', { hasConditions: true })] }, true],
  ['the execution failed after an action that did not', { summary: FAILED, ran: [run('Build', 0, 1)] }, true],
  [
    'its last action failed',
    { summary: FAILED, ran: [run('Build', 0, 1, { status: 'Failed' }), run('Source', 0, 1)] },
    false,
  ],
  ['it did not fail', { summary: executionSummary({ status: 'Succeeded' }), ran: [run('Build', 0, 1)] }, false],
  ['a stage went on after its actions', { known: of(runs('Source'), runs('Build')), ran: ENDED }, true],
  ['an action of the stage ended in that second', { known: of(runs('Source')), ran: [run('Source', -20, 0)] }, false],
  [
    'an action of the stage still runs',
    { known: of(runs('Source')), ran: [run('Source', -20, -10, { status: 'InProgress' }), ...ENDED] },
    false,
  ],
  [
    'another action of the stage ended later',
    { known: of(runs('Source')), ran: [run('Source', -20, 5), ...ENDED] },
    false,
  ],
  ['only another stage has run', { known: of(runs('Build')), ran: ENDED }, false],
  ['an edit took the stage away while it ran', { stages: [stageState('Build')] }, true],
  [
    'an edit took away a stage that had ended',
    { known: of(stageChange('Source', 'succeeded', START)), stages: [] },
    false,
  ],
  [
    'a stage succeeded later than its actions',
    { known: of(stageChange('Source', 'succeeded', START)), ran: ENDED },
    true,
  ],
  [
    'a stage succeeded with its last action',
    { known: of(stageChange('Source', 'succeeded', START)), ran: [run('Source', -20, 0)] },
    false,
  ],
  ['the stage has failed', { known: of(stageChange('Source', 'failed', START)), ran: ENDED }, false],
])('CodePipeline is asked for failed rules unless needless: %s', async (_, asked, isAsked) => {
  const { known = of(runs('Source')), ran = [], stages = [stageState('Source'), stageState('Build')], summary } = asked
  let calls = 0
  const failedRules = async () => (calls++, [rule('Build')])
  const pipelines = { ...pipelinesThatAnswer(), failedRules }
  const read = await readRules({ pipelines }, { execution: known, runs: ran, stages, summary })
  expect(calls).toBe(isAsked ? 1 : 0)
  expect(read).toEqual(isAsked ? [rule('Build')] : [])
})

test('an execution that CodePipeline no longer has has no rules', async () => {
  const asked = { execution: withReason({ because: 'No' }), runs: [], stages: [], summary: undefined }
  expect(await readRules({ pipelines: pipelinesThatAnswer({ rules: null }) }, asked)).toEqual([])
})

interface Conditions {
  known?: Execution
  ran?: ActionRun[]
  rules?: FailedRule[] | 'refused'
  build?: Partial<StageState>
  production?: Partial<StageState>
  status?: ExecutionStatus
  endedAt?: number
}

/** What the conditions of Build did: `skipped 5` at that second, and how often the structure was read. */
const conditions = async ({
  known = of(),
  ran = [],
  rules = [],
  build,
  production,
  status,
  endedAt = 9,
}: Conditions) => {
  const structures: unknown[] = []
  const pipelines = {
    ...pipelinesThatAnswer(),
    structure: async (_: unknown, version?: number) => {
      structures.push(version)
      const action = (name: string, category: string) => ({ action: name, category }) as never
      return [{ stage: 'Build', actions: [action('Compile', 'Build'), action('Approve', 'Approval')] } as never]
    },
  }
  const stages = [stageState('Source'), stageState('Build', build), stageState('Production', production)]
  const summary = status && executionSummary({ status, updatedAt: at(endedAt) })
  const found = await conditionsOf({ pipelines }, { execution: known, runs: ran, stages, summary, rules })
  const told = found.changes.map((change) =>
    change.level === 'stage' ? `${change.stage} ${change.progress} ${(change.at - START) / SECOND}` : '',
  )
  return { ...found, told, structures }
}

const SKIPPED = { executionId: KEY.executionId, status: 'Skipped' as const }
const INBOUND = { inbound: ['other', KEY.executionId] }
const RULED = [rule('Build')]

test.each<[string, Conditions, string[]]>([
  ['CodePipeline says that it was', { build: SKIPPED, status: 'InProgress' }, ['Build skipped 9']],
  ['CodePipeline says it of another execution', { build: { ...SKIPPED, executionId: 'x' }, status: 'InProgress' }, []],
  ['an action of it ran', { build: SKIPPED, ran: [run('Source', 0, 1), run('Build', 2, 3)] }, []],
  ['its rule failed, and a later stage ran', { rules: RULED, ran: [run('Production', 5, 6)] }, ['Build skipped 5']],
  ['its rule failed, and an earlier stage ran', { rules: RULED, ran: [run('Source', 0, 1)] }, []],
  [
    'its rule failed, and that of a later stage',
    { rules: [rule('Production'), rule('Build')], ran: [run('Source', 0, 1)] },
    ['Build skipped 1'],
  ],
  [
    'its rule failed, and a later stage is next',
    { rules: RULED, production: INBOUND, status: 'InProgress' },
    ['Build skipped 9'],
  ],
  ['its rule failed, and it is next', { rules: RULED, build: INBOUND, status: 'InProgress' }, []],
  ...(['Succeeded', 'Superseded', 'Stopped', 'Cancelled'] as const).map((status): [string, Conditions, string[]] => [
    `its rule failed, and it is ${status}`,
    { rules: RULED, status },
    ['Build skipped 9'],
  ]),
  ...(['InProgress', 'Stopping'] as const).map((status): [string, Conditions, string[]] => [
    `its rule failed, and it is ${status}`,
    { rules: RULED, status },
    [],
  ]),
  ['no rule failed, and a later stage ran', { ran: [run('Production', 5, 6)] }, []],
])('whether Build was skipped if %s', async (_, known, told) => {
  const found = await conditions(known)
  expect(found.told).toEqual(told)
  expect(found.structures).toHaveLength(told.length)
  expect(found.reasons.get('Build')?.skippedApprovals).toEqual(told.length > 0 ? ['Approve'] : undefined)
})

test.each<[string, Conditions, string[]]>([
  ['the execution has not ended', { rules: [rule('Elsewhere', { at: at(4) })], status: 'InProgress' }, []],
  ['an action began before the rule', { rules: [rule('Elsewhere', { at: at(4) })], ran: [run('Build', 3, 9)] }, []],
  [
    'an action began with it',
    { rules: [rule('Elsewhere', { at: at(4) })], ran: [run('Build', 4, 9)] },
    ['Elsewhere skipped 4'],
  ],
  ['it does not say when', { rules: [rule('Elsewhere', { at: null })], ran: [run('Build', 4, 9)] }, []],
  ['the execution was canceled', { rules: [rule('Elsewhere')], status: 'Cancelled' }, ['Elsewhere skipped 9']],
  ['it ran', { rules: [rule('Elsewhere')], ran: [run('Elsewhere', 4, 9)], status: 'Cancelled' }, []],
])('whether a stage that an edit took away was skipped, if %s', async (_, known, told) => {
  expect((await conditions(known)).told).toEqual(told)
})

test.each<[string, Conditions, string[]]>([
  ['at the time of the rule', { rules: [rule('Build', { at: at(4) + 999 })] }, ['Build failed 4']],
  [
    'when the execution was updated',
    { rules: RULED, ran: [run('Source', 0, 1), run('Build', 2, 3)] },
    ['Build failed 9'],
  ],
  ['not if it went on', { rules: RULED, ran: [run('Build', 2, 3), run('Production', 5, 6)] }, []],
  ['not if a person overrode it', { rules: [rule('Build', { updatedBy: DANA })] }, []],
  ['not if it may not be listed', { rules: 'refused' }, []],
  ['not without a rule', { rules: [rule('Source')] }, ['Source failed 9']],
  ['but a stage that an edit took away', { rules: [rule('Elsewhere')] }, ['Elsewhere failed 9']],
])('a rule failed Build: %s', async (_, known, told) => {
  expect((await conditions({ ...known, status: 'Failed' })).told).toEqual(told)
})

test.each<[string, Conditions, number]>([
  ['the next action began', { ran: [run('Production', 5, 6), run('Source', 0, 1)], status: 'InProgress' }, 5],
  ['the execution was updated before that', { ran: [run('Production', 5, 6)], status: 'InProgress', endedAt: 4 }, 4],
  ['the execution was updated, and no later action began', { ran: [run('Source', 0, 1)], status: 'InProgress' }, 9],
  ['the first action ended, if nothing else is known', { ran: [run('Production', 5, 6), run('Source', 0, 1)] }, 1],
])('a stage was skipped when %s', async (_, known, seconds) => {
  expect((await conditions({ build: SKIPPED, ...known })).told).toEqual([`Build skipped ${seconds}`])
})

test('the structure is that of the version in which the execution ran', async () => {
  const ran = [run('Production', 5, 6, { version: null }), run('Source', 0, 1, { version: 7 })]
  expect((await conditions({ build: SKIPPED, ran })).structures).toEqual([7])
  expect((await conditions({ build: SKIPPED, ran: ran.slice(0, 1) })).structures).toEqual([undefined])
})

test('a skipped stage without an approval says nothing of approvals', async () => {
  const found = await conditions({ production: SKIPPED, status: 'Succeeded' })
  expect(found.told).toEqual(['Production skipped 9'])
  expect(found.reasons.get('Production')).toEqual({})
})

test.each<[string, Conditions, boolean]>([
  ['has conditions and failed', {}, true],
  ['has no conditions', { build: { executionId: KEY.executionId } }, false],
  ['is that of another execution', { build: { executionId: 'x', hasConditions: true as const } }, false],
  ['did not fail', { known: of(stageChange('Build', 'succeeded', START)) }, false],
])('while rules may not be listed, that is told of a stage that %s', async (_, more, isTold) => {
  const known = of(stageChange('Build', 'failed', START))
  const build = { executionId: KEY.executionId, hasConditions: true as const }
  const { reasons } = await conditions({ known, build, rules: 'refused', ...more })
  expect([...reasons.keys()]).toEqual(isTold ? ['Build'] : [])
})
