import type { Approval } from '../domain/approval.ts'
import { freezesInForce } from '../domain/approval.ts'
import { overtakenSince, sendAt } from '../domain/later.ts'
import { frozenAt } from '../domain/window.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment } from './block-kit.ts'
import { say } from './sentence.ts'
import { LATER } from './words/approval-words.ts'

/** Enough have approved: when it deploys, or what keeps it. Empty if it does not wait for a time. */
export const laterLine = (approval: Approval): Inline[] => {
  const at = sendAt(approval)
  if (at === null) return []
  const chosen = moment(at, LATER.chosen)
  if (overtakenSince(approval) !== null) return say(LATER.overtaken, { chosen })
  const frozen = frozenAt(freezesInForce(approval, at), at)
  return frozen
    ? say(LATER.afterFreeze, { chosen, name: cut(frozen.name, 60) })
    : say(LATER.at, { deploys: moment(at, LATER.deploys) })
}
