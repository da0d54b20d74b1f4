import type { DueServices } from '../../../functions/ports/services.ts'
import { QUIET_ALARMS } from './alarms.ts'
import { OPEN_CALENDARS } from './calendars.ts'

/** Ports behind which there is nothing: no change set, no report, no delivery, no failure, no alarm, no calendar. */
export const NOTHING_THERE = {
  alarms: QUIET_ALARMS,
  calendars: OPEN_CALENDARS,
  calendarReadings: { latest: async () => null, keep: async () => {} },
  changeSets: { read: async () => ({ kind: 'empty' }) },
  builds: { testReports: async () => ({ kind: 'read', reports: [] }) },
  delivery: { read: async () => ({ deployments: [], answered: [] }) },
  failures: { read: async () => ({ what: null, lines: [], log: null, unread: [] }) },
  outsideWorks: { read: async () => ({ kind: 'gone' }) },
  pipelineSteering: { steer: async () => ({ kind: 'unable' }) },
} satisfies Partial<DueServices>
