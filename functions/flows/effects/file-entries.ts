import { filed, toFile } from '../../domain/journal.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import type { Performed } from './performed.ts'
import { done } from './performed.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Story: something happened to an approval and is in its journal. Each entry becomes an item of its own that is never
 * overwritten, and only then leaves the approval: an entry is always in at least one of both.
 */
export const fileEntries = async (services: Services, approvalId: string): Promise<Performed> => {
  const approval = await readApproval(services, approvalId)
  const last = approval?.journal.unfiled.at(-1)
  if (!approval || !last) return done()
  const { where, journal } = approval
  await services.entries.file(toFile(journal).map((one) => ({ ...one, where })))
  await changeApproval(
    services,
    approvalId,
    (current) => [{ ...current, journal: filed(current.journal, last.number) }, null],
    approval,
  )
  return done()
}
