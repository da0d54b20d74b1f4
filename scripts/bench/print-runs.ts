import type { Runs } from './invoked.ts'
import { type Spread, written } from './spread.ts'

interface Printed {
  /** What a function is given: `click`. */
  each: string
  /** By what is compared. */
  ratios: Record<string, { wall: Spread; cpu: Spread }>
  memory: Record<string, Spread>
}

/** Prints the milliseconds of each function, and the ratios. */
export const printRuns = <Kind extends string>(
  { runs, milliseconds }: Pick<Runs<Kind>, 'milliseconds'> & { runs: number },
  { each, ratios, memory }: Printed,
): void => {
  console.table(
    Object.entries<Record<string, Spread>>(milliseconds).map(([name, { start, first, warm, warmCpu, megabytes }]) => ({
      function: name,
      'ms to start': written(start!, 0),
      'ms to the first answer': written(first!, 0),
      [`ms of a warm ${each}`]: written(warm!, 1),
      'of it CPU': written(warmCpu!, 1),
      MB: written(megabytes!, 0),
    })),
  )
  console.table(
    Object.entries(ratios).map(([what, { wall, cpu }]) => ({ what, wall: written(wall, 2), CPU: written(cpu, 2) })),
  )
  const ofMemory = Object.entries(memory).map(([what, spread]) => `${what}: ${written(spread, 2)}`)
  console.log(`Memory, ${ofMemory.join(', ')}. Half of ${runs} runs lie within the brackets.`)
}
