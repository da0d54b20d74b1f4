/**
 * How big each function is and how long it takes to start, as packaged: `npm run bench -- functions [runs] [--json]`.
 *
 * Beside each stands the same function bundled by esbuild alone, in the same run: the milliseconds are of this machine, the
 * ratio is of the code. Node has Lambda's flags, and has loaded what Lambda's runtime loads before a function. Each function
 * is measured with V8's code cache, which the packaging makes for this machine, and packaged without it. The floor is a
 * handler that does nothing, which loads Node's modules that nearly every function needs and reads the configuration
 * (scripts/bench/floor/start.mjs).
 */
import { execFileSync } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LAMBDA_FLAGS, WITHOUT_CODE_CACHE } from '../../tests/support/lambda-flags.ts'
import { SHIPPED_POLICY } from '../../tests/support/service-copy.ts'
import { buildFunctions } from './built-functions.ts'
import { runsFrom, spreadOf, written } from './spread.ts'

const given = process.argv.slice(3).filter((argument) => argument !== '--json')
const runs = runsFrom(given[0], 'functions')

/**
 * Node's modules that Lambda's runtime has loaded before it loads the function (src/ of
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client).
 */
const OF_RUNTIME = ['assert', 'fs', 'http', 'module', 'net', 'path', 'util']

const printedBy = (script: string, bundle: string, configuration: string): unknown => {
  const env = {
    AWS_REGION: 'eu-west-1',
    TABLE_NAME: 'table',
    QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/effects',
    SLACK_SECRETS_PATH: '/greenlight/bench/slack',
    GREENLIGHT_CONFIG: configuration,
  }
  const flags = [...LAMBDA_FLAGS, '--input-type=module']
  const printed = execFileSync(process.execPath, [...flags, '--eval', script], { cwd: dirname(bundle), env })
  return JSON.parse(printed.toString().trim().split('\n').at(-1)!)
}

/** Milliseconds of CPU from the start of the import to its end, in a fresh process, and what the function says of its code cache. */
const load = (bundle: string, configuration: string) => {
  const script = `${OF_RUNTIME.map((name) => `import 'node:${name}'`).join('\n')}
    const since = process.cpuUsage()
    await import(${JSON.stringify(pathToFileURL(bundle).href)})
    const { user, system } = process.cpuUsage(since)
    console.log(JSON.stringify({ cpu: (user + system) / 1000, codeCache: globalThis.codeCache ?? 'none' }))
    process.exit(0)`
  return printedBy(script, bundle, configuration) as { cpu: number; codeCache: string }
}

/** The files that it reads, without the parts that are loaded later (infra/load-later.cjs), packaged without a code cache. */
const filesOf = (bundle: string, configuration: string) => {
  const script = `import { createRequire } from 'node:module'
    await import(${JSON.stringify(pathToFileURL(bundle).href)})
    const parts = Object.keys(createRequire(import.meta.url).cache)
    console.log(JSON.stringify([${JSON.stringify(bundle)}, ...parts]))
    process.exit(0)`
  return printedBy(script, bundle, configuration) as string[]
}

const FLOOR = fileURLToPath(new URL('floor/start.mjs', import.meta.url))

const built = await buildFunctions()
const uncached = await buildFunctions(WITHOUT_CODE_CACHE)
try {
  const unpackaged = join(built.directory, 'greenlight.yml')
  await copyFile(SHIPPED_POLICY, unpackaged)
  const kilobytes = (sizes: readonly number[]) => Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000)
  const rows = []
  for (const [name, { bundle, directory }] of built.packaged) {
    const plain = await built.plain(name)
    const without = uncached.packaged.get(name)!
    const configuration = join(directory, 'greenlight.json')
    const pairs = Array.from({ length: runs }, () => ({
      packaged: load(bundle, configuration),
      uncached: load(without.bundle, configuration),
      plain: load(plain, unpackaged),
      floor: load(FLOOR, configuration),
    }))
    const { codeCache } = pairs[0]!.packaged
    if (codeCache !== 'used') throw new Error(`The code cache of ${name} is ${codeCache}`)
    const toPlain = (what: 'packaged' | 'uncached' | 'floor') =>
      spreadOf(pairs.map((pair) => pair[what].cpu / pair.plain.cpu))
    const start = filesOf(without.bundle, configuration).map((path) => relative(without.directory, path))
    rows.push({
      function: name,
      kB: kilobytes([...without.sizes].filter(([path]) => path.startsWith('functions/')).map(([, size]) => size)),
      kBToStart: kilobytes(start.map((path) => without.sizes.get(path)!)),
      kBOfCacheToStart: kilobytes(start.map((path) => built.packaged.get(name)!.sizes.get(`${path}.cache`) ?? 0)),
      ms: spreadOf(pairs.map(({ packaged }) => packaged.cpu)),
      ratio: toPlain('packaged'),
      uncached: toPlain('uncached'),
      floor: toPlain('floor'),
    })
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify({ runs, functions: rows }))
  else {
    console.table(
      rows.map(({ function: name, kB, kBToStart, kBOfCacheToStart, ms, ratio, uncached: without, floor }) => ({
        function: name,
        'kB minified': kB,
        'kB to start': kBToStart,
        'and of code cache': kBOfCacheToStart,
        'ms of CPU to start': written(ms, 0),
        'to the plain build': written(ratio, 2),
        'without code cache': written(without, 2),
        'the floor': written(floor, 2),
      })),
    )
    console.log(`Half of ${runs} runs lie within the brackets.`)
  }
} finally {
  await built.remove()
  await uncached.remove()
}
