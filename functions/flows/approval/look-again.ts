import type { Approval } from '../../domain/approval.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { Services } from '../../ports/services.ts'
import { sendTogether } from '../effects/send-together.ts'
import { readableApproval } from '../readable-records.ts'

const APPROVALS_AT_ONCE = 10

/** Has these approvals looked at again that wait: a few at a time, from the queue. Returns how many they are. */
export const lookAgain = async (services: Services, isConcerned: (approval: Approval) => boolean): Promise<number> => {
  const open = await services.attention.waitingApprovals()
  const looked = await fewAtOnce(APPROVALS_AT_ONCE, open, async (id) => {
    const approval = await readableApproval(services, id)
    return approval?.state.name === 'waiting' && isConcerned(approval)
      ? [{ do: 'check-approval', approval: id } as const]
      : []
  })
  const looks = looked.flat()
  // One message a second: each look asks CodePipeline several times.
  await sendTogether(services, looks, (message) => message)
  return looks.length
}
