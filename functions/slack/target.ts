import type { Approval } from '../domain/approval.ts'
import { GATES } from '../flows/gates/gates.ts'
import type { Route } from '../domain/route.ts'

/** What is deployed, and to where, as people call them. */
export interface Target {
  pipeline: string
  environment: string
}

export const targetOf = ({ where }: Approval, route: Route | null): Target => ({
  pipeline: where.pipeline,
  environment: route?.environment ?? where.stage,
})

/** The AWS service that waits for the verdict. */
export const serviceOf = ({ gate }: Approval): string => GATES[gate].service
