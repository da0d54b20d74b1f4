import type { Approval } from './approval.ts'
import { deciders, isByRule } from './approval.ts'
import type { ApprovedBy } from './revision.ts'

/** Who approved it, as the messages of a later approval say; null if it was not approved. */
export const approvedBy = (approval: Approval): ApprovedBy | null => {
  const { state } = approval
  if (state.name !== 'settled' || !('verdict' in state.outcome) || state.outcome.verdict !== 'Approved') return null
  const { outcome } = state
  return outcome.how === 'slack'
    ? {
        how: 'slack',
        names: isByRule(approval, 'Approved')
          ? ['autoApprove']
          : deciders(approval, 'Approved').map(({ name }) => name),
      }
    : { how: 'console', names: outcome.by === null ? [] : [outcome.by] }
}
