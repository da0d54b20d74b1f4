import type { Definition, PipelineHistory, Run } from '../../../cli/reconcile/pipeline-history.ts'
import { releasesIn } from '../../../cli/reconcile/releases.ts'

const of = (category: string, action: string, runOrder = 1) => ({ action, category, runOrder })

const GUARDED: Definition = [
  { stage: 'Source', actions: [of('Source', 'App')] },
  { stage: 'Staging', actions: [of('Deploy', 'Staging')] },
  { stage: 'Gate', actions: [of('Approval', 'QA')] },
  { stage: 'Prod', actions: [of('Approval', 'Approve'), of('Deploy', 'Deploy', 2), of('Build', 'Smoke', 3)] },
]

const run = (stage: string, action: string, at: number, more: Partial<Run> = {}): Run => ({
  executionId: 'e1',
  version: 1,
  stage,
  action,
  category: GUARDED.flatMap(({ actions }) => actions).find((one) => one.action === action)?.category ?? 'Deploy',
  status: 'Succeeded',
  startedAt: at,
  updatedAt: at,
  externalId: null,
  ...more,
})

const releases = (runs: Run[], more: Partial<PipelineHistory> = {}, onlyStage = '') =>
  releasesIn(
    { pipeline: 'shop', runs, rollbacks: new Map(), definitions: new Map([[1, GUARDED]]), ...more },
    { from: 0, to: 100, isWanted: (stage) => stage.startsWith(onlyStage) },
  ).map((release) => {
    const { run: ran, ...rest } = release
    return { ...rest, run: `${ran.stage} › ${ran.action}` }
  })

const QA = run('Gate', 'QA', 3)
const APPROVE = run('Prod', 'Approve', 4)
const DEPLOY = run('Prod', 'Deploy', 5)

test('a stage whose approvals were all given is listed by its approvals', () => {
  expect(releases([DEPLOY, run('Prod', 'Smoke', 6), APPROVE, QA])).toEqual([
    { kind: 'approved', run: 'Gate › QA' },
    { kind: 'approved', run: 'Prod › Approve' },
  ])
})

test('a deployment before the first approval action has none', () => {
  expect(releases([run('Source', 'App', 1), run('Staging', 'Staging', 2)])).toEqual([
    { kind: 'unapproved', because: { kind: 'no-approval-action' }, run: 'Staging › Staging' },
  ])
  expect(releases([run('Staging', 'Staging', 2)], {}, 'Prod')).toEqual([])
})

test.each([
  ['that never ran', [QA, DEPLOY], ['Prod › Approve']],
  ['that was rejected', [run('Gate', 'QA', 3, { status: 'Failed' }), APPROVE, DEPLOY], ['Gate › QA']],
  [
    'that was approved in another execution',
    [run('Gate', 'QA', 3, { executionId: 'e0' }), DEPLOY, APPROVE],
    ['Gate › QA'],
  ],
  ['that was approved after the action began', [run('Gate', 'QA', 9), APPROVE, DEPLOY], ['Gate › QA']],
])('an approval action %s was skipped', (_, runs, actions) => {
  const gates = actions.map((name) => {
    const [stage, action] = name.split(' › ')
    return { stage, action }
  })
  expect(releases(runs).filter(({ kind }) => kind !== 'approved')).toEqual([
    { kind: 'unapproved', because: { kind: 'skipped', gates }, run: 'Prod › Deploy' },
  ])
})

test('an action that builds also needs the approvals before it', () => {
  expect(releases([run('Prod', 'Smoke', 5)])).toMatchObject([{ kind: 'unapproved', run: 'Prod › Smoke' }])
})

test.each([
  ['of a version that is gone', { version: 7 }],
  ['of a version without its stage', { stage: 'Elsewhere' }],
  ['of no version', { version: null }],
])('a deployment %s is not taken for approved', (_, more) => {
  expect(releases([QA, APPROVE, { ...DEPLOY, ...more }]).at(-1)).toMatchObject({ because: { kind: 'unknown-version' } })
})

const back = { rollbacks: new Map([['e2', 'e1']]) }
const ROLLED_BACK = run('Prod', 'Deploy', 50, { executionId: 'e2' })

test('a rollback to an approved execution has its approval', () => {
  expect(releases([QA, APPROVE, DEPLOY, ROLLED_BACK], back).at(-1)).toEqual({
    kind: 'rolled-back',
    to: 'e1',
    run: 'Prod › Deploy',
  })
})

test('a rollback to an execution that was not approved has none', () => {
  expect(releases([QA, ROLLED_BACK], back).at(-1)).toMatchObject({ because: { kind: 'skipped' } })
})

test('a range has what was approved or began in it', () => {
  const late = { startedAt: 40, updatedAt: 100 }
  expect(releases([run('Gate', 'QA', 0, late), run('Staging', 'Staging', 0, late)])).toMatchObject([
    { run: 'Staging › Staging' },
  ])
})
