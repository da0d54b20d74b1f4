import type { Approval } from '../domain/approval.ts'

/** How an approved deployment failed. */
export interface Failure {
  /** When, in epoch milliseconds. */
  at: number
  /** The summary of the action that failed; empty without one. */
  cause: string
  /** The version that was live before and is again; null without a rollback. */
  liveAgain: string | null
}

/** The last sentence of a deployment that was rolled back; a further fact of the version may follow. */
const ROLLED_BACK = /\bRolled back to ([^\s,]{1,40}?)(?:, [^,.]{1,40})?\.?$/

/** The failure of the approval's deployment; null if it has not failed. */
export const failureOf = ({ deployment }: Approval): Failure | null => {
  if (deployment?.name !== 'failed' || deployment.rejectedIn !== undefined) return null
  const summary = (deployment.summary ?? '').trim()
  const [said = '', version = null] = ROLLED_BACK.exec(summary) ?? []
  return { at: deployment.at, cause: summary.slice(0, summary.length - said.length).trimEnd(), liveAgain: version }
}
