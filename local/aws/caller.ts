/** Who signed a request, as far as the workspace asks: it believes any access key and checks no signature. */
export interface Caller {
  accessKeyId: string
  arn: string
  /** The service that the request was signed for, such as `codepipeline`. */
  service: string
}

const CREDENTIAL = /Credential=([^/,\s]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/

/**
 * Reads the caller from a Signature Version 4 Authorization header. The bot's own access key stands for its deployed
 * role; every other key for an IAM user of that name.
 */
export function callerOf(
  authorization: string | undefined,
  account: { accountId: string; botAccessKeyId: string },
): Caller | undefined {
  const [, accessKeyId, service] = CREDENTIAL.exec(authorization ?? '') ?? []
  if (!accessKeyId || !service) return undefined
  const arn =
    accessKeyId === account.botAccessKeyId
      ? `arn:aws:sts::${account.accountId}:assumed-role/greenlight-button-clicked/greenlight`
      : `arn:aws:iam::${account.accountId}:user/${accessKeyId}`
  return { accessKeyId, arn, service }
}
