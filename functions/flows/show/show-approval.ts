import type { Approval } from '../../domain/approval.ts'
import { changeApproval } from '../approval/change-approval.ts'
import { linkApproval } from '../approval/link-approval.ts'
import type { Performed } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { showRecord } from './show-record.ts'

/** Makes the approval's message show the approval. Without a channel for it nothing is posted. */
export const showApproval = (services: Services, approvalId: string): Promise<Performed> => {
  const { configuration } = services
  return showRecord<Approval>(services, {
    effect: { do: 'show-approval', approval: approvalId },
    change: (step) => changeApproval(services, approvalId, step),
    channelOf: ({ where }) => configuration.approvalsChannelFor(where),
    render: (approval) => ({
      kind: 'approval',
      approval,
      route: configuration.routeFor(approval.where),
      consoleUrl: configuration.consoleUrl(approval.where),
      accountName: configuration.accountName(approval.where.accountId),
    }),
    beganAt: ({ requestedAt }) => requestedAt,
    placed: async (approval, place) => {
      const { key } = await linkApproval(services, approval, place)
      return [{ do: 'show-execution', execution: key }]
    },
  })
}
