import type { AwsConnection } from './connection.ts'
import { answerIn } from './expected-errors.ts'
import type { Role } from './allowed-accounts.ts'
import { postSigned } from './signed-request.ts'

export interface RoleCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  /** Epoch milliseconds. */
  expiresAt: number
}

/** AWS does not let the bot assume a role, and will refuse again. */
export class RoleRefused extends Error {
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
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: arn,
    RoleSessionName: sessionName,
    ...(externalId !== null && { ExternalId: externalId }),
    ...(sourceIdentity !== null && { SourceIdentity: sourceIdentity }),
    DurationSeconds: '3600',
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await postSigned(connection, { service: 'sts', headers, body, timeoutMs: TIMEOUT_MS, now })
  const answer = await response.text()
  if (response.ok) return credentialsIn(answer)
  const code = textOf(answer, 'Code') ?? `HTTP ${response.status}`
  throw answerIn('AssumeRole', code) === 'refused'
    ? new RoleRefused(arn, code)
    : new Error(`STS did not assume ${arn}: ${code}`)
}

const credentialsIn = (answer: string): RoleCredentials => {
  const given = (name: string): string => {
    const text = textOf(answer, name)
    if (!text) throw new Error(`STS answered without ${name}`)
    return text
  }
  return {
    accessKeyId: given('AccessKeyId'),
    secretAccessKey: given('SecretAccessKey'),
    sessionToken: given('SessionToken'),
    expiresAt: Date.parse(given('Expiration')),
  }
}

/** An element's text in STS's XML. The values read here (keys, dates, codes) hold no character that XML escapes. */
const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1]
