/** What stands in a message in place of a secret. */
export const MASK = '•••'

/** So much of a text's end is searched, in whole lines, so that an endless one takes no time. Characters. */
const MOST_SEARCHED = 50_000

/** So much of a line's beginning is searched: the last ten lines of a log always are. Characters. */
const LONGEST_SCANNED = 4_000

/** The beginnings of tokens that services document, and what follows them. */
const KNOWN_TOKENS = [
  // Access keys of AWS ("IAM identifiers", IAM User Guide): of users, of roles' sessions, and of bearer tokens.
  '\\b(?:A3T[A-Z0-9]|ABIA|ACCA|AGPA|AIDA|AKIA|ANPA|AROA|ASIA)[A-Z0-9]{12,}\\b',
  '\\bgh[pousr]_\\w{16,}',
  '\\bgithub_pat_\\w{16,}',
  '\\bglpat-[\\w-]{16,}',
  '\\bxox[a-z]-[\\w-]{8,}',
  '\\bxapp-[\\w-]{8,}',
  '\\bhooks\\.slack\\.com/services/[\\w/]+',
  '\\bnpm_[A-Za-z0-9]{16,}',
  '\\bpypi-[\\w-]{16,}',
  '\\bdckr_pat_[\\w-]{16,}',
  '\\b[sr]k_(?:live|test)_\\w{8,}',
  '\\bAIza[\\w-]{20,}',
  '\\bsk-[\\w-]{20,}',
  '\\bSG\\.[\\w-]{16,}\\.[\\w-]{16,}',
  // A JSON Web Token.
  '\\beyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?',
]

const TOKEN = new RegExp(KNOWN_TOKENS.join('|'), 'g')

/** A private key in PEM, or what a log still has of one. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g
const END_OF_KEY = /^[^]*-----END [A-Z ]{0,40}PRIVATE KEY-----/

/** `https://user:password@host` */
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,400}@/gi

/** Credentials of an HTTP header. */
const IN_HEADER =
  /(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:\w{1,20}\s{1,4})?|\bbearer\s{1,4})["']?[\w+/=.~:-]{4,}/gi

/** Parameters of a signed address (AWS Signature Version 4). */
const IN_QUERY = /([?&](?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|sig|code)=)[^&\s"']+/gi

const SECRET_WORD =
  '(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key|cookie|session[_-]?id|signature)'

/** `db_password: …`, `"apiKey": "…"`, `--token …`, `SECRET=…` */
const NAMED = new RegExp(
  `([\\w.-]{0,60}${SECRET_WORD}[\\w.-]{0,60}["']?\\s{0,4}(?:[:=](?!=)|=>)\\s{0,4}|--?[\\w-]{0,60}${SECRET_WORD}[\\w-]{0,60}[ \\t]{1,4})("[^"\\n]*"?|'[^'\\n]*'?|[^\\s,;&|)}\\]]+)`,
  'gi',
)

/** A line of `env` or `export`: environment variables of a build are not for its log’s readers. */
const VARIABLE = /^(\s*(?:export |declare -x |set )?[A-Z_][A-Z0-9_]{1,100}=).+/gm

/** A long word as random keys look: no other word has capitals, small letters and digits mixed. */
const LONG_WORD = /[A-Za-z0-9+/_-]{32,}={0,2}/g

const looksRandom = (word: string): boolean => {
  if (!/[a-z]/.test(word) || !/[A-Z]/.test(word) || !/\d/.test(word)) return false
  // A path or a name of several words has capitals and digits too, but changes between them seldom.
  const changes = [...word.matchAll(/[a-z][A-Z\d]|[A-Z]\d|\d[A-Za-z]/g)].length
  return changes * 7 >= word.length
}

/** A cut ends with a whole word, because half of a secret is not recognized as one. */
const withoutRest = (line: string): string =>
  line.length <= LONGEST_SCANNED ? line : line.slice(0, LONGEST_SCANNED).replace(/(?<!\S)\S*$/, '') + MASK

/** The last lines of a text: they say how it ended. */
const lastLinesOf = (text: string): string => {
  const lines = text.split('\n').map(withoutRest)
  let length = 0
  const first = lines.findLastIndex((line) => (length += line.length + 1) > MOST_SEARCHED)
  return lines.slice(first + 1).join('\n')
}

/**
 * A text from a log, with secrets masked that can be told by how they look or by what stands before them. Nothing can
 * tell a secret that looks like a plain word and stands alone. Only the last lines of a long text are left, and the
 * beginning of a long line. Mask a text before you cut it.
 */
export const maskSecrets = (text: string): string =>
  lastLinesOf(text)
    .replace(PRIVATE_KEY, MASK)
    .replace(END_OF_KEY, MASK)
    .replace(VARIABLE, `$1${MASK}`)
    .replace(IN_ADDRESS, `$1${MASK}@`)
    .replace(IN_QUERY, `$1${MASK}`)
    .replace(TOKEN, MASK)
    .replace(IN_HEADER, `$1${MASK}`)
    .replace(NAMED, `$1${MASK}`)
    .replace(LONG_WORD, (word) => (looksRandom(word) ? MASK : word))
