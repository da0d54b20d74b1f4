/** What a deployment group serves. */
export interface DeployedApplication {
  url: string
  version: string
  healthy: boolean
  /** Set while another version is installed, or the one before is restored: it may not answer meanwhile. */
  deploying?: boolean
  /** The version that traffic is being shifted to, and its current share. */
  next?: { version: string; percent: number } | null
}
