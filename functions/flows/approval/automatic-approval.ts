import type { Approval } from '../../domain/approval.ts'
import type { Soak } from '../../domain/automatic.ts'
import { automaticIn, soakAt } from '../../domain/automatic.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Services } from '../../ports/services.ts'

/**
 * How far the approval is from approving itself, where its policy lets it: the alarms are read once its time has come.
 * Null where a person must approve. `since`: when it began to wait.
 */
export const readSoak = async (
  { alarms, clock }: Pick<Services, 'alarms' | 'clock'>,
  where: Approval['where'],
  policy: Policy | null,
  since: number,
): Promise<Soak | null> => {
  const rule = policy && automaticIn(policy)
  if (!rule) return null
  if (clock.now() < since + rule.after) return { kind: 'lasts', until: since + rule.after }
  return soakAt(rule, since, await alarms.read(where, rule.alarms), clock.now())
}
