import { codeDeploy } from '../../functions/hook/codedeploy.ts'
import { openJsonService } from '../support/json-service.ts'

let service: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  service = await openJsonService()
})
afterAll(() => service.close())

test.each([
  ['has succeeded', 'AllowTraffic', 'Succeeded', true],
  ['has not begun', 'AllowTraffic', 'Pending', false],
  ['runs', 'AllowTraffic', 'InProgress', false],
  ['is not reached', 'BeforeAllowTraffic', 'Succeeded', false],
])(
  'the traffic is shifted only once AllowTraffic has succeeded: it %s',
  async (_, lifecycleEventName, status, shifted) => {
    const lifecycleEvents = [
      { lifecycleEventName: 'BeforeInstall', status: 'Succeeded' },
      { lifecycleEventName, status },
    ]
    const lambdaFunctionInfo = { functionName: 'shop', functionAlias: 'live', targetVersion: '2' }
    const target = async (deploymentTarget: object) => {
      service.answersBy(({ operation }) => ({
        status: 200,
        body: operation === 'ListDeploymentTargets' ? { targetIds: ['t1'] } : { deploymentTargets: [deploymentTarget] },
      }))
      return codeDeploy(service.connection).target('d-1', new AbortController().signal)
    }
    expect(await target({ ecsTarget: { lifecycleEvents } })).toEqual({ kind: 'ecs', shifted })
    expect(await target({ lambdaTarget: { lambdaFunctionInfo, lifecycleEvents } })).toEqual({
      ...{ kind: 'lambda', functionName: 'shop', alias: 'live', version: '2', shifted },
    })
  },
)
