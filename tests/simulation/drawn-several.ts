import type { SeveralAnswers } from '../../functions/domain/several.ts'
import { Chance } from './chance.ts'
import { MARKUP, somePerson } from './configuration.ts'
import type { Asked, Ledger } from './ledger.ts'
import type { VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
const MOST_TOGETHER = 10

/** What a person sends for several approvals, before the function that receives it gives it an ID. */
export type Together = Pick<SeveralAnswers, 'approvals' | 'verdict' | 'comment'> & { userId: string }

interface Around {
  time: VirtualTime
  ledger: Ledger
  send: (together: Together) => void
}

/** People who answer several approvals with one form. They have a chance of their own: other histories stay as they were. */
export const drawSeveral = (seed: number, has: boolean | undefined, { time, ledger, send }: Around): void => {
  const chance = new Chance(seed + 0xc000000)
  const drawn = chance.is(0.2)
  if (!(has ?? drawn)) return
  for (let times = chance.between(4, 12); times > 0; times--)
    time.in(chance.between(MINUTE, 38 * MINUTE), () => {
      const approvals = chosen(chance, ledger)
      if (approvals.length === 0) return
      const verdict = chance.is(0.75) ? 'Approved' : 'Rejected'
      const together: Together = { approvals, verdict, comment: `Seen ${MARKUP}`, userId: somePerson(chance) }
      send(together)
      // Pressed again, or another answer while the first one is in the queue.
      if (chance.is(0.3))
        time.in(chance.between(500, 20_000), () => send({ ...together, verdict: opposite(chance, verdict) }))
    })
}

const opposite = (chance: Chance, verdict: Together['verdict']): Together['verdict'] =>
  chance.is(0.5) ? verdict : verdict === 'Approved' ? 'Rejected' : 'Approved'

/** Mostly those that wait; a form that was open for a while has others too. */
const chosen = (chance: Chance, ledger: Ledger): string[] => {
  const waits = (asked: Asked): boolean => ledger.truthOf(asked).kind === 'pending'
  return [...ledger.asked.values()]
    .filter((asked) => chance.is(waits(asked) ? 0.9 : 0.2))
    .map(({ id }) => id)
    .slice(-MOST_TOGETHER)
}
