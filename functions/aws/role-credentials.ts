import type { Clock } from '../clock.ts'
import type { RoleCredentials } from './assume-role.ts'
import { assumeRole } from './assume-role.ts'
import type { AwsConnection } from './connection.ts'
import type { Role } from './allowed-accounts.ts'

/** Credentials are renewed before they expire, so that none expires during a request. */
const RENEW_BEFORE_MS = 5 * 60_000

interface Held {
  credentials: Promise<RoleCredentials>
  /** Epoch milliseconds. */
  until: number
}

/**
 * Credentials of roles in other accounts: assumed at first use, kept, and shared by all callers that need them
 * meanwhile. CloudTrail shows `sessionName` there as the caller.
 */
export const roleCredentials = (connection: AwsConnection, sessionName: string, clock: Pick<Clock, 'now'>) => {
  const known = new Map<string, Held>()

  const ask = (role: Role): Held => {
    const credentials = assumeRole(connection, role, { sessionName, now: clock.now() })
    const held: Held = { credentials, until: Number.POSITIVE_INFINITY }
    known.set(role.arn, held)
    credentials.then(
      ({ expiresAt }) => (held.until = expiresAt - RENEW_BEFORE_MS),
      () => known.delete(role.arn),
    )
    return held
  }

  return (role: Role): Promise<RoleCredentials> => {
    const held = known.get(role.arn)
    return (held && clock.now() < held.until ? held : ask(role)).credentials
  }
}
