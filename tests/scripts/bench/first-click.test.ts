import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { invoke } from '../../../scripts/bench/invocations.ts'
import { CONFIGURATION, callsOf, recordClick } from '../../../scripts/bench/recorded-click.ts'
import { replay } from '../../../scripts/bench/replay.ts'

let click: Awaited<ReturnType<typeof recordClick>>
let services: Awaited<ReturnType<typeof replay>>
let directory: string
beforeAll(async () => {
  click = await recordClick()
  services = await replay(click.answers)
  directory = await mkdtemp(join(tmpdir(), 'greenlight-first-click-'))
}, 60_000)
afterAll(async () => {
  await services.close()
  await rm(directory, { recursive: true, force: true })
})

const clicked = async (bundle: string, clicks: number, flags: string[] = []) => {
  const configuration = join(directory, 'greenlight.yml')
  await writeFile(configuration, CONFIGURATION)
  const environment = { ...click.environment(services.url), GREENLIGHT_CONFIG: configuration }
  services.calls()
  const { answered } = await invoke(resolve(bundle), click.event(), { times: clicks, environment, flags })
  expect(answered).toHaveLength(clicks)
  return services.calls()
}

test.each(['functions/button-clicked.ts', 'scripts/bench/floor/click.mjs'])(
  '%s makes the calls of a click, of which two are for the first one alone',
  async (bundle) => {
    expect(await clicked(bundle, 1)).toEqual(callsOf(1))
    expect(await clicked(bundle, 3)).toEqual(callsOf(3))
  },
)

const watched = async (script: string): Promise<string[]> => {
  const file = join(directory, 'watched.mjs')
  await writeFile(file, script)
  return ['--import', file]
}

/** V8 reads its data of languages for the first format: 30 to 50 ms, as much as the whole rest of a click. */
test('the first click makes no format of Intl', async () => {
  const flags = await watched(
    `for (const [name, Format] of Object.getOwnPropertyNames(Intl).map((name) => [name, Intl[name]]))
       if (typeof Format === 'function')
         Intl[name] = new Proxy(Format, { construct: () => { throw new Error('Intl.' + name + ' is made') } })`,
  )
  expect(await clicked('functions/button-clicked.ts', 1, flags)).toEqual(callsOf(1))
})

/** Node takes 20 ms to load it (docs/decisions/0039-requests-are-sent-without-fetch.md). */
test('the first click does without fetch', async () => {
  const flags = await watched(`globalThis.fetch = () => { throw new Error('fetch is called') }`)
  expect(await clicked('functions/button-clicked.ts', 1, flags)).toEqual(callsOf(1))
  await expect(clicked('scripts/bench/floor/click.mjs', 1, flags)).rejects.toThrow('fetch is called')
})
