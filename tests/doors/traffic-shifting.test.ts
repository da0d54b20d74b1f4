import { systemClock } from '../../functions/clock.ts'
import { type Answer, listen } from '../../local/http-server.ts'
import { shiftingServices, trafficShifting } from '../../functions/traffic-shifting.ts'
import { accessKeySecret } from '../support/secret.ts'

const HOOK = { DeploymentId: 'd-SHIFTING1', LifecycleEventHookExecutionId: 'hook-1' }
const HEALTHY = { status: 'ok', version: '3f1c9a2' }

/** Lambda's answer to an invocation, as sent over HTTP. */
interface Invoked {
  payload?: unknown
  executedVersion?: string
  error?: string
}

const opened: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(opened.splice(0).map((close) => close())))

/** CodeDeploy and Lambda over HTTP, with one deployment of `shop` from version 1 to 2, and the door in front. */
const open = async ({
  shifted = false,
  invoke = () => ({}),
  targets = [lambdaTarget(shifted)],
  reporting = () => Response.json({}),
  environment = {},
}: {
  shifted?: boolean
  invoke?: (qualifier: string | null, times: number) => Invoked | Promise<Invoked>
  targets?: object[]
  reporting?: (times: number) => Response
  environment?: Record<string, string>
} = {}) => {
  const reports: object[] = []
  const invoked: (string | null)[] = []
  const answer: Answer = async (request) => {
    const url = new URL(request.url)
    const operation = request.headers.get('x-amz-target')?.split('.').at(-1)
    const input = (await request.json()) as Record<string, unknown>
    if (operation === 'ListDeploymentTargets') return Response.json({ targetIds: ['shop:live'] })
    if (operation === 'BatchGetDeploymentTargets') return Response.json({ deploymentTargets: targets })
    if (operation === 'PutLifecycleEventHookExecutionStatus') {
      reports.push(input)
      return reporting(reports.length)
    }
    const qualifier = url.searchParams.get('Qualifier')
    invoked.push(`${decodeURIComponent(url.pathname.split('/')[3] ?? '')}:${qualifier}`)
    const { payload = HEALTHY, executedVersion = '2', error } = await invoke(qualifier, invoked.length)
    const headers = { 'x-amz-executed-version': executedVersion, ...(error && { 'x-amz-function-error': error }) }
    return Response.json(payload, { headers })
  }
  const server = await listen((request) => answer(request), 0)
  opened.push(() => server.close())
  const logged: string[] = []
  const log = { info: () => {}, warn: () => {}, count: () => {} }
  const error = (_: string, about?: Record<string, unknown>) => logged.push(String(about?.['because']))
  // The pauses between tries are short; the time limit is the real one.
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === 1_000 ? 1 : ms, signal),
  }
  const services = shiftingServices(
    {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: accessKeySecret(),
      ...environment,
    },
    clock,
    { ...log, error },
  )
  const hear = (event: unknown = HOOK, remainingMs = 60_000) =>
    trafficShifting(services)(event, { getRemainingTimeInMillis: () => remainingMs })
  return { hear, reports, invoked, logged, url: server.url }
}

const lambdaTarget = (shifted: boolean) => ({
  deploymentTargetType: 'LambdaTarget',
  lambdaTarget: {
    lifecycleEvents: lifecycle(shifted),
    lambdaFunctionInfo: { functionName: 'shop', functionAlias: 'live', currentVersion: '1', targetVersion: '2' },
  },
})
const lifecycle = (shifted: boolean) => [
  { lifecycleEventName: 'BeforeAllowTraffic', status: shifted ? 'Succeeded' : 'InProgress' },
  { lifecycleEventName: 'AllowTraffic', status: shifted ? 'Succeeded' : 'Pending' },
]
const ecsTarget = (shifted: boolean) => ({
  deploymentTargetType: 'ECSTarget',
  ecsTarget: { lifecycleEvents: lifecycle(shifted) },
})

const reported = (status: string) => ({
  deploymentId: HOOK.DeploymentId,
  lifecycleEventHookExecutionId: HOOK.LifecycleEventHookExecutionId,
  status,
})

describe('a function', () => {
  test.each([
    ['before traffic, is invoked by its version', false, 'shop:2'],
    ['after traffic, is invoked through its alias', true, 'shop:live'],
  ])('%s', async (_, shifted, asked) => {
    const { hear, reports, invoked } = await open({ shifted })
    expect(await hear()).toEqual({ status: 'Succeeded' })
    expect(invoked).toEqual([asked])
    expect(reports).toEqual([reported('Succeeded')])
  })

  test.each<[string, () => Invoked, string]>([
    ['throws', () => ({ error: 'Unhandled', payload: { errorMessage: 'no table' } }), 'fails (Unhandled): {"errorMess'],
    ['says that it is not healthy', () => ({ payload: { status: 'down' } }), 'says that its status is "down"'],
    ['answers as an API with 503', () => ({ payload: { statusCode: 503, body: '{}' } }), 'answers with status 503'],
    ['is another version', () => ({ executedVersion: '1' }), 'was answered by version 1, not by 2'],
    [
      'has another VERSION',
      () => ({ payload: { statusCode: 200, body: '{"status":"ok","version":"0000000"}' } }),
      'says that its version is "0000000", not 3f1c9a2',
    ],
    ['answers no JSON', () => ({ payload: 'hello' }), 'says that its version is nothing, not 3f1c9a2'],
  ])('that %s is reported as failed, with the reason in the log', async (_, invoke, because) => {
    const { hear, reports, logged } = await open({ invoke, environment: { RELEASED_VERSION: '3f1c9a2' } })
    expect(await hear()).toMatchObject({ status: 'Failed', because: expect.stringContaining(`shop:2 ${because}`) })
    expect(reports).toEqual([reported('Failed')])
    expect(logged).toEqual([expect.stringContaining(because)])
  })

  test('that needs a moment gets one', async () => {
    const invoke = (_: unknown, times: number): Invoked => (times < 4 ? { error: 'Unhandled' } : {})
    const { hear, reports } = await open({ invoke })
    expect(await hear()).toEqual({ status: 'Succeeded' })
    expect(reports).toEqual([reported('Succeeded')])
  })

  test('that hangs is reported as failed before Lambda ends the hook', async () => {
    const { promise: hanging, resolve: end } = Promise.withResolvers<Invoked>()
    const { hear, reports } = await open({ invoke: () => hanging })
    const validation = await hear(HOOK, 10_300)
    end({})
    expect(validation).toMatchObject({ status: 'Failed', because: expect.stringContaining('took longer than') })
    expect(reports).toEqual([reported('Failed')])
  })
})

describe('a service on ECS', () => {
  const health = async (status: number, body: object) => {
    const server = await listen(() => Response.json(body, { status }), 0)
    opened.push(() => server.close())
    return server.url
  }

  test('is checked at the test listener first, at the production listener later', async () => {
    const [well, ill] = await Promise.all([health(200, HEALTHY), health(503, {})])
    for (const [shifted, TEST_URL, LIVE_URL] of [
      [false, well, ill],
      [true, ill, well],
    ] as const) {
      const { hear, reports } = await open({ targets: [ecsTarget(shifted)], environment: { TEST_URL, LIVE_URL } })
      expect(await hear()).toEqual({ status: 'Succeeded' })
      expect(reports).toEqual([reported('Succeeded')])
    }
  })

  test.each([
    ['without an address', {}, 'TEST_URL is not set'],
    ['with an invalid one', { TEST_URL: 'shop' }, 'shop is not an address'],
    ['at which nothing answers', { TEST_URL: 'http://127.0.0.1:1/' }, 'does not answer'],
  ])('%s is reported as failed', async (_, environment, because) => {
    const { hear, reports } = await open({ targets: [ecsTarget(false)], environment })
    expect(await hear()).toMatchObject({ status: 'Failed', because: expect.stringContaining(because) })
    expect(reports).toEqual([reported('Failed')])
  })
})

describe('a deployment by ECS itself', () => {
  const stage = (lifecycleStage: string) => ({
    executionId: 'e-1',
    lifecycleStage,
    resourceArn: 'arn:aws:ecs:deployment',
  })
  const answering = async (status: number) => {
    const server = await listen(() => Response.json(HEALTHY, { status }), 0)
    opened.push(() => server.close())
    return server.url
  }

  test.each([
    ['POST_TEST_TRAFFIC_SHIFT', 200, 503, 'SUCCEEDED'],
    ['POST_TEST_TRAFFIC_SHIFT', 503, 200, 'FAILED'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 503, 200, 'SUCCEEDED'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 200, 503, 'FAILED'],
  ])(
    'in %s, with %d at the test listener and %d at production, is answered %4$s',
    async (name, test, live, hookStatus) => {
      const [TEST_URL, LIVE_URL] = await Promise.all([answering(test), answering(live)])
      const { hear, reports } = await open({ environment: { TEST_URL, LIVE_URL } })
      expect(await hear(stage(name))).toEqual({ hookStatus })
      expect(reports).toEqual([])
    },
  )

  test('a check that does not end in time is answered, before Lambda ends the function', async () => {
    const { hear, logged } = await open({ environment: { TEST_URL: await answering(503) } })
    expect(await hear(stage('POST_TEST_TRAFFIC_SHIFT'), 1_000)).toEqual({ hookStatus: 'FAILED' })
    expect(logged).toEqual([expect.stringContaining('took longer than the 0 s')])
  })

  test.each(['PRE_SCALE_UP', 'SOMETHING_NEW'])(
    '%s has no address to ask, so ECS gets an error and rolls back',
    async (name) => {
      const { hear } = await open()
      await expect(hear(stage(name))).rejects.toThrow('the stage of ECS’s event is not in the documented shape')
    },
  )
})

test('a deployment that CodeDeploy does not describe is reported as failed', async () => {
  const { hear, reports } = await open({ targets: [] })
  expect(await hear()).toMatchObject({ status: 'Failed', because: expect.stringContaining('d-SHIFTING1') })
  expect(reports).toEqual([reported('Failed')])
})

test('a report that CodeDeploy already has counts as sent', async () => {
  const reporting = () =>
    Response.json({ __type: 'LifecycleEventAlreadyCompletedException', message: 'done' }, { status: 400 })
  const { hear } = await open({ reporting })
  expect(await hear()).toEqual({ status: 'Succeeded' })
})

test('a report is tried again, and one that fails for good throws, so that Lambda tries again', async () => {
  const once = await open({
    reporting: (times) => (times === 1 ? new Response('{}', { status: 500 }) : Response.json({})),
  })
  expect(await once.hear()).toEqual({ status: 'Succeeded' })
  expect(once.reports).toHaveLength(2)
  const refuse = () => Response.json({ __type: 'DeploymentDoesNotExistException', message: 'no' }, { status: 400 })
  const never = await open({ reporting: refuse })
  await expect(never.hear()).rejects.toThrow('no')
})

test.each([[null], ['text'], [{}], [{ DeploymentId: 'd-1' }], [{ ...HOOK, DeploymentId: 3 }]])(
  'an event without the two ids, %j, cannot be reported, and the log says so',
  async (event) => {
    const { hear, reports } = await open()
    await expect(hear(event)).rejects.toThrow('CodeDeploy’s event is not in the documented shape')
    expect(reports).toEqual([])
  },
)
