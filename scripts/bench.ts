/**
 * What Greenlight costs on this machine, each measurement by its name: `npm run bench [-- functions [runs] | clicks | audit
 * [entries] | storm [executions]]`.
 */
const MEASUREMENTS: Record<string, () => Promise<unknown>> = {
  functions: () => import('./bench/functions.ts'),
  audit: () => import('./bench/audit.ts'),
  clicks: () => import('./bench/clicks.ts'),
  storm: () => import('./bench/storm.ts'),
}

const [name = 'functions'] = process.argv.slice(2)
const measure = new Map(Object.entries(MEASUREMENTS)).get(name)
if (measure) await measure()
else {
  console.error(`npm run bench -- ${Object.keys(MEASUREMENTS).join(' | ')}: there is no measurement "${name}"`)
  process.exitCode = 1
}
