import { QUIET_ALARMS } from '../support/memory/alarms.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { AuditKeys } from '../../functions/record/signature-flaws.ts'

export interface ForgedBot {
  breaks: 'I14'
  differently?: (services: Services) => Services
  /** The keys, as the audit takes them. */
  audited?: (keys: AuditKeys) => AuditKeys
}

/** By what is wrong with them: the thief gets a release past each, or hides one. */
export const FORGED_BOTS: Record<string, ForgedBot> = {
  'a sender that believes every signature': {
    breaks: 'I14',
    differently: (services) => ({ ...services, signatures: { ...services.signatures, verify: async () => true } }),
  },
  'a sender that forgets what people took back': {
    breaks: 'I14',
    differently: (services) => ({ ...services, objections: { ...services.objections, of: async () => [] } }),
  },
  'a queue that believes every seal': {
    breaks: 'I14',
    differently: (services) => ({ ...services, seals: { ...services.seals, holds: async () => true } }),
  },
  'a sender that reads no alarms for a rule': {
    breaks: 'I14',
    differently: (services) => ({ ...services, alarms: QUIET_ALARMS }),
  },
  'a sender that believes the table’s rule': {
    breaks: 'I14',
    differently: (services) => ({
      ...services,
      configuration: {
        ...services.configuration,
        routeFor: (...asked) => {
          const route = services.configuration.routeFor(...asked)
          return route && { ...route, automatic: { after: 0, alarms: [] } }
        },
      },
    }),
  },
  'an audit that asks for no signature': {
    breaks: 'I14',
    audited: (keys) => ({ ...keys, since: Infinity }),
  },
}
