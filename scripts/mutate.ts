import { globSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { countOf, killedPercent, survivors, table } from './mutate/report.ts'
import { defaultWorkers, mutate } from './mutate/run.ts'
import { splitGlobs } from './mutate/split-globs.ts'

/**
 * `npm run mutate`: changes single tokens of the decisions and the stories, one at a time, and names the changes that
 * no test notices. CONTRIBUTING.md, "Find what no test notices", has its options.
 */
const { values } = parseArgs({
  options: {
    /** Globs of source files, separated by commas. */
    files: { type: 'string', default: 'functions/{domain,flows,hook}/**/*.ts' },
    /** Globs of test files: with fewer of them a run takes less time, and more mutants survive. */
    tests: { type: 'string', default: 'tests/**/*.test.ts' },
    seed: { type: 'string', default: '1' },
    sample: { type: 'string' },
    histories: { type: 'string', default: '25' },
    workers: { type: 'string', default: String(defaultWorkers()) },
    'at-least': { type: 'string', default: '95' },
    json: { type: 'boolean', default: false },
    'list-survivors': { type: 'boolean', default: false },
  },
})

const root = process.cwd()
const files = globSync(splitGlobs(values.files), { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
if (files.length === 0) throw new Error(`no file matches ${values.files}`)

const { judged, problems } = await mutate({
  root,
  files,
  tests: splitGlobs(values.tests),
  seed: Number(values.seed),
  sample: values.sample === undefined ? null : Number(values.sample),
  histories: Number(values.histories),
  workers: Number(values.workers),
  tell: (line) => console.error(line),
})

const killed = killedPercent(countOf(judged))
if (values.json) console.log(JSON.stringify({ killed, problems, judged }, null, 2))
else if (values['list-survivors']) console.log(survivors(judged).join('\n'))
else console.log([table(judged), '', ...survivors(judged)].join('\n'))
const enough = killed >= Number(values['at-least'])
if (!enough) console.error(`${killed.toFixed(1)} % are killed, where ${values['at-least']} % are wanted`)
for (const problem of problems) console.error(problem)
process.exitCode = enough && problems.length === 0 ? 0 : 1
