import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../../../functions/clock.ts'
import { createWorkspaceClock } from '../../../../local/clock.ts'
import { type Answer, listen } from '../../../../local/http-server.ts'
import { openAws } from '../../../../local/workspace/open-aws.ts'
import type { HookFunction, LambdaGroupOptions } from '../../../../local/aws/codedeploy/codedeploy.ts'
import { trafficShiftingHook } from '../../../../local/workspace/traffic-shifting-hook.ts'
import { createCodeBuild } from '../../../../local/aws/codebuild/codebuild.ts'
import { tools } from '../../../support/equipment.ts'
import { describeWith } from '../../../support/needs.ts'
import { directoryWith, order, removeDirectories } from '../../../support/order.ts'
import { botToken, signingSecret } from '../../../support/secret.ts'

/*
 * Real versions of a real function, in processes of their own, called by the bot's own traffic-shifting through the
 * workspace's AWS endpoint. The tests move the clock and do not wait.
 */

const MINUTE_MS = 60_000
const path = (name: string) => fileURLToPath(new URL(`../../../../${name}`, import.meta.url))
const appspecText = await readFile(path('appspec/lambda/appspec.yml'), 'utf8')

const opened: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})
afterAll(removeDirectories)

const WELL = `export const handler = async ({ rawPath }) => ({ statusCode: 200, body: JSON.stringify({ status: 'ok', version: 'VERSION' }) })`

/** The output of a build: the function, its version and the appspec. */
const bundle = async (version: string, code = WELL, appspec = appspecText) =>
  directoryWith({
    'index.mjs': code.replaceAll('VERSION', version),
    'appspec.yml': appspec,
    VERSION: `${version.padEnd(40, 'a')}\n`,
  })

/** The pauses between a hook's tries are short. */
const impatient = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === 1_000 ? 1 : ms, signal),
}

const open = async (given: Partial<LambdaGroupOptions> & { hook?: HookFunction } = {}) => {
  const clock = createWorkspaceClock()
  opened.push(() => clock.stop())
  let answer: Answer = () => new Response(null, { status: 503 })
  const server = await listen((request) => answer(request), 0)
  opened.push(() => server.close())
  const environment = {
    AWS_ENDPOINT_URL: `${server.url}/aws`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'hook',
    AWS_SECRET_ACCESS_KEY: 'any',
  }
  const aws = await openAws({
    clock,
    url: server.url,
    secrets: { botToken: botToken('1'), signingSecret: signingSecret() },
    signingKeySpec: 'ECC_NIST_P256',
    codePipeline: () => ({ status: 400, body: {} }),
    artifact: () => null,
    noticePublished: () => {},
  })
  answer = (request) => aws.answer(request)
  const group = await aws.codeDeploy.openLambdaGroup({
    lambda: aws.lambda,
    directory: await directoryWith(),
    clock,
    tools,
    accountId: '111122223333',
    functionName: 'hello-lambda',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    hooks: { 'traffic-shifting': given.hook ?? trafficShiftingHook(environment, () => {}, impatient) },
    ...given,
  })
  opened.push(() => group.close())

  /** Starts a deployment; `until` resolves when its log has a line with these words. */
  const begin = (directory: string, signal?: AbortSignal) => {
    const waiting = new Set<() => void>()
    const lines: string[] = []
    const log = (line: string) => {
      lines.push(line)
      waiting.forEach((look) => look())
    }
    const summaries: string[] = []
    const progress = (summary: string) => void summaries.push(summary)
    const inputArtifacts = { Bundle: directory }
    const outcome = group.runner(order({ inputArtifacts, log, progress, ...(signal && { signal }) }))
    const until = (words: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => lines.some((line) => line.includes(words)) && resolve()
        waiting.add(look)
        void outcome.then(({ summary }) => reject(new Error(`${words} was never logged: ${summary}`)))
        look()
      })
    return { outcome, until, lines, summaries }
  }
  /** Deploys, and moves the clock over every step. */
  const release = async (directory: string) => {
    const { outcome, lines } = begin(directory)
    const stop = new AbortController()
    const moved = (async () => {
      while (!stop.signal.aborted) {
        await new Promise(setImmediate)
        if (lines.at(-1)?.startsWith('[AllowTraffic]')) await clock.moveAhead(MINUTE_MS)
      }
    })()
    const result = await outcome
    stop.abort()
    await moved
    return { ...result, lines }
  }
  const ask = async () => {
    const address = group.application()?.url
    if (!address) throw new Error('Nothing is released')
    const response = await fetch(address)
    return { version: response.headers.get('x-amz-executed-version'), text: await response.text() }
  }
  return { group, clock, begin, release, ask }
}

test('a first deployment is checked before and after, and answers', async () => {
  const { release, ask, group } = await open()
  expect(group.application()).toBeNull()
  const { status, summary, externalExecutionId, lines } = await release(await bundle('1111111'))
  expect(summary).toBe(`1111111 answers as version 1 on ${group.application()?.url}.`)
  expect(status).toBe('Succeeded')
  expect(externalExecutionId).toMatch(/^d-[0-9A-F]{9}$/)
  expect(lines.filter((line) => line.includes('reports'))).toEqual([
    '[BeforeAllowTraffic] traffic-shifting reports Succeeded',
    '[AfterAllowTraffic] traffic-shifting reports Succeeded',
  ])
  expect(await ask()).toEqual({ version: '1', text: '{"status":"ok","version":"1111111"}' })
  expect(group.application()).toMatchObject({ version: '1111111', healthy: true })
})

test('a canary gets a tenth of a thousand requests until the clock has passed five minutes', async () => {
  const { release, begin, ask, clock, group } = await open()
  await release(await bundle('1111111'))
  const { outcome, until, lines, summaries } = begin(await bundle('2222222'))
  await until('[AllowTraffic] 10 % to version 2')
  expect(summaries.at(-1)).toMatch(/^AllowTraffic: 10 % to version 2 until \d\d:\d\d:\d\d UTC\.$/)
  const next = { version: '2222222', percent: 10 }
  expect(group.application()).toMatchObject({ version: '1111111', healthy: true, next })
  const versions: (string | null)[] = []
  for (let batch = 0; batch < 20; batch += 1)
    versions.push(...(await Promise.all(Array.from({ length: 50 }, ask))).map(({ version }) => version))
  expect(versions.filter((version) => version === '2')).toHaveLength(100)
  expect(versions.filter((version) => version === '1')).toHaveLength(900)
  await clock.moveAhead(5 * MINUTE_MS - 10_000)
  expect(lines.some((line) => line.includes('100 %'))).toBe(false)
  await clock.moveAhead(10_000)
  expect(await outcome).toMatchObject({ status: 'Succeeded' })
  expect((await ask()).version).toBe('2')
  expect(group.application()).toMatchObject({ version: '2222222', next: null })
})

test('a linear shift grows by a tenth a minute, each at its own time in one move of the clock', async () => {
  const { release, begin, clock } = await open({
    deploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
  })
  await release(await bundle('1111111'))
  const { outcome, until, lines } = begin(await bundle('2222222'))
  await until('10 %')
  await clock.moveAhead(60 * MINUTE_MS)
  await outcome
  const shares = lines.flatMap((line) => /^\[AllowTraffic\] (\d+) %/.exec(line)?.[1] ?? [])
  expect(shares).toEqual(['10', '20', '30', '40', '50', '60', '70', '80', '90', '100'])
  const seconds = lines.flatMap((line) => {
    const [, until] = /until ([\d:]{8}) UTC/.exec(line) ?? []
    return until === undefined ? [] : Date.parse(`2026-11-23T${until}Z`) / 1000
  })
  const minutes = seconds.map((at) => Math.round((at - seconds[0]!) / 60) % (24 * 60))
  expect(minutes.map((minute) => (minute + 24 * 60) % (24 * 60))).toEqual(minutes.map((_, index) => index))
})

const ILL = `export const handler = async () => ({ statusCode: 500, body: '{}' })`
const CRASHES = `process.exit(3)`
/** Healthy when it is checked before traffic, and from then on no more. */
const ILL_LATER = `let asked = 0
export const handler = async () => ({ statusCode: (asked += 1) > 1 ? 500 : 200, body: '{"status":"ok"}' })`

test.each([
  ['is ill', ILL, 'BeforeAllowTraffic failed: traffic-shifting reports Failed: hello-lambda:2 answers with status 500'],
  ['crashes at its start', CRASHES, 'hello-lambda:2 fails (Unhandled): {"errorType":"Runtime.ExitError"'],
  ['has no handler', 'export const other = 1', 'exports no function handler'],
])('a version that %s gets no traffic', async (_, code, because) => {
  const { release, ask } = await open()
  await release(await bundle('1111111'))
  const { status, errorCode, summary, lines } = await release(await bundle('2222222', code))
  expect([status, errorCode]).toEqual(['Failed', 'JobFailed'])
  expect(summary).toContain(because)
  expect(summary).toMatch(/\. No traffic had been shifted\.$/)
  expect(lines.some((line) => line.startsWith('[AllowTraffic]'))).toBe(false)
  expect((await ask()).version).toBe('1')
})

test('a version that fails under traffic is rolled back to the one before', async () => {
  const { release, ask, group } = await open()
  await release(await bundle('1111111'))
  const { summary } = await release(await bundle('2222222', ILL_LATER))
  expect(summary).toMatch(/^AfterAllowTraffic failed: .* Rolled back to 1111111, version 1\.$/)
  expect((await ask()).version).toBe('1')
  expect(group.application()).toMatchObject({ version: '1111111', healthy: true })
  const next = await release(await bundle('3333333'))
  expect(next.summary).toMatch(/^3333333 answers as version 3/)
})

test('a hook that never reports is given up after an hour', async () => {
  const { begin, clock } = await open({ hook: () => Promise.resolve() })
  const { outcome, until } = begin(await bundle('1111111'))
  await until('asks traffic-shifting')
  await clock.moveAhead(60 * MINUTE_MS)
  expect((await outcome).summary).toContain('traffic-shifting has reported nothing for an hour')
})

test('an abandoned deployment gives the traffic back', async () => {
  const { release, begin, ask } = await open()
  await release(await bundle('1111111'))
  const abort = new AbortController()
  const { outcome, until } = begin(await bundle('2222222'), abort.signal)
  await until('[AllowTraffic] 10 %')
  abort.abort()
  expect((await outcome).summary).toBe('AllowTraffic failed: it was stopped. Rolled back to 1111111, version 1.')
  for (const { version } of await Promise.all(Array.from({ length: 20 }, ask))) expect(version).toBe('1')
})

test.each([
  ['no appspec', '', 'names not exactly'],
  ['keys in another case', appspecText.replace('Resources:', 'resources:'), 'appspec.yml:'],
  ['another function', appspecText.replace('Name: hello-lambda', 'Name: other'), 'deploys other:live'],
  ['an outdated version', appspecText.replace('<CURRENT_VERSION>', '7'), 'CurrentVersion is 7, and'],
  ['an unpublished version', appspecText.replace('<TARGET_VERSION>', '7'), 'no such version is published'],
  [
    'a hook that is not there',
    appspecText.replace('Traffic: traffic-shifting', 'Traffic: nobody'),
    'no function nobody',
  ],
])('a bundle with %s is refused', async (_, appspec, because) => {
  const { release } = await open()
  const { status, summary } = await release(await bundle('1111111', WELL, appspec || 'version: 0.0\nResources: []\n'))
  expect(status).toBe('Failed')
  expect(summary).toContain(because)
})

await describeWith(['python'], 'a function in Python', () => {
  test('is deployed as well', async () => {
    const { release, ask } = await open({ runtime: 'python3.13', handler: 'app.handler' })
    const directory = await bundle('1111111')
    await writeFile(
      join(directory, 'app.py'),
      'def handler(event, context):\n    print("asked")\n    return {"status": "ok", "path": event["rawPath"]}\n',
    )
    const { status, lines } = await release(directory)
    expect(status).toBe('Succeeded')
    expect(lines).toContain('[hello-lambda] asked')
    expect((await ask()).text).toBe('{"status":"ok","path":"/"}')
  })
})

await describeWith(['bash'], 'examples/hello-lambda', () => {
  test('is built and deployed with its commit', async () => {
    const { release, ask, clock } = await open()
    const commit = '3f1c9a2b4d5e6f708192a3b4c5d6e7f809182736'
    const [source, output] = [await directoryWith({ 'appspec.yml': appspecText }), await directoryWith()]
    await cp(path('examples/hello-lambda'), source, { recursive: true })
    const build = createCodeBuild({
      directory: await directoryWith(),
      tools,
      packageIndex: { prepare: () => Promise.resolve({}) },
      clock,
      commitIn: () => commit,
      projects: {
        build: { buildspec: 'buildspec.yml', timeoutMs: MINUTE_MS },
        test: { buildspec: 'buildspec-test.yml', timeoutMs: MINUTE_MS },
      },
    })
    const run = (ProjectName: string, outputArtifacts: Record<string, string>) =>
      build(order({ configuration: { ProjectName }, inputArtifacts: { Source: source }, outputArtifacts }))
    expect(await run('test', {})).toMatchObject({ status: 'Succeeded', summary: expect.stringContaining('2 tests') })
    expect(await run('build', { Bundle: output })).toMatchObject({ status: 'Succeeded' })
    expect((await release(output)).summary).toMatch(/^3f1c9a2 answers as version 1/)
    expect(JSON.parse((await ask()).text)).toEqual({ message: 'Hello from Lambda', version: '3f1c9a2' })
  })
})
