import type { Approval } from '../domain/approval.ts'
import { GATES } from '../flows/gates/gates.ts'
import type { Inline } from './block-kit.ts'
import { cut, link } from './block-kit.ts'
import { listed } from './language.ts'
import type { Route } from '../domain/route.ts'
import { plain } from './sentence.ts'
import { TARGET } from './words/shared-words.ts'

/** What is deployed, and to where, as people call them. */
export interface Target {
  pipeline: string
  /** With the approval's action if its stage has several: "Production (QA)". */
  environment: string
}

export const targetOf = (approval: Approval, route: Route | null): Target => {
  const { where, otherApprovals } = approval
  const environment = environmentOf(approval, route)
  return {
    pipeline: where.pipeline,
    environment: otherApprovals.length > 0 ? plain(TARGET.action, { environment, action: where.action }) : environment,
  }
}

/** What is deployed to where, as a link to its message. */
export const targetLink = (approval: Approval, route: Route | null): Inline => {
  const { pipeline, environment } = targetOf(approval, route)
  const named = plain(TARGET.named, { pipeline: cut(pipeline, 100), environment: cut(environment, 60) })
  return link(named, approval.showing.place?.link ?? null)
}

/**
 * Where it is deployed, whichever of its approvals this is: the stages behind an approval in a stage of its own.
 * "Approve shop to Manual_Approval?" would ask for nothing.
 */
export const environmentOf = ({ where, change }: Approval, route: Route | null): string =>
  route?.environment ?? (listed(change.into, 'conjunction') || where.stage)

/** The AWS service that waits for the verdict. */
export const serviceOf = ({ gate }: Approval): string => GATES[gate].service
