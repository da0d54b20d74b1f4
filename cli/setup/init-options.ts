import type { InstallationOptions } from '../installation-options.ts'

/** The options of `greenlight init`. */
export interface InitOptions extends InstallationOptions {
  botTokenFile?: string
  signingSecretFile?: string
  approvals?: string
  status?: string
  approver?: string[]
  force?: boolean
  manifest?: boolean
}
