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
  'an audit that asks for no signature': {
    breaks: 'I14',
    audited: (keys) => ({ ...keys, since: Infinity }),
  },
}
