import type { Approval } from '../../domain/approval.ts'
import type { Soak } from '../../domain/automatic.ts'
import { automaticIn, soakAt } from '../../domain/automatic.ts'
import type { BehindApproval } from '../../domain/change-set.ts'
import { whyNotEmpty } from '../../domain/change-set.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Services } from '../../ports/services.ts'

/** Where a rule may depend on something outside: what is read of it once the rule's time has come. */
export interface RuleEvidence extends Pick<Services, 'alarms' | 'clock'> {
  behind(): Promise<BehindApproval>
  /** Whether it was rejected, or expired, before its stage was retried; null if AWS does not say. */
  wasRefused(): Promise<boolean | null>
}

/**
 * How far the approval is from approving itself, where its policy lets it: the alarms, and the change sets behind it, are
 * read once its time has come. Null where a person must approve. `since`: when it began to wait; null if CodePipeline does
 * not say.
 */
export const readSoak = async (
  { alarms, clock, behind, wasRefused }: RuleEvidence,
  where: Approval['where'],
  policy: Policy | null,
  since: number | null,
): Promise<Soak | null> => {
  const rule = policy && automaticIn(policy)
  if (!rule) return null
  if (since === null)
    return { kind: 'stopped', because: 'CodePipeline does not say since when it waits', isUnread: true }
  if (clock.now() < since + rule.after) return { kind: 'lasts', until: since + rule.after }
  const refused = await wasRefused()
  if (refused === null)
    return { kind: 'stopped', because: 'CodePipeline does not say whether it was rejected before', isUnread: true }
  if (refused) return { kind: 'stopped', because: 'it was rejected or expired before its stage was retried' }
  const notEmpty = rule.emptyChangeSet ? whyNotEmpty(await behind()) : null
  if (notEmpty) return { kind: 'stopped', ...notEmpty }
  return soakAt(rule, since, await alarms.read(where, rule.alarms), clock.now())
}
