import { settled, shop, virtualCodePipeline } from '../../../support/virtual-codepipeline.ts'

describe('the overview', () => {
  test('shows the revision, the trigger, the open approval and which execution waits', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop())
    const first = await codePipeline.start()
    codePipeline.engine.sourceChanged('shop-web', { triggerType: 'WebhookV2', triggerDetail: '{}' })
    await settled()
    const [pipeline] = codePipeline.engine.overview()
    const [newer, older] = pipeline?.executions ?? []
    expect(pipeline?.stages.map(({ name, transitionEnabled }) => [name, transitionEnabled])).toEqual([
      ['Source', true],
      ['Build', true],
      ['Production', true],
    ])
    expect(older).toMatchObject({
      id: first,
      trigger: { triggerType: 'StartPipelineExecution' },
      revision: { summary: expect.stringContaining('Fix rounding') as string },
      sourceVariables: { AuthorDisplayName: 'Ana' },
    })
    expect(older?.stages[2]?.actions[0]).toMatchObject({
      status: 'InProgress',
      approval: { token: codePipeline.tokenOf(), expiresAt: codePipeline.clock.now() + 7 * 24 * 3_600_000 },
    })
    expect(older?.stages[2]?.actions[1]).toMatchObject({ status: 'NotStarted', actionExecutionId: null })
    expect(newer).toMatchObject({ trigger: { triggerType: 'WebhookV2' }, endedAt: null })
    expect(newer?.stages.map(({ waitingToEnter }) => waitingToEnter)).toEqual([false, false, true])
  })
})
