import type { Approval } from '../domain/approval.ts'
import type { FailureCause } from '../domain/failure-cause.ts'
import { cut } from './block-kit.ts'

/** How an approved deployment failed. */
export interface Failure {
  /** When, in epoch milliseconds. */
  at: number
  /** What the action that failed says itself; empty if it says nothing. */
  summary: string
  /** Why it failed, as the service says that ran it; null if it does not. */
  cause: FailureCause | null
  /** The version that was live before and is again; null without a rollback. */
  liveAgain: string | null
}

/** A summary without its last sentence, if that says what was rolled back to; and that version. */
export const withoutRollback = (given: string | null): Pick<Failure, 'summary' | 'liveAgain'> => {
  const summary = (given ?? '').trim()
  const [said = '', version = null] = ROLLED_BACK.exec(summary) ?? []
  return {
    summary: summary.slice(0, summary.length - said.length).trimEnd(),
    liveAgain: version === null ? null : cut(version, 40) || null,
  }
}

/** The last sentence of a deployment that was rolled back; a further fact of the version may follow. */
const ROLLED_BACK = /\bRolled back to ([^\s,]{1,40}?)(?:, [^,.]{1,40})?\.?$/

/** The failure of the approval's deployment; null if it has not failed. */
export const failureOf = ({ deployment }: Approval): Failure | null => {
  if (deployment?.name !== 'failed' || deployment.rejectedIn !== undefined) return null
  return { at: deployment.at, cause: deployment.cause ?? null, ...withoutRollback(deployment.summary) }
}
