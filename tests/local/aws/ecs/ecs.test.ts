import { systemClock } from '../../../../functions/clock.ts'
import { shiftingServices, trafficShifting } from '../../../../functions/traffic-shifting.ts'
import { deployService, type ServiceDeployment, type Stage } from '../../../../local/aws/ecs/ecs.ts'
import { listen } from '../../../../local/http-server.ts'

/*
 * A deployment by ECS itself with the real hook: traffic-shifting asks two servers, the listeners, which answer as the old
 * or the new version by the weights that the deployment sets.
 */

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/flask-app/flask-app/1'
const HOOK_STAGES: Stage[] = ['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT']
const MINUTE = 60_000
const CANARY = [
  { share: 0.1, forMs: 5 * MINUTE },
  { share: 1, forMs: 0 },
]

const opened: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(opened.splice(0).map((close) => close())))

/** @param sick the listeners at which the new version fails its health check */
const deploy = async (sick: ('test' | 'production')[], changes: Partial<ServiceDeployment> = {}) => {
  const shares = { test: 0, production: 0 }
  const moved: string[] = []
  const asked: string[] = []
  const listener = async (name: 'test' | 'production') => {
    const server = await listen(() => {
      asked.push(name)
      const ill = shares[name] === 1 && sick.includes(name)
      return Response.json({ status: ill ? 'starting' : 'ok' }, { status: ill ? 503 : 200 })
    }, 0)
    opened.push(() => server.close())
    return server.url
  }
  const [TEST_URL, LIVE_URL] = await Promise.all([listener('test'), listener('production')])
  let slept = 0
  const clock = { ...systemClock, sleep: (ms: number) => Promise.resolve(void (slept += ms)) }
  const quiet = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }
  // The time limit of a check is the real one.
  const shortPauses = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === 1_000 ? 1 : ms, signal),
  }
  const hook = trafficShifting(shiftingServices({ AWS_REGION: 'eu-west-1', TEST_URL, LIVE_URL }, shortPauses, quiet))
  const outcome = await deployService({
    deploymentArn: ARN,
    configuration: {
      steps: CANARY,
      bakeMs: 15 * MINUTE,
      hooks: [{ stages: HOOK_STAGES, invoke: (event) => hook(event, { getRemainingTimeInMillis: () => 60_000 }) }],
    },
    clock,
    rings: () => false,
    weigh: (name, share) => {
      shares[name] = share
      moved.push(`${name} ${share}`)
    },
    ...changes,
  })
  return { outcome, moved, asked, minutes: Math.round(slept / MINUTE) }
}

test('a healthy version is checked at the test listener, then at production, and bakes', async () => {
  const { outcome, moved, asked, minutes } = await deploy([])
  expect(outcome).toEqual({ status: 'SUCCESSFUL' })
  expect(moved).toEqual(['test 1', 'production 0.1', 'production 1'])
  expect(asked).toEqual(['test', 'production'])
  expect(minutes).toBe(20)
})

test('a version that fails at the test listener gets no production traffic', async () => {
  const { outcome, moved } = await deploy(['test'])
  expect(outcome).toEqual({
    status: 'ROLLBACK_SUCCESSFUL',
    because: 'the hook failed in POST_TEST_TRAFFIC_SHIFT',
  })
  expect(moved).toEqual(['test 1', 'production 0', 'test 0'])
})

test('a version that fails at production loses its traffic again', async () => {
  const { outcome, moved } = await deploy(['production'])
  expect(outcome).toMatchObject({ because: 'the hook failed in POST_PRODUCTION_TRAFFIC_SHIFT' })
  expect(moved.slice(-3)).toEqual(['production 1', 'production 0', 'test 0'])
})

test('an alarm rolls back while the canary has a tenth of the traffic', async () => {
  let asked = 0
  const { outcome, moved } = await deploy([], { rings: () => (asked += 1) > 3 })
  expect(outcome).toEqual({ status: 'ROLLBACK_SUCCESSFUL', because: 'an alarm rang' })
  expect(moved).toEqual(['test 1', 'production 0.1', 'production 0', 'test 0'])
})

test('a hook that ECS asks in a stage without an address fails the deployment, and one in progress is asked again', async () => {
  const answers = [{ hookStatus: 'IN_PROGRESS' }, { hookStatus: 'SUCCEEDED' }]
  const configuration = (stages: Stage[], invoke: (event: object) => Promise<unknown>) => ({
    configuration: { steps: CANARY, bakeMs: 0, hooks: [{ stages, invoke }] },
  })
  const again = await deploy(
    [],
    configuration(['PRE_SCALE_UP'], () => Promise.resolve(answers.shift())),
  )
  expect(again.outcome).toEqual({ status: 'SUCCESSFUL' })
  const services = shiftingServices({ AWS_REGION: 'eu-west-1' }, systemClock)
  const early = await deploy(
    [],
    configuration(['PRE_SCALE_UP'], (event) =>
      trafficShifting(services)(event, { getRemainingTimeInMillis: () => 60_000 }),
    ),
  )
  expect(early.outcome).toMatchObject({ because: 'the hook at PRE_SCALE_UP gave no status in PRE_SCALE_UP' })
})
