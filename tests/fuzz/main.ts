/**
 * Gives changed inputs to every place where something from outside is parsed: `npm run fuzz [-- inputs] [--from seed]
 * [--door name]`; `--door` takes a part of the name and may be given several times.
 * A parser takes an input or says what is wrong in it. Anything else is a fault: another error, an input that takes over
 * half a minute of CPU, a change of what all objects share. Parsing comes before the first write, so a refused input writes
 * nothing.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { DOORS } from './doors.ts'
import type { Counts, Fault } from './fuzzed.ts'
import { noCounts } from './fuzzed.ts'

/** Of the thread's own CPU, so that a busy machine is no fault. */
const HANGS_AFTER_MS = 30_000
/** An input that waits for ever takes no CPU. */
const WAITS_FOR_EVER_MS = 600_000

const { values, positionals } = parseArgs({
  options: { from: { type: 'string', default: '1' }, door: { type: 'string', multiple: true, default: [''] } },
  allowPositionals: true,
})
const [inputs, from] = [Number(positionals[0] ?? 10_000), Number(values.from)]
if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(from)) {
  console.error('npm run fuzz [-- inputs] [--from seed]: both are whole numbers, and there is at least one input')
  process.exit(1)
}

const fuzzed = (door: string): Promise<Counts> =>
  new Promise((resolve) => {
    const progress = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { door, from, inputs, progress } })
    const faulty = (error: string): Counts => {
      const fault: Fault = { door, seed: from + Atomics.load(progress, 0), error, input: 'made again from the seed' }
      return { ...noCounts(), faults: [fault] }
    }
    const cpu = async (): Promise<number> => {
      const { user, system } = await worker.cpuUsage()
      return (user + system) / 1000
    }
    let at = { input: -1, since: Date.now(), cpu: 0 }
    const look = async (): Promise<void> => {
      const [input, used] = [Atomics.load(progress, 0), await cpu()]
      if (input !== at.input) at = { input, since: Date.now(), cpu: used }
      else if (used - at.cpu > HANGS_AFTER_MS) end(faulty(`it takes over ${HANGS_AFTER_MS / 1000} s of CPU`))
      else if (Date.now() - at.since > WAITS_FOR_EVER_MS) end(faulty(`it waits for over ${WAITS_FOR_EVER_MS / 1000} s`))
    }
    // A thread that has ended has no CPU to ask for, and has said how it ended.
    const watching = setInterval(() => void look().catch(() => {}), 1_000)
    const end = (counts: Counts) => {
      clearInterval(watching)
      void worker.terminate()
      resolve(counts)
    }
    worker.on('message', end)
    worker.on('error', (error) => end(faulty(`its thread ended: ${String(error)}`)))
  })

const chosen = Object.keys(DOORS).filter((name) => values.door.some((part) => name.includes(part)))
if (chosen.length === 0) {
  console.error(`There is no door with this name. The doors: ${Object.keys(DOORS).join('; ')}`)
  process.exit(1)
}
const began = Date.now()
const waiting = [...chosen]
const rows: Record<string, Counts> = {}
await Promise.all(
  Array.from({ length: Math.min(availableParallelism(), waiting.length) }, async () => {
    for (let door = waiting.shift(); door !== undefined; door = waiting.shift()) rows[door] = await fuzzed(door)
  }),
)
console.table(
  chosen.map((door) => {
    const { taken, refused, faults } = rows[door]!
    return { door, inputs: taken + refused + faults.length, taken, refused, faults: faults.length }
  }),
)
const faults = Object.values(rows).flatMap((counts) => counts.faults)
for (const { door, seed, error, input } of faults.slice(0, 20))
  console.log(`${door}, seed ${seed}: ${error}\n  ${input}`)
const all = inputs * chosen.length
console.log(`${all} inputs from seed ${from} in ${Math.round((Date.now() - began) / 1000)} s: ${faults.length} faults`)
process.exit(faults.length > 0 ? 1 : 0)
