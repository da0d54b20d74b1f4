import { parsePipeline } from '../../../../local/aws/codepipeline/codepipeline.ts'
import {
  approve,
  build,
  DANA,
  deploy,
  virtualCodePipeline,
  refusal,
  shop,
  sourceStage,
} from '../../../support/virtual-codepipeline.ts'

const refused = (more: Record<string, unknown>) =>
  refusal(() => virtualCodePipeline().engine.createPipeline(shop(more), DANA, { start: false }))
const withStage = (...actions: object[]) => ({ stages: [sourceStage, { name: 'Work', actions }] })

test.each([
  ['one stage only', { stages: [sourceStage] }, 'InvalidStructureException'],
  ['no artifact store', { artifactStore: undefined }, 'InvalidStructureException'],
  ['QUEUED on type V1', { executionMode: 'QUEUED', pipelineType: 'V1' }, 'InvalidStructureException'],
  ['two stages of one name', { stages: [sourceStage, sourceStage] }, 'InvalidStructureException'],
  ['two actions of one name', withStage(build('A'), build('A')), 'InvalidStageDeclarationException'],
  [
    'a build in front',
    { stages: [{ name: 'A', actions: [build('A')] }, sourceStage] },
    'InvalidStageDeclarationException',
  ],
  ['a timeout on a build', withStage(build('A', { timeoutInMinutes: 5 })), 'InvalidActionDeclarationException'],
  [
    'an approval with an artifact',
    withStage(approve('A', { inputArtifacts: [{ name: 'SourceArtifact' }] })),
    'InvalidActionDeclarationException',
  ],
  [
    'an unknown approval key',
    withStage(approve('A', { configuration: { Notify: 'x' } })),
    'InvalidActionDeclarationException',
  ],
  [
    'an artifact that no action makes',
    withStage(deploy('A', { inputArtifacts: [{ name: 'Other' }] })),
    'InvalidStructureException',
  ],
  [
    'an artifact used beside its maker',
    withStage(build('A', { outputArtifacts: [{ name: 'B' }] }), deploy('D', { inputArtifacts: [{ name: 'B' }] })),
    'InvalidStructureException',
  ],
  [
    'one namespace twice',
    withStage(build('A', { namespace: 'N' }), build('B', { namespace: 'N' })),
    'InvalidStructureException',
  ],
])('a pipeline with %s is refused', (_, more, code) => {
  expect(refused(more)).toBe(code)
})

const ROLLBACK = { onFailure: { result: 'ROLLBACK' } }

test.each([
  ['a rollback in PARALLEL mode', { executionMode: 'PARALLEL' }, ROLLBACK],
  ['a rollback of a V1 pipeline', { pipelineType: 'V1' }, ROLLBACK],
])('%s is refused rather than skipped', (_, more, condition) => {
  const stages = [sourceStage, { name: 'Work', actions: [build('A')], ...condition }]
  expect(refused({ stages, ...more })).toBe('InvalidStageDeclarationException')
})

test('a source stage cannot be rolled back', () => {
  const stages = [
    { ...sourceStage, ...ROLLBACK },
    { name: 'Work', actions: [build('A')] },
  ]
  expect(refused({ stages })).toBe('InvalidStageDeclarationException')
})

test('a malformed pipeline is refused with every fault named', () => {
  const parse = () => parsePipeline({ name: 'a b', roleArn: 'nobody', stages: 7 })
  expect(parse).toThrow(/3 validation errors detected/)
  expect(parse).toThrow(/'name'.*'roleArn'.*'stages'/)
})

test('settings that the engine does not use are returned unchanged', () => {
  const { engine } = virtualCodePipeline()
  const triggers = [{ providerType: 'CodeStarSourceConnection', gitConfiguration: { sourceActionName: 'Checkout' } }]
  engine.createPipeline(shop({ triggers }), DANA, { start: false })
  expect(engine.getPipeline({ name: 'shop-web' }).pipeline.triggers).toEqual(triggers)
})

test('versions count up and stay readable', () => {
  const { engine } = virtualCodePipeline()
  engine.createPipeline(shop(), DANA, { start: false })
  engine.updatePipeline(shop(withStage(build('A'))))
  const stagesOf = (version?: number) =>
    engine.getPipeline({ name: 'shop-web', version }).pipeline.stages.map(({ name }) => name)
  expect(stagesOf()).toEqual(['Source', 'Work'])
  expect(stagesOf(1)).toEqual(['Source', 'Build', 'Production'])
  expect(refusal(() => stagesOf(3))).toBe('PipelineVersionNotFoundException')
  expect(refusal(() => engine.createPipeline(shop(), DANA))).toBe('PipelineNameInUseException')
})

test('a deleted pipeline is gone, with its runs and timers', async () => {
  const codePipeline = virtualCodePipeline({ instant: true })
  await codePipeline.create(shop())
  await codePipeline.start()
  codePipeline.engine.deletePipeline({ name: 'shop-web' })
  expect(codePipeline.clock.open).toBe(0)
  expect(codePipeline.engine.listPipelines().pipelines).toEqual([])
  expect(refusal(() => codePipeline.engine.getPipelineState({ name: 'shop-web' }))).toBe('PipelineNotFoundException')
  expect(codePipeline.engine.deletePipeline({ name: 'shop-web' })).toEqual({})
})
