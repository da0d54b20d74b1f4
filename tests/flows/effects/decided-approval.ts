import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { VerdictOutcome } from '../../../functions/ports/gate.ts'
import type { Services } from '../../../functions/ports/services.ts'
import type { Signatures } from '../../../functions/ports/signatures.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

export const SECOND = 1_000
export const PIPELINE = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web' }
const ANA = { userId: 'U0ANA', teamId: null, name: 'Ana', email: null, from: null }

/**
 * Ana has approved, and CodePipeline does not have the verdict yet; `sent` counts the verdicts on their way. `signatures`:
 * with which the vote was signed.
 */
export const decided = async (signatures?: Signatures) => {
  const { codePipeline, services: still, notification } = stillWorld()
  const given = signatures ? { ...still, signatures } : still
  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(given, notification())
  const { id } = notification()
  const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
  await actOnApproval(given, { approvalId: id, who: ANA, act })

  let sent = 0
  let onItsWay: (put: () => Promise<VerdictOutcome>) => Promise<VerdictOutcome> = (put) => put()
  const services: Services = {
    ...given,
    pipelines: {
      ...given.pipelines,
      putApprovalResult: (...verdict) => {
        sent++
        return onItsWay(() => given.pipelines.putApprovalResult(...verdict))
      },
    },
  }
  const read = async () => (await readApproval(services, id))!
  return {
    id,
    services,
    codePipeline,
    read,
    pass: codePipeline.clock.pass.bind(codePipeline.clock),
    sent: () => sent,
    meeting: (trouble: typeof onItsWay) => void (onItsWay = trouble),
    settle: (by: Services = services) => settleApproval(by, id),
    state: async () => (await read()).state,
  }
}

export const APPROVED = { name: 'settled', outcome: { how: 'slack', verdict: 'Approved' } }

export const lost = async (): Promise<never> => {
  throw new Error('no answer')
}
