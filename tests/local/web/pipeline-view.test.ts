import { pipelineViews } from '../../../local/web/pipeline-view.ts'
import { settled, shop, virtualCodePipeline } from '../../support/virtual-codepipeline.ts'

const account = (codePipeline: ReturnType<typeof virtualCodePipeline>['engine']) => ({
  ...{ accountId: '111122223333', name: 'shop-prod', deciderRoleName: 'greenlight-decider' },
  ...{ codePipeline, delivery: undefined },
})

test('an execution names the commit, its author, and who started it', async () => {
  const { create, start, engine } = virtualCodePipeline({ instant: true })
  await create(shop())
  await start()
  engine.sourceChanged('shop-web', { triggerType: 'WebhookV2', triggerDetail: '{}' })
  await settled()
  const [pipeline] = pipelineViews([account(engine)])
  const [newer, older] = pipeline?.executions ?? []
  expect(pipeline).toMatchObject({ name: 'shop-web', accountName: 'shop-prod', region: 'eu-west-1' })
  expect(older).toMatchObject({ startedBy: 'dana', revision: { title: 'Fix rounding', author: 'Ana' } })
  expect(newer).toMatchObject({ startedBy: 'Ana' })
  expect(Object.keys(older ?? {})).not.toContain('trigger')
})

test.each([
  ['greenlight-decider/steer-U0DANA', 'Dana Novak'],
  ['greenlight-decider/steer-U0NEW', 'U0NEW'],
  ['Console/steer-U0DANA', 'steer-U0DANA'],
])('an execution that %s started was started by %s', async (session, startedBy) => {
  const { create, engine } = virtualCodePipeline({ instant: true })
  await create(shop())
  engine.startPipelineExecution({ name: 'shop-web' }, `arn:aws:sts::111122223333:assumed-role/${session}`)
  await settled()
  expect(pipelineViews([account(engine)])[0]?.executions[0]).toMatchObject({ startedBy })
})
