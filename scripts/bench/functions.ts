/**
 * How big each function is and how long it takes to start, as packaged: `npm run bench -- functions [runs] [--json]`.
 *
 * Beside each stands the same function bundled by esbuild alone, in the same run: the milliseconds are of this machine, the
 * ratio is of the code. The floor is a handler that does nothing, which loads Node's modules that nearly every function needs
 * and reads the configuration (scripts/bench/floor/start.mjs).
 */
import { execFileSync } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { SHIPPED_POLICY } from '../../tests/support/service-copy.ts'
import { buildFunctions } from './built-functions.ts'
import { runsFrom, spreadOf, written } from './spread.ts'

const given = process.argv.slice(3).filter((argument) => argument !== '--json')
const runs = runsFrom(given[0], 'functions')

interface Loaded {
  /** Milliseconds of CPU from the start of the import to its end, in a fresh process. */
  cpu: number
  /** The files that it read, without the parts that are loaded later (infra/load-later.cjs). */
  files: string[]
}

const load = (bundle: string, configuration: string): Loaded => {
  const script = `import { createRequire } from 'node:module'
    const since = process.cpuUsage()
    await import(${JSON.stringify(pathToFileURL(bundle).href)})
    const { user, system } = process.cpuUsage(since)
    const parts = Object.keys(createRequire(import.meta.url).cache)
    console.log(JSON.stringify({ cpu: (user + system) / 1000, files: [${JSON.stringify(bundle)}, ...parts] }))
    process.exit(0)`
  const env = {
    AWS_REGION: 'eu-west-1',
    TABLE_NAME: 'table',
    QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/effects',
    SLACK_SECRETS_PATH: '/greenlight/bench/slack',
    GREENLIGHT_CONFIG: configuration,
  }
  // As Lambda runs Node: it switches off the require of ES modules.
  const flags = ['--no-experimental-require-module', '--input-type=module']
  const printed = execFileSync(process.execPath, [...flags, '--eval', script], { cwd: dirname(bundle), env })
  return JSON.parse(printed.toString().trim().split('\n').at(-1)!) as Loaded
}

const FLOOR = fileURLToPath(new URL('floor/start.mjs', import.meta.url))

const built = await buildFunctions()
try {
  const unpackaged = join(built.directory, 'greenlight.yml')
  await copyFile(SHIPPED_POLICY, unpackaged)
  const kilobytes = (sizes: readonly number[]) => Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000)
  const rows: Record<string, { kB: number; kBToStart: number; ms: number[]; ratio: number[]; floor: number[] }> = {}
  for (const [name, { bundle, directory, sizes }] of built.packaged) {
    const plain = await built.plain(name)
    const pairs = Array.from({ length: runs }, () => ({
      packaged: load(bundle, join(directory, 'greenlight.json')),
      plain: load(plain, unpackaged),
      floor: load(FLOOR, join(directory, 'greenlight.json')),
    }))
    const start = pairs[0]!.packaged.files.map((path) => sizes.get(relative(directory, path))!)
    rows[name] = {
      kB: kilobytes([...sizes].filter(([path]) => path.startsWith('functions/')).map(([, size]) => size)),
      kBToStart: kilobytes(start),
      ms: pairs.map(({ packaged }) => packaged.cpu),
      ratio: pairs.map(({ packaged, plain: other }) => packaged.cpu / other.cpu),
      floor: pairs.map(({ floor, plain: other }) => floor.cpu / other.cpu),
    }
  }
  const figures = Object.entries(rows).map(([name, { ms, ratio, floor, ...sizes }]) => ({
    function: name,
    ...sizes,
    ms: spreadOf(ms),
    ratio: spreadOf(ratio),
    floor: spreadOf(floor),
  }))
  if (process.argv.includes('--json')) console.log(JSON.stringify({ runs, functions: figures }))
  else {
    console.table(
      figures.map(({ function: name, kB, kBToStart, ms, ratio, floor }) => ({
        function: name,
        'kB minified': kB,
        'kB to start': kBToStart,
        'ms of CPU to start': written(ms, 0),
        'to the plain build': written(ratio, 2),
        'the floor': written(floor, 2),
      })),
    )
    console.log(`Half of ${runs} runs lie within the brackets.`)
  }
} finally {
  await built.remove()
}
