import type { Approval, ResolvedPolicy } from '../../functions/domain/approval.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Frozen } from '../../functions/domain/window.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { ApprovalCard } from '../../functions/ports/cards.ts'
import { PLAIN_ROUTE } from './plain-route.ts'
import { CARDS, CHANGE, DAY, POLICY, RELEASED, START, approval, resolvedPolicy, revision } from './records.ts'

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

/** An approval with everything that its request warns of, and the warnings. */
export const WARNED: { approval: Approval; warnings: string[] } = {
  approval: approval({
    change: {
      ...CHANGE,
      since: { ...CHANGE.since!, newer: RELEASED },
      last: { stage: 'Production', executionId: 'e0', how: 'failed', at: START - DAY, revisions: [CARDS] },
    },
    newer: { executionId: 'e9', startedAt: START, revision: revision('9aa01bc', 'Hotfix') },
    changeSets: [
      { stack: 'shop-network', url: null, kind: 'empty' },
      {
        stack: 'shop-prod',
        url: null,
        kind: 'changes',
        counts: { removed: 1 },
        atRisk: [{ what: 'removed', id: 'Uploads', type: 'AWS::S3::Bucket' }],
        atRiskCount: 1,
      },
    ],
    tests: {
      ...{ kind: 'reported', passed: 411, failed: 1, skipped: 0, unknown: 0, durationMs: 0 },
      ...{ reports: [], count: 0, unfinished: 0 },
    },
    held: { stage: 'Live', reason: 'incident 4711', since: START, userId: 'U0DANA', name: null },
  }),
  warnings: [
    'Stack shop-prod removes Uploads (AWS::S3::Bucket) · 1 removed',
    'Tests: 411 passed, 1 failed',
    'The last deployment to Production failed (Sun, Nov 22 at 09:30 UTC): <b01d7aa>',
    'A newer change waits: Hotfix · Ana · <9aa01bc>. Approving deploys the older one.',
    'A newer change is live: Bump Flask to 3.1 · Ben · <77e0c3d>. Approving deploys the older one.',
    'Live is held since Mon, Nov 23 at 09:30 UTC: “incident 4711”. Nothing goes on to Live until it is resumed.',
  ],
}

export const GLASS = {
  userId: 'U0ELI',
  name: 'Eli Brandt',
  reason: 'the shop is down',
  frozen: WEEKEND,
  windows: [],
  at: START,
}
