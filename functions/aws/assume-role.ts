import * as z from 'zod/mini'
import { OutOfReach } from '../ports/out-of-reach.ts'
import { askXml } from './ask-xml.ts'
import type { AwsConnection } from './connection.ts'
import { answerIn } from './expected-errors.ts'
import type { Role } from './allowed-accounts.ts'

export interface RoleCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  /** Epoch milliseconds. */
  expiresAt: number
}

/** AWS does not let the bot assume a role, and will refuse again. */
export class RoleRefused extends OutOfReach {
  override readonly name = 'RoleRefused'
  constructor(arn: string, code: string) {
    super(`the bot may not assume the role ${arn} (${code}): docs/accounts.md says whom it has to trust`)
  }
}

const TIMEOUT_MS = 3_000

/** How CloudTrail shows what is done with the role. */
interface Session {
  sessionName: string
  /** For whom it is done; null to leave it out. */
  sourceIdentity: string | null
  /** Epoch milliseconds. */
  now: number
}

/**
 * Assumes a role ("AssumeRole", STS API reference) for an hour, the most that one role may assume another for.
 *
 * The SDK's client for STS would add 39 kB to every function for this one call (signed-request.ts). The Region's own
 * endpoint gives sessions that are valid in every Region, also in those that an account opts into ("Manage AWS STS in an AWS Region", IAM user guide).
 *
 * @throws {RoleRefused}, and errors that may pass.
 */
export const assumeRole = async (
  connection: AwsConnection,
  { arn, externalId }: Role,
  { sessionName, sourceIdentity, now }: Session,
): Promise<RoleCredentials> => {
  const call = {
    service: 'sts',
    version: '2011-06-15',
    operation: 'AssumeRole',
    input: {
      RoleArn: arn,
      RoleSessionName: sessionName,
      ExternalId: externalId ?? undefined,
      SourceIdentity: sourceIdentity ?? undefined,
      DurationSeconds: '3600',
    },
    timeoutMs: TIMEOUT_MS,
  }
  const asked = await askXml(connection, { now: () => now }, call, ASSUMED)
  if (asked.kind === 'answered') {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = asked.answer.Credentials
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAt: Date.parse(Expiration),
    }
  }
  const code = asked.code || `HTTP ${asked.status}`
  throw answerIn('AssumeRole', code) === 'refused'
    ? new RoleRefused(arn, code)
    : new Error(`STS did not assume ${arn}: ${code}`)
}

const credentialText = z.string().check(z.minLength(1))
const ASSUMED = z.lazy(() =>
  z.object({
    Credentials: z.object({
      AccessKeyId: credentialText,
      SecretAccessKey: credentialText,
      SessionToken: credentialText,
      Expiration: credentialText,
    }),
  }),
)
