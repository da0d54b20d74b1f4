import { codeDeploy } from '../../functions/hook/codedeploy.ts'
import { parseLifecycleHook } from '../../functions/hook/lifecycle-hook.ts'
import { openJsonService } from '../support/json-service.ts'

let service: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  service = await openJsonService()
})
afterAll(() => service.close())

test('an event names its deployment and its hook', () => {
  const event = { DeploymentId: 'd', LifecycleEventHookExecutionId: 'h' }
  expect(parseLifecycleHook(event)).toEqual({ deploymentId: 'd', hookExecutionId: 'h' })
  for (const name of Object.keys(event)) expect(() => parseLifecycleHook({ ...event, [name]: '' })).toThrow(name)
})

test('a check whose time is over asks CodeDeploy nothing more, and waits for no answer of it', async () => {
  for (const last of ['ListDeploymentTargets', 'BatchGetDeploymentTargets']) {
    const over = new AbortController()
    service.asked.splice(0)
    service.answersBy(({ operation }) => {
      if (operation === last) over.abort()
      return { status: 200, body: { targetIds: ['t1'], deploymentTargets: [{ ecsTarget: {} }] } }
    })
    const { target } = codeDeploy(service.connection)
    await expect(target('d-1', over.signal)).rejects.toThrow('abort')
    expect(service.asked.at(-1)?.operation).toBe(last)
    const calls = service.asked.length
    await expect(target('d-1', over.signal)).rejects.toThrow('abort')
    expect(service.asked).toHaveLength(calls)
  }
})

test('a target without lifecycle events has no traffic yet', async () => {
  service.answers({ targetIds: ['t1'], deploymentTargets: [{ ecsTarget: {} }] })
  const { target } = codeDeploy(service.connection)
  expect(await target('d-1', new AbortController().signal)).toEqual({ kind: 'ecs', shifted: false })
})

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
