import type { Approval } from '../domain/approval.ts'
import { automaticAt, automaticRuleOf } from '../domain/approval.ts'
import { whyNoApprover } from './approver-lines.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { personPart } from './people-parts.ts'
import { say } from './sentence.ts'
import { AUTOMATIC } from './words/approval-words.ts'

/** When the approval approves itself, why it does not now, or who has stopped that; empty where people approve. */
export const automaticLine = (approval: Approval, detail: Pick<Detail, 'mentions'>): Inline[] => {
  const { automaticStop, resolvedPolicy, soak } = approval
  if (automaticStop) {
    const person = personPart(automaticStop, detail)
    const stopped = say(AUTOMATIC.stoppedBy, { person, at: moment(automaticStop.at, AUTOMATIC.stoppedAt) })
    return whyNoApprover(resolvedPolicy) ? stopped : [...stopped, text(' '), ...say(AUTOMATIC.byPeople)]
  }
  const rule = automaticRuleOf(approval)
  if (!rule) return []
  if (soak?.kind === 'stopped') return say(AUTOMATIC.notNow, { because: cut(soak.because, 200) })
  const at = automaticAt(approval)
  if (at === null) return say(AUTOMATIC.afterFreeze)
  const [plainly, unlessAlarm] = rule.emptyChangeSet
    ? ([AUTOMATIC.ifEmpty, AUTOMATIC.ifEmptyUnlessAlarm] as const)
    : ([AUTOMATIC.at, AUTOMATIC.unlessAlarm] as const)
  return say(rule.alarms.length > 0 ? unlessAlarm : plainly, { at: moment(at, AUTOMATIC.time) })
}
