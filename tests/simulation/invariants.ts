import { authorised } from './authority.ts'
import { approvedByRule } from './automatic.ts'
import { authorsHeld } from './authors-held.ts'
import { conditionsTold } from './conditions-told.ts'
import { digestsSent } from './digests-sent.ts'
import { endsTold } from './ends-told.ts'
import type { History } from './history.ts'
import { heldByFreezes } from './freezes-from-slack.ts'
import { textsInert } from './inert-text.ts'
import type { Forged } from './forgery.ts'
import { nothingForged } from './forgery.ts'
import { clicksApart } from './isolation.ts'
import type { LiveHistory } from './live-history.ts'
import { liveTold } from './live-told.ts'
import { nothingLost } from './nothing-lost.ts'
import { sentInTime } from './not-before.ts'
import { mutesKept } from './mutes-kept.ts'
import { noticesSaid } from './notices-said.ts'
import { paced } from './paced.ts'
import { overridesReviewed } from './overrides-reviewed.ts'
import { recordKept } from './record-kept.ts'
import { itIsQuiet } from './rest.ts'
import { tokensKept } from './secrecy.ts'
import { truthShown } from './truth-shown.ts'
import { steeredByRight } from './steered.ts'
import { severalAnswered } from './several-answered.ts'
import { standInsCounted } from './stand-ins-counted.ts'
import { oneVerdict } from './verdicts-sent.ts'

interface Invariant<Of> {
  name: string
  /** A sentence for each way in which the history breaks it; none if it holds. */
  check: (history: Of) => string[] | Promise<string[]>
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
  I13: { name: 'Ends told', check: endsTold },
  I15: { name: 'Paced', check: paced },
  I16: { name: 'Automatic', check: approvedByRule },
  I17: { name: 'Review', check: overridesReviewed },
  I18: { name: 'Freezes from Slack', check: heldByFreezes },
  I19: { name: 'Digests', check: digestsSent },
  I20: { name: 'Conditions', check: conditionsTold },
  I21: { name: 'Later', check: sentInTime },
  I22: { name: 'Stand-ins', check: standInsCounted },
  I23: { name: 'Several', check: severalAnswered },
  I24: { name: 'Steering', check: steeredByRight },
  I25: { name: 'Mutes', check: mutesKept },
} as const satisfies Record<string, Invariant<History>>

/** What must hold in every history of a drawn pipeline. */
export const LIVE_INVARIANTS = {
  I11: { name: 'Live', check: liveTold },
  I12: { name: 'Own changes', check: authorsHeld },
} as const satisfies Record<string, Invariant<LiveHistory>>

/** What must hold whatever a thief writes to the table. */
export const THIEF_INVARIANTS = {
  I14: { name: 'Proof', check: nothingForged },
} as const satisfies Record<string, Invariant<Forged>>

export type InvariantNumber = keyof typeof INVARIANTS
export type LiveInvariantNumber = keyof typeof LIVE_INVARIANTS

/** Each way in which a history breaks an invariant, after the invariant's number; empty if all hold. */
export const violations = (history: History): Promise<string[]> => violationsOf(INVARIANTS, history)

/** The same, of a drawn pipeline. */
export const liveViolations = (history: LiveHistory): Promise<string[]> => violationsOf(LIVE_INVARIANTS, history)

/** The same, of a thief's forgeries. */
export const forgedViolations = (forged: Forged): Promise<string[]> => violationsOf(THIEF_INVARIANTS, forged)

const violationsOf = async <Of>(invariants: Record<string, Invariant<Of>>, history: Of): Promise<string[]> => {
  const found: string[] = []
  for (const [number, { check }] of Object.entries(invariants))
    found.push(...(await check(history)).map((problem) => `${number}: ${problem}`))
  return found
}
