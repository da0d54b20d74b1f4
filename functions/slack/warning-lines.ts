import type { Approval } from '../domain/approval.ts'
import type { Inline } from './block-kit.ts'
import { changeWarnings } from './change-blocks.ts'
import { evidenceLines } from './evidence-lines.ts'
import { heldBehindParts } from './held-parts.ts'
import { isWarning, withWarning } from './with-warning.ts'

/** The warnings of a request that waits, for every other place with its buttons: one line each. No one is mentioned. */
export const warningLines = (approval: Approval): Inline[][] => [
  ...evidenceLines(approval).filter(isWarning),
  ...changeWarnings(approval),
  ...(approval.held ? [withWarning(heldBehindParts(approval.held, { mentions: false }))] : []),
]
