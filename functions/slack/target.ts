import type { Approval } from '../domain/approval.ts'
import { GATES } from '../flows/gates/gates.ts'
import { listed } from './language.ts'
import type { Route } from '../domain/route.ts'

/** What is deployed, and to where, as people call them. */
export interface Target {
  pipeline: string
  environment: string
}

export const targetOf = ({ where, change }: Approval, route: Route | null): Target => ({
  pipeline: where.pipeline,
  // The stages behind an approval in a stage of its own: "Approve shop to Manual_Approval?" asks nothing.
  environment: route?.environment ?? (listed(change.into, 'conjunction') || where.stage),
})

/** The AWS service that waits for the verdict. */
export const serviceOf = ({ gate }: Approval): string => GATES[gate].service
