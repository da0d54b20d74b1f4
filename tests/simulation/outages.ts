import type { Chance } from './chance.ts'

export const TROUBLES = [
  'slack-down',
  'slack-refuses',
  'aws-throttles',
  'aws-refuses',
  'table-down',
  'queue-down',
  'events-down',
] as const

export type Trouble = (typeof TROUBLES)[number]

/** When which service has an outage. Planned ahead, so that all end with the rough part of the history. */
export class Outages {
  readonly #planned: { trouble: Trouble; from: number; until: number }[] = []
  readonly #now: () => number

  constructor(now: () => number, chance: Chance, probability: number, end: number) {
    this.#now = now
    for (let at = now(); at < end; at += 60_000) {
      if (!chance.is(probability)) continue
      const from = at + chance.between(0, 60_000)
      const until = Math.min(end, from + chance.delay(60_000, 900_000))
      this.#planned.push({ trouble: chance.pick(TROUBLES), from, until })
    }
  }

  has(trouble: Trouble): boolean {
    const now = this.#now()
    return this.#planned.some((outage) => outage.trouble === trouble && outage.from <= now && now < outage.until)
  }
}
