import { parseArgs } from 'node:util'
import { agree } from './eligibility/agreement.ts'
import { Chance } from './chance.ts'
import { writeFirstBroken } from './first-broken.ts'
import { forge } from './forgery.ts'
import { tamper } from './tampering.ts'
import type { Differently } from './history.ts'
import { letHappen } from './history.ts'
import { letLive } from './live-history.ts'
import { roughly } from './rough.ts'
import { forgedViolations, liveViolations, violations } from './invariants.ts'

/**
 * `npm run simulate -- --seeds 5000 [--from 1]`: for each seed a history of an approval and one of a drawn pipeline, and
 * one line for each that breaks an invariant. `npm run simulate -- --seed 123`: the histories of one seed, line by line.
 * `--live`: those of drawn pipelines alone. `--rough`: those of approvals alone, with more faults. `--forge 1000000
 * [--from 1]`: so many forgeries of a thief with the table. `--cedar 1000000 [--from 1]`: so many decisions of who may
 * approve and reject, which Cedar makes as well. `--tamper 10000 [--from 1]`: so many tamperings with a record that a
 * log has. `--first-broken`: writes first-broken.json, with which the searches for the broken bots begin.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    live: { type: 'boolean', default: false },
    rough: { type: 'boolean', default: false },
    forge: { type: 'string' },
    cedar: { type: 'string' },
    tamper: { type: 'string' },
    'first-broken': { type: 'boolean', default: false },
  },
})

const differently = (seed: number): Differently => (values.rough ? roughly(seed) : {})

const replay = async (seed: number): Promise<number> => {
  const history = await letHappen(seed, differently(seed))
  return said(history.trace, await violations(history))
}

const replayLive = async (seed: number): Promise<number> => {
  const history = await letLive(seed)
  return said(history.trace, await liveViolations(history))
}

const said = (trace: readonly string[], found: readonly string[]): number => {
  console.log(trace.join('\n'))
  console.log(found.length > 0 ? `\n${found.join('\n')}` : '\nEvery invariant held.')
  return found.length
}

interface Explored {
  histories: number
  broken: number
  /** Approvals of drawn pipelines that were compared with the ledger. */
  comparisons: number
  approvals: number
}

const explore = async (from: number, count: number, isLiveAlone: boolean): Promise<Explored> => {
  const so: Explored = { histories: 0, broken: 0, comparisons: 0, approvals: 0 }
  const note = (seed: number, found: readonly string[]) => {
    so.histories += 1
    if (found.length === 0) return
    so.broken += 1
    console.log(`seed ${seed}: ${found.join('\n  ')}`)
  }
  for (let seed = from; seed < from + count; seed++) {
    if (!isLiveAlone) {
      const history = await letHappen(seed, differently(seed))
      so.approvals += history.ledger.asked.size
      note(seed, await violations(history))
    }
    if (values.rough) continue
    const live = await letLive(seed)
    so.comparisons += live.told.length
    note(seed, await liveViolations(live))
  }
  return so
}

if (values.forge) {
  const begun = Date.now()
  const forged = await forge(Number(values.from), Number(values.forge))
  const { attempts, released, undetected } = forged
  for (const violation of await forgedViolations(forged)) console.log(violation)
  const seconds = Math.round((Date.now() - begun) / 1_000)
  console.log(
    `${attempts} forgeries: ${released.length} released, ${undetected.length} not found by the audit, ${seconds} s`,
  )
  process.exitCode = released.length + undetected.length > 0 ? 1 : 0
} else if (values.cedar) {
  const begun = Date.now()
  const { decisions, permitted, disagreements } = await agree(Number(values.from), Number(values.cedar))
  for (const disagreement of disagreements) console.log(disagreement)
  const seconds = Math.round((Date.now() - begun) / 1_000)
  console.log(
    `${decisions} decisions, ${permitted} permitted: Cedar disagrees with ${disagreements.length}, ${seconds} s`,
  )
  process.exitCode = disagreements.length > 0 ? 1 : 0
} else if (values.tamper) {
  const { attempts, undetected } = await tamper(new Chance(Number(values.from)), Number(values.tamper))
  for (const what of new Set(undetected)) console.log(what)
  console.log(`${attempts} tamperings: ${undetected.length} not found by the audit`)
  process.exitCode = undetected.length > 0 ? 1 : 0
} else if (values['first-broken']) {
  await writeFirstBroken(console.log)
} else if (values.seed) {
  const seed = Number(values.seed)
  const found = (values.live ? 0 : await replay(seed)) + (values.rough ? 0 : await replayLive(seed))
  process.exitCode = found > 0 ? 1 : 0
} else {
  const begun = Date.now()
  const { histories, broken, comparisons, approvals } = await explore(
    Number(values.from),
    Number(values.seeds),
    values.live,
  )
  const seconds = Math.round((Date.now() - begun) / 1_000)
  const what = [
    ...(values.live ? [] : [`${approvals} approvals`]),
    ...(values.rough ? [] : [`${comparisons} comparisons with the ledger`]),
  ]
  console.log(`${broken} of ${histories} histories with ${what.join(' and ')} are broken, ${seconds} s`)
  process.exitCode = broken > 0 ? 1 : 0
}
