import type { Approval } from '../../domain/approval.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { Services } from '../../ports/services.ts'
import { readableApproval } from '../readable-records.ts'

/** Each look asks CodePipeline several times. */
const LOOKS_A_SECOND = 5
const APPROVALS_AT_ONCE = 10

/** Has these approvals looked at again that wait: one after the other, from the queue. Returns how many they are. */
export const lookAgain = async (services: Services, isConcerned: (approval: Approval) => boolean): Promise<number> => {
  const { attention, queue } = services
  const open = await attention.waitingApprovals()
  const looked = await fewAtOnce(APPROVALS_AT_ONCE, open, async (id) => {
    const approval = await readableApproval(services, id)
    return approval?.state.name === 'waiting' && isConcerned(approval) ? [id] : []
  })
  const concerned = looked.flat()
  for (const [index, approval] of concerned.entries())
    await queue.send({ effect: { do: 'check-approval', approval }, attempt: 1 }, Math.floor(index / LOOKS_A_SECOND))
  return concerned.length
}
