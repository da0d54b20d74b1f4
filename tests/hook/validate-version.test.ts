import type { Answer } from '../../functions/hook/judge-answer.ts'
import type { ShiftingTarget } from '../../functions/hook/validate-version.ts'
import { validateVersion } from '../../functions/hook/validate-version.ts'

const HOOK = { deploymentId: 'd-SHIFTING1', hookExecutionId: 'hook-1' }
const FUNCTION: ShiftingTarget = {
  kind: 'lambda',
  functionName: 'shop',
  alias: 'live',
  version: '2',
  shifted: false,
}
const WELL: Answer = { kind: 'answered', executedVersion: '2', payload: { status: 'ok' } }
const ILL: Answer = { kind: 'failed', because: 'does not answer' }

/** A version that is healthy from this try on, and a clock that keeps the lengths of its sleeps. */
const shifting = ({
  wellFrom = 1,
  target = FUNCTION,
  urls = {},
}: {
  wellFrom?: number
  target?: ShiftingTarget
  urls?: { testUrl?: string; liveUrl?: string }
} = {}) => {
  const happened: string[] = []
  const logged: { level: string; message: string; about: object }[] = []
  let tries = 0
  let over: (() => void) | null = null
  const answer = async (): Promise<Answer> => {
    tries += 1
    happened.push(`asked ${tries}`)
    return tries >= wellFrom ? WELL : ILL
  }
  const log = (level: string) => (message: string, about?: object) =>
    void logged.push({ level, message, about: about ?? {} })
  return {
    happened,
    logged,
    /** The time for the check is over. */
    end: () => over?.(),
    services: {
      clock: {
        now: () => 0,
        newId: () => 'id',
        sleep: (ms: number, signal?: AbortSignal) => {
          happened.push(`sleeps ${ms}`)
          signal?.addEventListener('abort', () => happened.push(`stops sleeping ${ms}`))
          // The first sleep is the time limit: it lasts until the test says so.
          return ms === 50_000 ? new Promise<void>((resolve) => (over = resolve)) : Promise.resolve()
        },
      },
      log: { info: log('info'), warn: log('warn'), error: log('error'), count: () => {} },
      deployments: {
        target: async () => target,
        report: async (hook: typeof HOOK, status: string) => void happened.push(`${hook.hookExecutionId} ${status}`),
      },
      newVersion: { invoke: answer, get: answer },
      settings: { healthPath: '/healthz', releasedVersion: null, testUrl: null, liveUrl: null, ...urls },
    },
  }
}

/** What happened between the start of the check and its end. */
const within = (happened: string[]): string[] => happened.filter((what) => !what.includes('50000'))

describe('a version that is not healthy', () => {
  test('has a second before each further try: a cold container may need a moment', async () => {
    const { services, happened } = shifting({ wellFrom: 3 })
    expect(await validateVersion(services, HOOK, 50_000)).toEqual({ status: 'Succeeded' })
    expect(within(happened).filter((what) => !what.startsWith('stops'))).toEqual([
      'asked 1',
      'sleeps 1000',
      'asked 2',
      'sleeps 1000',
      'asked 3',
      'hook-1 Succeeded',
    ])
  })

  test('is tried five times and no more, and the reason is given', async () => {
    const { services, happened, logged } = shifting({ wellFrom: 6 })
    const because = 'shop:2 does not answer, 5 times'
    expect(await validateVersion(services, HOOK, 50_000)).toEqual({ status: 'Failed', because })
    expect(happened.filter((what) => what.startsWith('asked'))).toHaveLength(5)
    expect(happened.filter((what) => what === 'sleeps 1000')).toHaveLength(4)
    expect(happened.at(-1)).toBe('hook-1 Failed')
    expect(logged.at(-1)).toMatchObject({ level: 'error', about: { ...HOOK, because } })
    expect((await validateVersion(shifting({ wellFrom: 5 }).services, HOOK, 50_000)).status).toBe('Succeeded')
  })

  test('is tried again only when the pause is over', async () => {
    const { services, happened } = shifting({ wellFrom: 2 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const sleep: typeof services.clock.sleep = (ms, signal) =>
      ms === 1_000 ? promise : services.clock.sleep(ms, signal)
    const validated = validateVersion({ ...services, clock: { ...services.clock, sleep } }, HOOK, 50_000)
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    expect(happened.filter((what) => what.startsWith('asked'))).toEqual(['asked 1'])
    resolve()
    expect(await validated).toEqual({ status: 'Succeeded' })
  })
})

describe('the time for the check', () => {
  test('ends it, and cancels what it still waits for', async () => {
    const { services, happened, end } = shifting()
    const signals: AbortSignal[] = []
    const invoke = (_f: string, _q: string, _p: string, signal: AbortSignal) => {
      signals.push(signal)
      return new Promise<Answer>(() => {})
    }
    const validated = validateVersion({ ...services, newVersion: { ...services.newVersion, invoke } }, HOOK, 50_000)
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    end()
    expect(await validated).toEqual({ status: 'Failed', because: 'the check took longer than the 50 s that it has' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(happened.at(-1)).toBe('hook-1 Failed')
  })

  test('is canceled when the check has ended, or the function would not end', async () => {
    const { services, happened } = shifting()
    await validateVersion(services, HOOK, 50_000)
    expect(happened).toContain('stops sleeping 50000')
  })
})

test('a check that crashes fails with its reason: a hook that never reports holds its deployment for an hour', async () => {
  const { services, happened } = shifting()
  const target = async (): Promise<ShiftingTarget> => {
    throw new RangeError('of another kind')
  }
  const crashing = { ...services, deployments: { ...services.deployments, target } }
  expect(await validateVersion(crashing, HOOK, 50_000)).toEqual({
    status: 'Failed',
    because: 'RangeError: of another kind',
  })
  expect(happened.at(-1)).toBe('hook-1 Failed')
})

test('the check has ended only when CodeDeploy has taken the report', async () => {
  const { services } = shifting()
  const report = async (): Promise<void> => {
    throw new Error('CodeDeploy is down')
  }
  const refused = { ...services, deployments: { ...services.deployments, report } }
  await expect(validateVersion(refused, HOOK, 50_000)).rejects.toThrow('CodeDeploy is down')
})

test.each([
  [false, { liveUrl: 'https://live.example' }, 'TEST_URL'],
  [true, { testUrl: 'https://test.example' }, 'LIVE_URL'],
])(
  'a service whose address is missing (traffic shifted: %s): the reason names the address',
  async (shifted, urls, name) => {
    const { services } = shifting({ target: { kind: 'ecs', shifted }, urls })
    expect(await validateVersion(services, HOOK, 50_000)).toEqual({
      status: 'Failed',
      because: `Error: ${name} is not set: there is no address to ask the service at`,
    })
  },
)
