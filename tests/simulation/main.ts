import { parseArgs } from 'node:util'
import { letHappen } from './history.ts'
import { letLive } from './live-history.ts'
import { violations } from './invariants.ts'

/**
 * `npm run simulate -- --seeds 5000 [--from 1]`: many histories, one line for each that breaks an invariant. `npm run
 * simulate -- --seed 123`: one history, line by line. `--live`: the same for drawn pipelines, whose approvals are
 * compared with a ledger of what is live.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    live: { type: 'boolean', default: false },
  },
})

const replay = async (seed: number): Promise<number> => {
  const history = await letHappen(seed)
  console.log(history.trace.join('\n'))
  const found = await violations(history)
  console.log(found.length > 0 ? `\n${found.join('\n')}` : '\nEvery invariant held.')
  return found.length
}

const explore = async (from: number, count: number): Promise<number> => {
  let broken = 0
  let approvals = 0
  for (let seed = from; seed < from + count; seed++) {
    const history = await letHappen(seed)
    approvals += history.ledger.asked.size
    const found = await violations(history)
    if (found.length === 0) continue
    broken += 1
    console.log(`seed ${seed}: ${found.join('\n  ')}`)
  }
  console.log(`${count} histories with ${approvals} approvals, ${broken} of them broken`)
  return broken
}

const replayLive = async (seed: number): Promise<number> => {
  const { trace, differences } = await letLive(seed)
  console.log(
    [...trace, '', ...(differences.length > 0 ? differences : ['Nothing differs from the ledger.'])].join('\n'),
  )
  return differences.length
}

const exploreLive = async (from: number, count: number): Promise<number> => {
  const begun = Date.now()
  let broken = 0
  let comparisons = 0
  for (let seed = from; seed < from + count; seed++) {
    const { compared, differences } = await letLive(seed)
    comparisons += compared
    if (differences.length === 0) continue
    broken += 1
    console.log(`seed ${seed}: ${differences.join('\n  ')}`)
  }
  const seconds = Math.round((Date.now() - begun) / 1_000)
  console.log(
    `${count} histories, ${comparisons} comparisons with the ledger, ${broken} histories differ, ${seconds} s`,
  )
  return broken
}

const [one, many] = values.live ? [replayLive, exploreLive] : [replay, explore]
const broken = values.seed ? await one(Number(values.seed)) : await many(Number(values.from), Number(values.seeds))
process.exitCode = broken > 0 ? 1 : 0
