import type { Approval } from '../domain/approval.ts'
import type { Inline } from './block-kit.ts'
import { cut, text, user } from './block-kit.ts'
import { say } from './sentence.ts'
import { PAST } from './words/approval-words.ts'

/** "Past the policy: finn is not an approver of this deployment."; empty where the approval did not pass by it. */
export const pastPolicyParts = ({ state }: Approval, { mentions }: { mentions: boolean }): Inline[] => {
  if (state.name !== 'settled' || state.outcome.how !== 'console' || !state.outcome.past) return []
  const { past, userId, by } = state.outcome
  const who = userId && mentions ? user(userId) : text(cut(by ?? '', 60).trim() || PAST.someone)
  return say(PAST.line, { why: say(PAST[past], { who }) })
}
