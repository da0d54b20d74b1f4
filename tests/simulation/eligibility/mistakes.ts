import type { Route } from '../../../functions/domain/route.ts'
import type { Mistake } from './agreement.ts'

const mistaken =
  (change: (route: Route) => Partial<Route>): Mistake =>
  (configuration) => ({
    ...configuration,
    routeFor: (where, subject) => {
      const route = configuration.routeFor(where, subject)
      return route && { ...route, ...change(route) }
    },
  })

/** Bots that misread their route, each in one way. */
export const MISTAKES: Record<string, Mistake> = {
  'lets authors approve': mistaken(({ forbid }) => ({ forbid: forbid.filter((one) => one !== 'author') })),
  'lets the starter approve': mistaken(({ forbid }) => ({ forbid: forbid.filter((one) => one !== 'starter') })),
  'trusts unknown people': mistaken(() => ({ whenUnidentified: 'allow' })),
  'forgets freezes': mistaken(() => ({ freezes: [] })),
  'forgets calendars': mistaken(() => ({ calendars: [] })),
  'forgets the order': mistaken(() => ({ order: 'any' })),
  'lets every approver reject': mistaken(() => ({ rejecters: [] })),
  'forgets the last rule': mistaken(({ approvers, anyOf }) =>
    anyOf.length > 0 ? {} : { approvers: approvers.slice(0, -1) },
  ),
  'forgets one alternative': mistaken(({ anyOf }) => ({ anyOf: anyOf.slice(1) })),
  'forgets whom the escalation adds': mistaken(({ escalate }) => ({
    escalate: escalate && { ...escalate, people: [], groups: [] },
  })),
  'lets no one stand in': mistaken(() => ({ standIns: 'none' })),
  'lets anyone stand in': mistaken(() => ({ standIns: 'anyone' })),
  'lets Slack decide what only the console may': mistaken(() => ({ consoleOnly: null })),
}
