import type { Route } from '../../../functions/domain/route.ts'
import type { Differently } from '../history.ts'
import type { InvariantNumber } from '../invariants.ts'

/** A bot with one thing wrong, and the invariant that it breaks. */
export interface BrokenBot extends Differently {
  breaks: InvariantNumber
}

/** Hardly anything keeps a person from approving. */
export const EASY: Partial<Route> = {
  approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 }],
  consoleOnly: null,
  forbid: [],
  freezes: [],
  calendars: [],
}

export const ALL_MORNING = { name: 'freeze', zone: 'UTC', span: { every: 'day', from: 0, to: 720 } } as const
