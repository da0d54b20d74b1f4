import type { DeferredClick } from '../../domain/approval.ts'
import { hasDeferredClick } from '../../domain/attempt.ts'
import { withTakenClick } from '../../domain/queued-click.ts'
import { changeApproval } from './change-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { isSealed, weighClicks } from './weigh-deferred-clicks.ts'

/**
 * Story: a person clicked while many others did, and was answered that the click is being checked. Now there is time to
 * write after the others. A click that comes twice counts once, and one that comes after a later one of the same person does
 * not count.
 */
export const takeClick = async (services: Services, approvalId: string, click: DeferredClick): Promise<Performed> => {
  if (!(await isSealed(services, approvalId, click))) return done()
  const approval = await changeApproval(services, approvalId, (current) => {
    const next = withTakenClick(current, click)
    return [next, next]
  })
  if (!approval || !hasDeferredClick(approval, click)) return done()
  const weighed = await weighClicks(services, approval, [click])
  // It is a deferred click now, and tried again as one.
  return weighed.kind === 'done'
    ? weighed
    : done([...weighed.next, { do: 'weigh-deferred-clicks', approval: approvalId }])
}
