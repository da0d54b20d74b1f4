import type { RefusedClick } from '../../domain/queued-click.ts'
import { refusedStatement, withQueuedRefusal } from '../../domain/queued-click.ts'
import { changeApproval } from './change-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Story: a click was refused while many people clicked, and its person was told. Now there is time to record it after the
 * others. A refusal that comes twice is recorded once.
 */
export const recordRefusal = async (
  services: Services,
  approvalId: string,
  refused: RefusedClick,
): Promise<Performed> => {
  const { seals, log } = services
  if (!(await seals.holds(refusedStatement(approvalId, refused), refused.seal))) {
    log.error('A refusal in the queue was not recorded, because it is not the one that was sealed', {
      approval: approvalId,
      user: refused.who.userId,
      act: refused.act,
    })
    log.count('VerdictNotProven')
    return done()
  }
  await changeApproval(services, approvalId, (approval) => [withQueuedRefusal(approval, refused), null])
  return done()
}
