import type { Calendars } from '../../../functions/ports/calendars.ts'

/** Every calendar is open, and never closes. */
export const OPEN_CALENDARS: Calendars = { stateAt: async () => ({ kind: 'open', until: null }) }
