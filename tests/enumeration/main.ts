/**
 * `npm run enumerate`: every order of every size, one line for each, and the shortest path to each violation. The last line
 * has the sums. Large sizes only with `--all`. `--exchanges apart`: states that differ only in two actors that are alike are
 * each gone on from. `--positions apart` or `alike`: whether positions from which a function does the same are one, in every
 * size.
 */
import { parseArgs } from 'node:util'
import { enumerate } from './enumerate.ts'
import type { Limits } from './limits.ts'
import { ENUMERATIONS, nameOf } from './sizes.ts'

interface Sums {
  states: number
  transitions: number
  ends: number
  violations: number
}

const said = ({ states, transitions, ends, violations }: Sums): string =>
  `${states} states, ${transitions} transitions, ${ends} ends, ${violations} violations`

const ofCpu = (since?: NodeJS.CpuUsage): string => {
  const { user, system } = process.cpuUsage(since)
  return `${Math.round((user + system) / 1_000_000)} s of CPU`
}

/** Of the process until now. */
const mostMemory = (): string => `at most ${(process.resourceUsage().maxRSS / 1_000_000).toFixed(1)} GB`

/** A size of many millions takes minutes. */
const told: Limits['told'] = ({ taken, states, ends, violations }) =>
  console.error(`  ${taken} of ${states} states so far, ${ends} ends, ${violations} violations, ${ofCpu()}`)

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    exchanges: { type: 'string' },
    positions: { type: 'string' },
  },
})
if (!['apart', undefined].includes(values.exchanges) || !['apart', 'alike', undefined].includes(values.positions))
  throw new Error('npm run enumerate [-- --all] [--exchanges apart] [--positions apart | alike]')
const differently: Partial<Limits> = {
  ...(values.exchanges && { exchangesApart: true }),
  ...(values.positions && { alikeApart: values.positions === 'apart' }),
}

const sums: Sums = { states: 0, transitions: 0, ends: 0, violations: 0 }
const sizes = ENUMERATIONS.filter(({ isLarge }) => values.all || !isLarge)
for (const one of sizes) {
  const since = process.cpuUsage()
  const { states, transitions, endKeys, found } = await enumerate(one.size, { ...one.limits, ...differently, told })
  const ends = endKeys.length
  sums.states += states
  sums.transitions += transitions
  sums.ends += ends
  sums.violations += found.length
  console.log(
    `${nameOf(one)}: ${said({ states, transitions, ends, violations: found.length })}, ${ofCpu(since)}, ${mostMemory()}`,
  )
  for (const { what, path } of found) console.log(`  ${what}\n${path.map((step) => `    ${step}`).join('\n')}`)
}
console.log(`${sizes.length} sizes: ${said(sums)}, ${ofCpu()}`)
process.exitCode = sums.violations > 0 ? 1 : 0
