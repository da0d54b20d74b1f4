import { Chance } from '../simulation/chance.ts'
import { DOORS } from './doors.ts'

export interface Fault {
  door: string
  seed: number
  /** What it threw. */
  error: string
  input: string
}

export interface Counts {
  taken: number
  refused: number
  faults: Fault[]
}

/** An input may pollute what all objects share: it would show here. */
const SHARED = [Object.prototype, Array.prototype, String.prototype, Function.prototype].map(
  (prototype) => [prototype, Object.getOwnPropertyNames(prototype).join()] as const,
)

/** Gives one input to the door. Another seed is another input. */
export const fuzzOnce = async (door: string, seed: number, counts: Counts): Promise<void> => {
  const { draw, take } = DOORS[door]!
  const input = draw(new Chance(seed))
  try {
    counts[await take(input as never)]++
    if (SHARED.some(([prototype, names]) => Object.getOwnPropertyNames(prototype).join() !== names))
      throw new Error('What all objects share was changed')
  } catch (error) {
    counts.faults.push({
      door,
      seed,
      error: String(error),
      input: JSON.stringify(input)?.slice(0, 2_000) ?? String(input),
    })
  }
}

export const noCounts = (): Counts => ({ taken: 0, refused: 0, faults: [] })
