import { Failure } from './failure.ts'
import { ownEntry } from '../functions/own-entry.ts'

/** What went wrong, for the person at the terminal. */
export interface Problem {
  /** Two problems with one cause have one key, though their sentences may name different hosts. */
  key: string
  sentence: string
}

const EXPIRED = 'The AWS credentials have expired: log in again (aws sso login).'
const NOT_KNOWN = 'AWS does not know these credentials. Check that they are valid, and belong to the right account.'
const SIGNATURE = 'AWS refuses the signature. Check the secret key, and the clock of this machine.'
const NO_ANSWER = 'There was no answer in time. Try again.'
const NOT_OFFERED = 'The AWS endpoint does not offer everything that this needs: it is not AWS itself.'

/** What an AWS SDK calls an error, and what it means for the person at the terminal. */
const SENTENCES: Record<string, string> = {
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  InvalidClientTokenId: NOT_KNOWN,
  UnrecognizedClientException: NOT_KNOWN,
  InvalidSignatureException: SIGNATURE,
  SignatureDoesNotMatch: SIGNATURE,
  TimeoutError: NO_ANSWER,
  UnknownOperationException: NOT_OFFERED,
}

const REFUSED = /^(?:AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|KMSAccessDenied)/

/** What the system says if it cannot reach a host, and usually which host. */
const UNREACHED =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b(?: ([\w.:[\]-]*\w))?/

interface KnownError {
  name?: unknown
  code?: unknown
  message?: unknown
  cause?: unknown
}

const fieldsOf = (error: unknown): KnownError => (typeof error === 'object' && error !== null ? error : {})

/** The permission that the caller lacks, such as `ssm:GetParameters`; null if the error is another one. */
export const missingRight = (error: unknown): string | null => {
  const { name, message } = fieldsOf(error)
  const right = /not authorized to perform:? (\S+?)[,.]?(?:\s|$)/.exec(String(message))?.[1]
  return REFUSED.test(String(name)) ? (right ?? 'a permission that AWS does not name') : null
}

/** An error in a sentence, never more than its name and message. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof Failure) return { key: error.message, sentence: error.message }
  const { name, code, message } = fieldsOf(error)
  const right = missingRight(error)
  if (right) return { key: `right ${right}`, sentence: `These AWS credentials lack ${right}.` }
  const [first = ''] = String(message ?? error).split('\n', 1)
  const sentence =
    name === 'CredentialsProviderError'
      ? credentialsSentence(first)
      : (ownEntry(SENTENCES, String(name)) ?? ownEntry(SENTENCES, String(code)))
  if (sentence) return { key: sentence, sentence }
  const messages = messagesOf(error)
  const unreached = [...messages, String(code)].map((text) => UNREACHED.exec(text)).find((match) => match !== null)
  if (unreached) return unreachedProblem(unreached)
  const reason = messages.at(-1) ?? ''
  if (messages.includes('fetch failed')) return { key: reason, sentence: `A request failed: ${reason}.` }
  const what = `${typeof name === 'string' ? name : 'Error'}: ${first}`
  return '$metadata' in fieldsOf(error)
    ? { key: what, sentence: `AWS answers ${what}` }
    : { key: what, sentence: `Unexpected error: ${what}` }
}

/** The message of an error, and those of its causes: fetch, for one, says only that it failed. */
const messagesOf = (error: unknown): string[] => {
  const { message, cause } = fieldsOf(error)
  return [...(typeof message === 'string' && message ? [message] : []), ...(cause ? messagesOf(cause) : [])]
}

/** The SDK has one name for every reason why it found no credentials. */
const credentialsSentence = (message: string): string => {
  if (/expired/i.test(message)) return EXPIRED
  const profile = /profile: \[([^\]]+)\]/.exec(message)?.[1]
  return profile
    ? `The AWS profile ${profile} has no credentials: check AWS_PROFILE, or log in (aws sso login --profile ${profile}).`
    : 'AWS credentials were not found: log in (aws sso login), or set AWS_PROFILE.'
}

/** Each AWS service has a host of its own; that AWS cannot be reached is one problem. */
const unreachedProblem = ([, sign, host = 'A service']: RegExpExecArray): Problem => {
  const isAws = /\.amazonaws\.com(?:\.cn)?(?::\d+)?$/.test(host)
  return {
    key: `unreached ${isAws ? 'AWS' : host}`,
    sentence: `${host} cannot be reached (${sign}). Is this machine online, and are the proxy and endpoint settings right?`,
  }
}
