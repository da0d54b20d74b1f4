import type { Approval } from '../../domain/approval.ts'
import type { GateKind } from '../../domain/gate.ts'
import type { Gate } from '../../ports/gate.ts'
import type { GateRow, Services } from '../../ports/services.ts'
import { manualApproval } from './manual-approval/manual-approval.ts'

/** One row for each kind of gate. */
export const GATES = {
  'manual-approval': { service: 'CodePipeline', over: manualApproval },
} as const satisfies Record<GateKind, GateRow>

/** How to read this approval from AWS, and send its verdict. */
export const gateOf = (services: Services, { gate }: Pick<Approval, 'gate'>): Gate =>
  services.gates[gate].over(services)
