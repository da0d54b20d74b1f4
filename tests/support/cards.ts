import type { Approval, ResolvedPolicy } from '../../functions/domain/approval.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Frozen } from '../../functions/domain/window.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { ApprovalCard } from '../../functions/ports/cards.ts'
import { PLAIN_ROUTE } from './plain-route.ts'
import { DAY, POLICY, START, approval, resolvedPolicy } from './records.ts'

/** A route as far as messages use it; the approvers are in the approval's resolved policy. */
export const ROUTE: Route = { ...PLAIN_ROUTE, forbid: ['author', 'starter'] }

export const CONSOLE = 'https://console.example/shop-web'

export const cardOf = (of: Approval, more: Partial<ApprovalCard> = {}): ApprovalCard => ({
  kind: 'approval',
  approval: of,
  route: ROUTE,
  accountName: 'shop-prod',
  consoleUrl: CONSOLE,
  ...more,
})

/** The approval with these additions to its policy. */
export const where = (
  more: Partial<Policy>,
  also: Partial<ResolvedPolicy> = {},
  of: Approval = approval(),
): Approval => ({
  ...of,
  resolvedPolicy: resolvedPolicy({ ...POLICY, ...more }, also),
})

export const WEEKEND: Frozen = { name: 'weekend freeze', zone: 'Europe/London', until: START + 2 * DAY }

export const frozen = (breakGlass: string[] = ['U0ELI', 'U0DANA'], of: Approval = approval()): Approval =>
  where({ breakGlass }, { frozen: WEEKEND }, of)

export const GLASS = {
  userId: 'U0ELI',
  name: 'Eli Brandt',
  reason: 'the shop is down',
  frozen: WEEKEND,
  windows: [],
  at: START,
}
