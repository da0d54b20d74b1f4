import type { May, Route } from '../../functions/domain/route.ts'
import { NO_MEMBERS } from '../../functions/domain/route.ts'

export const NO_PERMISSIONS: May = {
  freeze: NO_MEMBERS,
  retry: NO_MEMBERS,
  rollback: NO_MEMBERS,
  stop: NO_MEMBERS,
  hold: NO_MEMBERS,
  release: NO_MEMBERS,
}

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
  standIns: 'none',
  later: null,
  may: NO_PERMISSIONS,
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
