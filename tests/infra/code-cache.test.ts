import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'
import { LAMBDA_FLAGS, WITH_CODE_CACHE, WITHOUT_CODE_CACHE } from '../support/lambda-flags.ts'
import { packageWithArchives, type WithArchives } from '../support/package-service.ts'

let packaged: WithArchives
let directory: string
beforeAll(async () => {
  packaged = await packageWithArchives(...WITH_CODE_CACHE)
  directory = await mkdtemp(join(tmpdir(), 'greenlight-code-cache-'))
  for (const [door, archive] of packaged.archives)
    for (const [path, content] of archive) {
      await mkdir(dirname(join(directory, door, path)), { recursive: true })
      await writeFile(join(directory, door, path), content)
    }
}, 120_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

const cachesIn = ({ archives }: WithArchives) =>
  [...archives].map(([door, archive]) => [door, [...archive.keys()].filter((path) => path.endsWith('.cache'))] as const)

interface Started {
  handler: string
  codeCache?: string
  /** The scripts that Node compiled by itself. */
  compiled: number
}

/** What becomes of the function that is in this directory, in Node with these flags. */
const start = async (door: string, at = join(directory, door), flags = LAMBDA_FLAGS): Promise<Started> => {
  const script = `import { createRequire } from 'node:module'
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(at, 'functions', `${door}.mjs`)).href)})
    const compiled = Object.keys(createRequire(import.meta.url).cache).length
    console.log(JSON.stringify({ handler: typeof handler, codeCache: globalThis.codeCache, compiled }))`
  const env = {
    AWS_REGION: 'eu-west-1',
    TABLE_NAME: 'table',
    QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/effects',
    SLACK_SECRETS_PATH: '/greenlight/test/slack',
    GREENLIGHT_CONFIG: join(at, 'greenlight.json'),
  }
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', script], {
    env,
  })
  return JSON.parse(stdout) as Started
}

test('each function starts with it under Lambda’s flags, whatever its memory', async () => {
  const doors = [...packaged.archives.keys()]
  expect(doors).toHaveLength(8)
  for (const door of doors)
    expect([door, await start(door)]).toEqual([door, { handler: 'function', codeCache: 'used', compiled: 0 }])
  const small = [...LAMBDA_FLAGS, '--max-semi-space-size=12', '--max-old-space-size=231']
  expect(await start('pipeline-changed', undefined, small)).toMatchObject({ codeCache: 'used' })
})

test('V8 takes the cache of each script, also of those that are loaded later', async () => {
  const script = `import { readFileSync, globSync } from 'node:fs'
    import { Script } from 'node:vm'
    const scripts = globSync('*/functions/*.parts/*.cjs', { cwd: ${JSON.stringify(directory)} })
    const refused = scripts.filter((path) => {
      const file = ${JSON.stringify(`${directory}/`)} + path
      const source = '(function(exports,require,module){' + readFileSync(file) + '\\n})'
      return new Script(source, { cachedData: readFileSync(file + '.cache') }).cachedDataRejected !== false
    })
    console.log(JSON.stringify({ scripts: scripts.length, refused }))`
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...LAMBDA_FLAGS,
    ...['--input-type=module', '--eval', script],
  ])
  const scripts = [...packaged.archives.values()].flatMap((archive) =>
    [...archive.keys()].filter((path) => path.endsWith('.cjs')),
  )
  expect(JSON.parse(stdout)).toEqual({ scripts: scripts.length, refused: [] })
})

describe('the function starts without it, and says why,', () => {
  const DOOR = 'approval-decided'
  const SCRIPT = join('functions', `${DOOR}.parts`, `${DOOR}.cjs`)
  let other: string
  beforeEach(async () => {
    other = await mkdtemp(join(tmpdir(), 'greenlight-code-cache-'))
    await cp(join(directory, DOOR), other, { recursive: true })
  })
  afterEach(() => rm(other, { recursive: true, force: true }))

  const edited = async (path: string, edit: (text: string) => string) => {
    const before = await readFile(join(other, path), 'latin1')
    expect(edit(before)).not.toBe(before)
    await writeFile(join(other, path), edit(before), 'latin1')
  }

  test('under other flags', async () => {
    expect(await start(DOOR, other, ['--no-experimental-require-module'])).toEqual({
      handler: 'function',
      codeCache: 'not used: V8 rejected it, as it does under other flags',
      compiled: 0,
    })
  })

  test.each([
    ['of another version', process.version, 'v24.0.1'],
    ['on another architecture', `arch:"${process.arch}"`, 'arch:"s390x"'],
  ])('in a Node %s', async (_, now, then) => {
    await edited(join('functions', `${DOOR}.mjs`), (text) => text.replace(now, then))
    const { codeCache, ...started } = await start(DOOR, other)
    expect(started).toEqual({ handler: 'function', compiled: 1 })
    expect(codeCache).toMatch(/^not used: made by v\S+ on \w+, and this is v\S+ on \w+$/)
  })

  test.each([
    ['another script of the same length', SCRIPT, (text: string) => text.replace('exports.file=', 'exports.life=')],
    ['a longer script', SCRIPT, (text: string) => `${text} `],
    ['a changed cache', `${SCRIPT}.cache`, (text: string) => `${text.slice(0, 2_500)}x${text.slice(2_501)}`],
    ['half a cache', `${SCRIPT}.cache`, (text: string) => text.slice(0, text.length / 2)],
  ])('with %s', async (_, path, edit) => {
    await edited(path, edit)
    expect(await start(DOOR, other)).toEqual({
      handler: 'function',
      codeCache: `not used: ${DOOR}.cjs is not as it was packaged`,
      compiled: 0,
    })
  })

  test('with no cache', async () => {
    await rm(join(other, `${SCRIPT}.cache`))
    const { handler, codeCache } = await start(DOOR, other)
    expect([handler, codeCache]).toEqual(['function', expect.stringContaining('not used: ENOENT')])
  })
})

test('no script has an import in the middle of a function, at which Node would print a warning', () => {
  const scripts = [...packaged.archives].flatMap(([door, archive]) =>
    [...archive]
      .filter(([path]) => path.endsWith('.cjs'))
      .map(([path, content]) => [door, path, String(content)] as const),
  )
  const importing = scripts.filter(([, , source]) => /\bimport\(/.test(source))
  expect(importing.map(([door, path]) => [door, path])).toEqual([])
  expect(scripts.filter(([, , source]) => source.includes('require("node:http")'))).not.toEqual([])
})

interface Packaging {
  new (
    serverless: object,
    options: object,
    writers: { log: { notice(line: string): void } },
  ): {
    hooks: Record<string, () => void>
  }
  make(
    door: string,
    outdir: string,
    of: { node: string; runtime: string; architecture: string },
  ): Promise<string | undefined>
}
const CodeCache = createRequire(import.meta.url)('../../infra/code-cache.cjs') as Packaging
const PLUGINS = createRequire(import.meta.url)('../../esbuild.plugins.cjs') as Plugin[]
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'

describe('the packaging', () => {
  test('makes the same bytes each time and everywhere, also by a command that starts Node', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'greenlight-elsewhere-'))
    const node = `env NODE_NO_WARNINGS=1 ${process.execPath}`
    try {
      for (const [door, archive] of packaged.archives) {
        await cp(join(directory, door), elsewhere, { recursive: true })
        const own = [...archive].filter(([path]) => path.startsWith('functions/'))
        for (const [path] of own) if (!path.endsWith('.cjs')) await rm(join(elsewhere, path))
        await CodeCache.make(door, join(elsewhere, 'functions'), { node, runtime: 'nodejs24.x', architecture })
        for (const [path, content] of own)
          expect([path, content.equals(await readFile(join(elsewhere, path)))]).toEqual([path, true])
      }
    } finally {
      await rm(elsewhere, { recursive: true, force: true })
    }
  })

  test('leaves it out for another architecture, and says so in one line', async () => {
    const without = await packageWithArchives(...WITHOUT_CODE_CACHE)
    expect(cachesIn(without)).toEqual(cachesIn(without).map(([door]) => [door, []]))
    const lines = without.said.split('\n').filter((line) => line.includes('code cache'))
    expect(lines).toHaveLength(1)
    const doors = [...packaged.archives.keys()].sort().join(', ')
    expect(lines[0]).toContain(
      `Without V8's code cache (docs/starts.md): ${doors}. ${process.version} on ${process.arch} `,
    )
    expect(lines[0]).toMatch(/cannot make it for nodejs24\.x on \w+\.$/)
    const door = without.archives.get('approval-decided')?.get('functions/approval-decided.mjs')?.toString()
    expect(door).toMatch(/^import\{createRequire\}from'node:module';/)
  }, 120_000)

  test.each([
    ['is not there', 'no-such-node', 'spawn no-such-node ENOENT'],
    ['fails', 'node --import data:text/javascript,throw(RangeError("no"))', 'RangeError: no'],
    ['prints something else', 'echo', /JSON/],
  ])(
    'leaves it out if the command %s, and says so in one line',
    async (_, codeCacheNode, why) => {
      const said: string[] = []
      const service = { provider: { runtime: 'nodejs24.x', architecture }, functions: {}, custom: { codeCacheNode } }
      const { hooks } = new CodeCache({ service }, {}, { log: { notice: (line) => said.push(line) } })
      const archive = await mkdtemp(join(tmpdir(), 'greenlight-archive-'))
      try {
        const outdir = join(archive, 'functions')
        for (const door of ['traffic-shifting', 'approval-decided'])
          await build({
            entryPoints: [join('functions', `${door}.ts`)],
            ...{ bundle: true, platform: 'node', format: 'esm', target: 'node24', mainFields: ['module', 'main'] },
            ...{ outdir, outExtension: { '.js': '.mjs' }, plugins: PLUGINS, logLevel: 'silent' },
          })
        hooks['after:package:createDeploymentArtifacts']?.()
        expect(said).toEqual([expect.stringMatching(why)])
        expect(said[0]).toContain('approval-decided, traffic-shifting. ')
        expect(said[0]).not.toContain('\n')
        const files = globSync('**/*.{mjs,cache}', { cwd: outdir })
        expect(files.sort()).toEqual(['approval-decided.mjs', 'traffic-shifting.mjs'])
      } finally {
        await rm(archive, { recursive: true, force: true })
      }
    },
    60_000,
  )
})
