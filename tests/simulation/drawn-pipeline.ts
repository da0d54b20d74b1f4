import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import { approve, build, deploy, pipelineOf, sourceOf } from '../support/deployed-pipeline.ts'
import type { Chance } from './chance.ts'

export const PROVIDERS = ['CodeStarSourceConnection', 'CodeCommit', 'GitHub', 'S3', 'ECR'] as const

export interface DrawnSource {
  name: string
  provider: (typeof PROVIDERS)[number]
}

type Stage = [name: string, actions: object[]]

const SOURCES = ['App', 'Config', 'Infra']
const ENVIRONMENTS = ['Beta', 'Gamma', 'Prod']

export const drawnSources = (chance: Chance): DrawnSource[] =>
  SOURCES.slice(0, chance.between(1, 4)).map((name) => ({ name, provider: chance.pick(PROVIDERS) }))

/** What deploys one environment: one action or two, in one stage or two, with a test behind it now and then. */
const deploying = (chance: Chance, name: string, first: object[]): Stage[] => {
  const second = chance.pick([[], [], [deploy('Second', { runOrder: chance.pick([9, 10]) })]])
  const smoke = chance.is(0.2) ? [build('Smoke', { runOrder: 11 })] : []
  const stage: Stage = [name, [...first, deploy(), ...second, ...smoke]]
  const also: Stage[] = chance.is(0.15) ? [[`${name}-Other`, [deploy()]]] : []
  const test: Stage[] = chance.is(0.2) ? [[`${name}-Test`, [build('Test')]]] : []
  return [stage, ...also, ...test]
}

/** One gate or two, one after the other or at once. */
const gates = (chance: Chance): object[] =>
  chance.is(0.2) ? [approve('Approve'), approve('Sign', { runOrder: chance.pick([1, 2]) })] : [approve('Approve')]

/** What else a stage with an approval does: before it, beside it or after it. */
const withWork = (placing: Chance, [name, actions]: Stage): Stage => {
  const orders = (actions as { runOrder?: number; actionTypeId: { category: string } }[]).flatMap((one) =>
    one.actionTypeId.category === 'Approval' ? (one.runOrder ?? 1) : [],
  )
  if (orders.length === 0) return [name, actions]
  const later = actions.map((one) => ({ ...one, runOrder: ((one as { runOrder?: number }).runOrder ?? 1) + 1 }))
  return placing.pick<Stage>([
    ...Array.from({ length: 6 }, (): Stage => [name, actions]),
    [name, [build('Check'), ...later]],
    [name, [deploy('Stage', { runOrder: 1 }), ...later]],
    [name, [build('Beside', { runOrder: Math.min(...orders) }), ...actions]],
    [name, [...actions, build('Migrate', { runOrder: Math.max(...orders) + 1 })]],
  ])
}

/** One to three gates, each in a stage of its own or in the stage that deploys. */
const drawnStages = (chance: Chance, placing: Chance, suffix: string): Stage[] => {
  const environments = ENVIRONMENTS.slice(0, chance.between(1, 4))
  const stages = environments.flatMap((environment): Stage[] => {
    const name = `${environment}${suffix}`
    const asks = gates(chance)
    if (chance.is(0.5)) return deploying(chance, name, asks)
    const more: Stage[] = chance.is(0.15) ? [[`Sign-${name}`, [approve('Sign')]]] : []
    const built: Stage[] = chance.is(0.15) ? [[`Build-${name}`, [build('Compile')]]] : []
    return [[`Approve-${name}`, asks], ...more, ...built, ...deploying(chance, name, [])]
  })
  const placed = stages.map((stage) => withWork(placing, stage))
  return chance.is(0.4) ? [['Build', [build('Compile')]], ...placed] : placed
}

const ON_FAILURE = [
  { result: 'ROLLBACK' },
  { result: 'RETRY', retryConfiguration: { retryMode: 'FAILED_ACTIONS' } },
  { result: 'RETRY', retryConfiguration: { retryMode: 'ALL_ACTIONS' } },
] as const

/**
 * A pipeline of type V1 or V2 in one of the three modes; on V2 a failed stage may roll itself back or retry itself once.
 * `placing` draws what stages with approvals do besides.
 */
export const drawnPipeline = (
  chance: Chance,
  placing: Chance,
  sources: readonly DrawnSource[],
  suffix = '',
): PipelineDeclaration => {
  const stages = drawnStages(chance, placing, suffix)
  const pipelineType = chance.pick(['V1', 'V2', 'V2'])
  const executionMode = pipelineType === 'V1' ? 'SUPERSEDED' : chance.pick(['SUPERSEDED', 'QUEUED', 'PARALLEL'])
  const rollsBack = pipelineType === 'V2' && executionMode !== 'PARALLEL' && chance.is(0.3)
  const declared = pipelineOf(
    sources.map(({ name, provider }) => sourceOf(name, provider)),
    stages,
    { pipelineType, executionMode },
  )
  if (!rollsBack) return declared
  const [source, ...others] = declared.stages
  const onFailure = chance.pick(ON_FAILURE)
  return { ...declared, stages: [source!, ...others.map((stage) => ({ ...stage, onFailure }))] }
}

/** What people make of it: nothing but a new version, other names, another shape, or another source. */
export const drawnEdit = (
  chance: Chance,
  placing: Chance,
  sources: readonly DrawnSource[],
  before: PipelineDeclaration,
  edits: number,
): { sources: readonly DrawnSource[]; declaration: PipelineDeclaration } => {
  const kind = chance.pick(['version', 'version', 'names', 'shape', 'source'])
  if (kind === 'version') return { sources, declaration: before }
  const drawn = kind === 'source' ? drawnSources(chance) : sources
  return { sources: drawn, declaration: drawnPipeline(chance, placing, drawn, kind === 'names' ? `-${edits}` : '') }
}
