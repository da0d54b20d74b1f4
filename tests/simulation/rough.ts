import { Chance } from './chance.ts'
import { rougherClimate } from './climate.ts'
import type { Differently } from './history.ts'

/** What people do in some histories, and how likely here. */
const LIKELY = {
  hasLater: 0.5,
  hasAbsences: 0.5,
  hasMutes: 0.4,
  hasSeveral: 0.5,
  hasSteering: 0.6,
  hasDigests: 0.3,
} as const satisfies Partial<Record<keyof Differently, number>>

/** A history with more faults than others, in which people do more. The same seed gives the same. */
export const roughly = (seed: number): Differently => {
  const chance = new Chance(seed + 0xb000000)
  const climate = rougherClimate(chance)
  const isDone = Object.entries(LIKELY).flatMap(([what, likely]) => (chance.is(likely) ? [[what, true]] : []))
  return { climate, ...(Object.fromEntries(isDone) as Pick<Differently, keyof typeof LIKELY>) }
}
