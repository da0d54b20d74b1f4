import type { Approval } from '../../domain/approval.ts'
import type { Services } from '../../ports/services.ts'

/** Changes an approval that people were asked about; null when there is none (a tombstone is none). */
export const changeApproval = <R>(
  { approvals }: Pick<Services, 'approvals'>,
  id: string,
  step: (approval: Approval) => [Approval, R],
): Promise<R | null> =>
  approvals.change<R | null>(id, (record) => (record.kind === 'approval' ? step(record) : [record, null]))

export const readApproval = async (
  { approvals }: Pick<Services, 'approvals'>,
  id: string,
): Promise<Approval | null> => {
  const record = await approvals.read(id)
  return record?.kind === 'approval' ? record : null
}
