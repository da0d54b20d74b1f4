import type { Route } from '../../functions/domain/route.ts'

/** A route that requires only approvals. */
export const PLAIN_ROUTE: Route = {
  environment: 'Production',
  approvers: [],
  anyOf: [],
  order: 'any',
  automatic: null,
  rejecters: [],
  consoleOnly: null,
  forbid: [],
  whenUnidentified: 'refuse',
  freezes: [],
  calendars: [],
  breakGlass: { people: [], groups: [] },
  review: null,
  remind: [],
  lastCall: null,
  escalate: null,
  quiet: [],
  ask: ['topic', 'events'],
  notify: 'none',
  deployments: 'changes',
  onCall: { people: [], groups: [] },
  consoleApprovals: 'report',
  comment: 'optional',
  commentForm: null,
}
