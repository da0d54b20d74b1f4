import type { Clock } from '../clock.ts'
import type { RoleCredentials } from './assume-role.ts'
import { assumeRole, RoleRefused } from './assume-role.ts'
import type { AwsConnection } from './connection.ts'
import type { Role } from './allowed-accounts.ts'
import type { Log } from '../ports/log.ts'

/** Credentials are renewed before they expire, so that none expires during a request. */
const RENEW_BEFORE_MS = 5 * 60_000

interface Held {
  credentials: Promise<RoleCredentials>
  /** Epoch milliseconds. */
  until: number
}

/**
 * Credentials of roles: assumed at first use, kept, and shared by all callers that need them meanwhile. CloudTrail shows
 * `functionName` as the caller, or `onBehalfOf` (session-name.ts) as the caller and as the source identity.
 */
export const roleCredentials = (
  connection: AwsConnection,
  functionName: string,
  { clock, log }: { clock: Pick<Clock, 'now'>; log: Pick<Log, 'warn'> },
) => {
  const known = new Map<string, Held>()

  const assume = async (role: Role, onBehalfOf: string | null): Promise<RoleCredentials> => {
    const session = { sessionName: onBehalfOf ?? functionName, sourceIdentity: onBehalfOf, now: clock.now() }
    try {
      return await assumeRole(connection, role, session)
    } catch (error) {
      if (!(error instanceof RoleRefused) || onBehalfOf === null || !role.isJoined) throw error
      const credentials = await assumeRole(connection, role, { ...session, sourceIdentity: null })
      log.warn('A role takes no source identity: deploy infra/spoke.yml of this version in its account', {
        role: role.arn,
      })
      return credentials
    }
  }

  const ask = (key: string, role: Role, onBehalfOf: string | null): Held => {
    for (const [other, { until }] of known) if (until <= clock.now()) known.delete(other)
    const credentials = assume(role, onBehalfOf)
    const held: Held = { credentials, until: Number.POSITIVE_INFINITY }
    known.set(key, held)
    credentials.then(
      ({ expiresAt }) => (held.until = expiresAt - RENEW_BEFORE_MS),
      () => known.delete(key),
    )
    return held
  }

  return (role: Role, onBehalfOf: string | null): Promise<RoleCredentials> => {
    const key = `${role.arn} ${onBehalfOf ?? ''}`
    const held = known.get(key)
    return (held && clock.now() < held.until ? held : ask(key, role, onBehalfOf)).credentials
  }
}
