import type { Effect } from '../../functions/domain/effect.ts'
import type { Services } from '../../functions/ports/services.ts'
import { Chance } from './chance.ts'
import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import { report } from './report.ts'
import { firstSeeds } from './seeds.ts'

/*
 * Whole approvals whose clicks meet many others: button-clicked gives up writing now and then, and the queue has the click.
 */

const SEEDS = firstSeeds(40, 12)

const QUEUED = new Set<Effect['do']>(['take-click', 'record-refusal'])

const crowded = (seed: number, queued: (what: Effect['do']) => void, arrives = true) => {
  const chance = new Chance(seed + 0x5000000)
  return (services: Services, name: string): Services =>
    name.startsWith('button-clicked')
      ? {
          ...services,
          approvals: {
            ...services.approvals,
            change: (id, step, start) =>
              start?.patience && chance.is(0.8)
                ? Promise.resolve(start.patience.result)
                : services.approvals.change(id, step, start),
          },
          queue: {
            send: async (due, delay) => {
              const isClick = QUEUED.has(due.effect.do)
              if (isClick) queued(due.effect.do)
              if (!isClick || arrives) await services.queue.send(due, delay)
            },
          },
        }
      : services
}

test('every click and every refusal that the queue takes is recorded, and none counts twice, under all faults', async () => {
  const queued: Effect['do'][] = []
  const broken: string[] = []
  for (const seed of SEEDS) {
    const services = crowded(seed, (what) => queued.push(what))
    // Where stages are skipped, people have less to click.
    const history = await letHappen(seed, { services, hasConditions: false })
    const found = await violations(history)
    if (found.length > 0) broken.push(report(history, found))
  }
  if (broken[0]) throw new Error(`${broken.length} of ${SEEDS.length} histories are broken. ${broken[0]}`)
  for (const what of QUEUED) expect(queued.filter((one) => one === what).length).toBeGreaterThan(SEEDS.length)
}, 120_000)

test('a bot whose queue loses such clicks is found', async () => {
  for (const seed of SEEDS) {
    const history = await letHappen(seed, { services: crowded(seed, () => {}, false) })
    if ((await violations(history)).length > 0) return
  }
  throw new Error('No history noticed it')
}, 120_000)
