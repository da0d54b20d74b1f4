import type { Approval } from '../../domain/approval.ts'
import type { Patience } from '../../ports/records.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Changes an approval; null if there is none, or a tombstone. `from`: the approval at hand, tried first without reading
 * it again. `patience`: how long to try, if a person waits.
 */
export const changeApproval = <R>(
  { approvals }: Pick<Services, 'approvals'>,
  id: string,
  step: (approval: Approval) => [Approval, R],
  from: Approval | null = null,
  patience?: Patience<R | null>,
): Promise<R | null> =>
  approvals.change<R | null>(id, (record) => (record.kind === 'approval' ? step(record) : [record, null]), {
    from,
    ...(patience && { patience }),
  })

export const readApproval = async (
  { approvals }: Pick<Services, 'approvals'>,
  id: string,
): Promise<Approval | null> => {
  const record = await approvals.read(id)
  return record?.kind === 'approval' ? record : null
}
