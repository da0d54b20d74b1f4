/**
 * How big each function is and how long it takes to load, as packaged: `npm run bench -- functions [runs]`.
 *
 * The milliseconds are of this machine: compare them with each other, and before a change with after it.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageWithArchives } from '../../tests/support/package-service.ts'

const runs = Number(process.argv[3] ?? 9)
if (!Number.isInteger(runs) || runs < 1) {
  console.error(
    `npm run bench -- functions [runs]: the number of runs is a whole number from 1, not "${process.argv[3]}"`,
  )
  process.exit(1)
}

const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN

interface Loaded {
  /** From the start of the import to its end, in a fresh process. */
  milliseconds: number
  /** The files that it read, without the parts that are loaded later (infra/load-later.cjs). */
  files: string[]
}

const load = (bundle: string, cwd: string): Loaded => {
  const script = `import { createRequire } from 'node:module'
    const since = performance.now()
    await import(${JSON.stringify(pathToFileURL(bundle).href)})
    const milliseconds = performance.now() - since
    const parts = Object.keys(createRequire(import.meta.url).cache)
    console.log(JSON.stringify({ milliseconds, files: [${JSON.stringify(bundle)}, ...parts] }))`
  const env = {
    AWS_REGION: 'eu-west-1',
    TABLE_NAME: 'table',
    QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/effects',
    SLACK_SECRETS_PATH: '/greenlight/bench/slack',
    GREENLIGHT_CONFIG: join(cwd, 'greenlight.json'),
  }
  // As Lambda runs Node: it switches off the require of ES modules.
  const flags = ['--no-experimental-require-module', '--input-type=module']
  return JSON.parse(execFileSync(process.execPath, [...flags, '--eval', script], { cwd, env }).toString()) as Loaded
}

const packaged = await packageWithArchives()
/** Empty, and far from node_modules. */
const empty = mkdtempSync(join(tmpdir(), 'greenlight-bench-'))
try {
  const rows = [...packaged.archives].sort().map(([door, archive]) => {
    const cwd = join(empty, door)
    for (const [path, content] of archive) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), content)
    }
    const loaded = Array.from({ length: runs }, () => load(join(cwd, 'functions', `${door}.mjs`), cwd))
    const kilobytes = (paths: string[]) =>
      Math.round(paths.reduce((sum, path) => sum + archive.get(path)!.length, 0) / 1000)
    return {
      function: door,
      'kB minified': kilobytes([...archive.keys()].filter((path) => path.startsWith('functions/'))),
      'kB to load': kilobytes(loaded[0]!.files.map((path) => relative(cwd, path))),
      'ms to load': Math.round(median(loaded.map(({ milliseconds }) => milliseconds))),
    }
  })
  console.table(rows)
} finally {
  rmSync(empty, { recursive: true, force: true })
}
