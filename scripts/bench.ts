import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const [name = 'functions', ...given] = process.argv.slice(2)

/** A measurement in simulated time is a program of the simulation. */
const simulated = (what: string): Promise<unknown> => {
  const program = fileURLToPath(new URL(`../tests/simulation/${what}/main.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', program, ...given], { stdio: 'inherit' })
  return once(child, 'exit').then(([code]) => void (process.exitCode = Number(code ?? 1)))
}

/**
 * What Greenlight costs on this machine, each measurement by its name: `npm run bench [-- functions [runs] | click [runs] | clicks | event
 * [runs] | growth [pipelines approvals …] | memory | rendering | policy | audit [entries] | storm [executions] | account [pipelines]]`.
 */
const MEASUREMENTS: Record<string, () => Promise<unknown>> = {
  functions: () => import('./bench/functions.ts'),
  audit: () => import('./bench/audit.ts'),
  click: () => import('./bench/click.ts'),
  clicks: () => import('./bench/clicks.ts'),
  memory: () => import('./bench/memory.ts'),
  event: () => import('./bench/event.ts'),
  growth: () => import('./bench/growth.ts'),
  rendering: () => import('./bench/rendering.ts'),
  policy: () => import('./bench/policy.ts'),
  storm: () => simulated('storm'),
  account: () => simulated('account'),
}

const measure = new Map(Object.entries(MEASUREMENTS)).get(name)
if (measure) await measure()
else {
  console.error(`npm run bench -- ${Object.keys(MEASUREMENTS).join(' | ')}: there is no measurement "${name}"`)
  process.exitCode = 1
}
