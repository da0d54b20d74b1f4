import type { Alarms } from '../../../functions/ports/alarms.ts'

/** Every alarm has been OK since 1970. */
export const QUIET_ALARMS: Alarms = {
  read: async (_, names) => ({ kind: 'read', alarms: names.map((name) => ({ name, state: 'OK', since: 0 })) }),
}
