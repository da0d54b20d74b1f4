import { authorised } from './authority.ts'
import type { History } from './history.ts'
import { textsInert } from './inert-text.ts'
import { clicksApart } from './isolation.ts'
import { nothingLost } from './nothing-lost.ts'
import { noticesSaid } from './notices-said.ts'
import { recordKept } from './record-kept.ts'
import { itIsQuiet } from './rest.ts'
import { tokensKept } from './secrecy.ts'
import { truthShown } from './truth-shown.ts'
import { oneVerdict } from './verdicts-sent.ts'

interface Invariant {
  name: string
  /** A sentence for each way in which the history breaks it; none if it holds. */
  check: (history: History) => string[] | Promise<string[]>
}

/** What must hold in every history, by number. README.md says what each means, and what breaks it. */
export const INVARIANTS = {
  I1: { name: 'Authority', check: authorised },
  I2: { name: 'One verdict', check: oneVerdict },
  I3: { name: 'Convergence', check: truthShown },
  I4: { name: 'Nothing lost', check: nothingLost },
  I5: { name: 'Secrecy', check: tokensKept },
  I6: { name: 'Inert text', check: textsInert },
  I7: { name: 'Isolation', check: clicksApart },
  I8: { name: 'Notices', check: noticesSaid },
  I9: { name: 'Record', check: recordKept },
  I10: { name: 'Rest', check: itIsQuiet },
} as const satisfies Record<string, Invariant>

export type InvariantNumber = keyof typeof INVARIANTS

/** Each way in which a history breaks an invariant, after the invariant's number; empty if all hold. */
export const violations = async (history: History): Promise<string[]> => {
  const found: string[] = []
  for (const [number, { check }] of Object.entries<Invariant>(INVARIANTS))
    found.push(...(await check(history)).map((problem) => `${number}: ${problem}`))
  return found
}
