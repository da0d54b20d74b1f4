interface KnownError {
  name?: unknown
  code?: unknown
  message?: unknown
}

const NO_CREDENTIALS = 'AWS credentials were not found: log in (aws sso login), or set AWS_PROFILE.'
const EXPIRED = 'The AWS credentials have expired: log in again.'
const UNKNOWN = 'AWS does not know these credentials: are they of the right account, and still valid?'

/** What an AWS SDK calls it, and what it means for whoever reads it. */
const SENTENCES: Record<string, string> = {
  CredentialsProviderError: NO_CREDENTIALS,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  InvalidClientTokenId: UNKNOWN,
  UnrecognizedClientException: UNKNOWN,
  InvalidSignatureException: 'AWS refuses the signature: check the secret key, and the clock of this machine.',
  SignatureDoesNotMatch: 'AWS refuses the signature: check the secret key, and the clock of this machine.',
  TimeoutError: 'There was no answer in time: try again.',
}

const REFUSED = /^(?:AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|KMSAccessDenied)/

/** What the system says when there is no way to a host, and mostly to which. */
const UNREACHED =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b(?: ([\w.:[\]-]*\w))?/

const fieldsOf = (error: unknown): KnownError => (typeof error === 'object' && error !== null ? error : {})

/** The caller may not do it: the name of the right that is missing, such as `ssm:GetParameters`; null otherwise. */
export const missingRight = (error: unknown): string | null => {
  const { name, message } = fieldsOf(error)
  const right = /not authorized to perform:? (\S+?)[,.]?(?:\s|$)/.exec(String(message))?.[1]
  return REFUSED.test(String(name)) ? (right ?? 'a right that AWS did not name') : null
}

/** A surprise in one line: a sentence where the error is a known one, and never more than its name and message. */
export const wordsFor = (error: unknown): string => {
  const { name, code, message } = fieldsOf(error)
  const right = missingRight(error)
  if (right) return `These AWS credentials lack ${right}.`
  const known = SENTENCES[String(name)] ?? SENTENCES[String(code)]
  if (known) return known
  // fetch says only that it failed, and keeps the reason behind.
  const reason = error instanceof TypeError && error.cause instanceof Error ? error.cause.message : undefined
  const [first = ''] = String(message ?? error).split('\n', 1)
  const unreached = UNREACHED.exec(reason ?? first) ?? UNREACHED.exec(String(code))
  if (unreached) {
    const [, sign, host = 'A service'] = unreached
    return `${host} cannot be reached (${sign}): is this machine online, and is a proxy or an endpoint set?`
  }
  if (reason) return `${first}: ${reason}`
  return `${typeof name === 'string' ? name : 'Error'}: ${first}`
}
