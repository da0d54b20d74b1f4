import type { PolicyDocument } from '../iam/iam.ts'

/** Who signed a request, as far as the workspace looks: it accepts any access key and checks no signature. */
export interface Caller {
  accountId: string
  accessKeyId: string
  arn: string
  /** The principal's name in CloudTrail and conditions: a role's session, or the user. */
  principalArn: string
  /** The service and Region that the request was signed for, such as `codepipeline`. */
  service: string
  region: string
  /** The permissions of an assumed role; null for callers whose permissions the workspace does not check. */
  policies: readonly PolicyDocument[] | null
  /** Of an assumed role's session, if it was given one. */
  sourceIdentity?: string
}

const CREDENTIAL = /Credential=([^/,\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/

/** The access key, Region and service of a Signature Version 4 Authorization header. */
export const signatureOf = (authorization: string | undefined) => {
  const [, accessKeyId, region, service] = CREDENTIAL.exec(authorization ?? '') ?? []
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined
}

/** The account whose requests are answered, and the bot in it. */
export interface BotAccount {
  accountId: string
  region: string
  botAccessKeyId: string
  /** Of the role that may do everything. */
  botRoleName: string
}

/** The role of one function, for requests with an access key of its own. */
export interface FunctionRole {
  accountId: string
  arn: string
  policies: PolicyDocument[]
}

/** The bot's own access key stands for its deployed role; every other key for an IAM user of that name. */
export const principalOf = (
  accessKeyId: string,
  { accountId, botAccessKeyId, botRoleName }: BotAccount,
  functions: ReadonlyMap<string, FunctionRole> = new Map(),
) => {
  const own = functions.get(accessKeyId)
  if (own) {
    const arn = `arn:aws:sts::${own.accountId}:assumed-role/${own.arn.split('/').at(-1)}/greenlight`
    return { accountId: own.accountId, arn, principalArn: own.arn, policies: own.policies }
  }
  if (accessKeyId !== botAccessKeyId) {
    const arn = `arn:aws:iam::${accountId}:user/${accessKeyId}`
    return { accountId, arn, principalArn: arn, policies: null }
  }
  const arn = `arn:aws:sts::${accountId}:assumed-role/${botRoleName}/greenlight`
  return { accountId, arn, principalArn: `arn:aws:iam::${accountId}:role/${botRoleName}`, policies: null }
}
