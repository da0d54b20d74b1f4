import { newVersion } from '../../functions/hook/new-version.ts'
import { listen } from '../../local/http-server.ts'
import { accessKeySecret } from '../support/secret.ts'

/** A version over HTTP that answers this, and keeps what it was asked: as Lambda's API, and as an address. */
const versionThat = async (answer: (caller: AbortController) => Response | Promise<Response>, limits = {}) => {
  const caller = new AbortController()
  const { signal } = caller
  const asked: { path: string; text: string }[] = []
  const server = await listen(async (request) => {
    const { pathname, search } = new URL(request.url)
    asked.push({ path: `${request.method} ${pathname}${search}`, text: await request.text() })
    return answer(caller)
  }, 0)
  servers.push(server)
  const credentials = { accessKeyId: 'x', secretAccessKey: accessKeySecret() }
  const { invoke, get } = newVersion({ region: 'eu-west-1', endpoint: server.url, credentials }, limits)
  return {
    asked,
    invoke: () => invoke('shop', '2', '/healthz', signal),
    get: (path = '/healthz') => get(`${server.url}${path}`, signal),
    getFrom: (url: string) => get(url, signal),
  }
}
const servers: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

describe('a version of a function', () => {
  test('is asked for its health as by an HTTP API, in the parts of the request that functions route by', async () => {
    const { invoke, asked } = await versionThat(() => Response.json({}))
    await invoke()
    expect(asked.map(({ path }) => path)).toEqual(['POST /2015-03-31/functions/shop/invocations?Qualifier=2'])
    expect(JSON.parse(asked[0]!.text)).toEqual({
      version: '2.0',
      routeKey: 'GET /healthz',
      rawPath: '/healthz',
      rawQueryString: '',
      headers: { 'user-agent': 'greenlight-traffic-shifting' },
      requestContext: { http: { method: 'GET', path: '/healthz', protocol: 'HTTP/1.1' }, stage: '$default' },
      isBase64Encoded: false,
    })
  })

  test('answers with its payload and the version that ran', async () => {
    const headers = { 'x-amz-executed-version': '2' }
    const json = await versionThat(() => Response.json({ status: 'ok' }, { headers }))
    expect(await json.invoke()).toEqual({ kind: 'answered', executedVersion: '2', payload: { status: 'ok' } })
    const text = await versionThat(() => new Response('fine'))
    expect(await text.invoke()).toEqual({ kind: 'answered', executedVersion: null, payload: 'fine' })
  })

  test('that fails says why, with no more of its error than fits into a line of the log', async () => {
    const headers = { 'x-amz-function-error': 'Unhandled' }
    const { invoke } = await versionThat(() => new Response('e'.repeat(500), { headers }))
    expect(await invoke()).toEqual({ kind: 'failed', because: `fails (Unhandled): ${'e'.repeat(200)}` })
  })

  test('that Lambda refuses to invoke is asked once: the caller knows how much time is left', async () => {
    const { invoke, asked } = await versionThat(() => Response.json({ message: 'busy' }, { status: 503 }))
    expect(await invoke()).toEqual({ kind: 'failed', because: expect.stringMatching(/^does not answer: \w+: busy$/) })
    expect(asked).toHaveLength(1)
  })
})

describe('an address', () => {
  test('answers with its status and its text, whatever the status', async () => {
    const { get, asked } = await versionThat(() => new Response('{"status":"ill"}', { status: 503 }))
    const payload = { statusCode: 503, body: '{"status":"ill"}' }
    expect(await get()).toEqual({ kind: 'answered', executedVersion: null, payload })
    expect(asked).toEqual([{ path: 'GET /healthz', text: '' }])
  })

  test('that is not an address, or that no server answers, is a failed answer', async () => {
    const { getFrom } = await versionThat(() => new Response())
    expect(await getFrom('shop')).toEqual({ kind: 'failed', because: 'is not an address' })
    const [closed] = servers.splice(0) as [{ close: () => Promise<void>; url: string }]
    await closed.close()
    expect(await getFrom(closed.url)).toEqual({ kind: 'failed', because: expect.stringMatching(/^does not answer: /) })
  })
})

test('an address that does not answer in its time has failed, and leaves time for further tries', async () => {
  const { promise, resolve } = Promise.withResolvers<Response>()
  const { get } = await versionThat(() => promise, { addressAnswersWithinMs: 20 })
  expect(await get()).toEqual({ kind: 'failed', because: expect.stringContaining('TimeoutError') })
  resolve(new Response())
})

test('a caller whose time is over waits for no answer of either', async () => {
  const { invoke } = await versionThat((caller) => {
    caller.abort()
    return Response.json({ status: 'ok' })
  })
  expect(await invoke()).toMatchObject({ kind: 'failed' })
  const { get } = await versionThat((caller) => {
    caller.abort()
    return Response.json({ status: 'ok' })
  })
  expect(await get()).toMatchObject({ kind: 'failed' })
})
