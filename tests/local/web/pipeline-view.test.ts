import { pipelineViews } from '../../../local/web/pipeline-view.ts'
import { settled, shop, virtualCodePipeline } from '../../support/virtual-codepipeline.ts'

test('an execution names the commit, its author, and who started it', async () => {
  const { create, start, engine } = virtualCodePipeline({ instant: true })
  await create(shop())
  await start()
  engine.sourceChanged('shop-web', { triggerType: 'WebhookV2', triggerDetail: '{}' })
  await settled()
  const account = { accountId: '111122223333', name: 'shop-prod', codePipeline: engine, delivery: undefined }
  const [pipeline] = pipelineViews([account])
  const [newer, older] = pipeline?.executions ?? []
  expect(pipeline).toMatchObject({ name: 'shop-web', accountName: 'shop-prod', region: 'eu-west-1' })
  expect(older).toMatchObject({ startedBy: 'dana', revision: { title: 'Fix rounding', author: 'Ana' } })
  expect(newer).toMatchObject({ startedBy: 'Ana' })
  expect(Object.keys(older ?? {})).not.toContain('trigger')
})
