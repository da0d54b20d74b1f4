import { maskSecrets } from './mask-secrets.ts'
import { shortened } from './shortened.ts'
import { oneLine, visible } from './visible-text.ts'

/** Why an action failed, as the service says that ran it. */
export interface FailureCause {
  /** The phase, lifecycle event or resource that failed, and with what; null if the service names none. */
  what: string | null
  /** The last lines of its log, oldest first. */
  lines: readonly string[]
  /** The page of its log; null where the action's own link is the best. */
  log: string | null
  /** What could not be read of it. */
  unread: readonly Unread[]
}

export interface Unread {
  because:
    /** The role lacks the permission `of`. */
    | 'denied'
    /** There is no log group `of`. */
    | 'no-group'
    /** The log stream `of` is gone: it expires with its last line. */
    | 'no-stream'
    /** The log `of` has no lines. */
    | 'no-lines'
    /** What ran the action, `of`, keeps no log in CloudWatch. */
    | 'no-log'
    /** The service `of` does not have what it ran. */
    | 'gone'
    /** The action ran in the Region `of`, which is not joined to this bot. */
    | 'not-joined'
    /** The service `of` did not answer. */
    | 'no-answer'
  of: string
}

/** The cause of which nothing is known. */
export const UNKNOWN_CAUSE: FailureCause = { what: null, lines: [], log: null, unread: [] }

/** The record holds the cause of each failed action, and a message shows it: about 2 kB. */
const MOST_LOG_LINES = 10
const LONGEST_LOG_LINE = 200
const LONGEST_WHAT = 500
const LONGEST_UNREAD = 200

/** CodePipeline keeps as many characters of a summary ("ActionExecution", API reference); more would swell the record. */
export const LONGEST_SUMMARY = 2_048

/** What CodePipeline says of a failure, as it may be stored and shown. */
export const storableCause = (said: string): string => shortened(maskSecrets(said), LONGEST_SUMMARY)

/** The cause as it may be stored and shown: secrets are masked before texts are cut, because half of one still is one. */
export const storable = ({ what, lines, log, unread }: FailureCause): FailureCause => {
  // A private key has many lines.
  const masked = maskSecrets(lines.join('\n'))
    .split('\n')
    .map((line) => visible(line).replace(RULE_OF_SIGNS, '').trimEnd())
    .filter((line) => line !== '')
  return {
    what: what === null ? null : shortened(oneLine(maskSecrets(what)), LONGEST_WHAT) || null,
    lines: masked.slice(-MOST_LOG_LINES).map((line) => shortened(line, LONGEST_LOG_LINE)),
    log,
    unread: unread.map(({ because, of }) => ({ because, of: shortened(of, LONGEST_UNREAD) })),
  }
}

/** `=====` and the like, around a heading or alone. */
const RULE_OF_SIGNS = /^([=*#_~-])\1{3,} ?| ?([=*#_~-])\2{3,}$/g

/** An error by its class, with what it says. */
const NAMED_ERROR = /\b[A-Z]\w*(?:Error|Exception)\b: ./

/** Lines of a log that speak of a failure. */
const TELLING =
  /\b(?:error|exception|failed|failure|fatal|panic|denied|refused|not found|cannot|unable|timed out)\b|\w(?:Error|Exception)\b/i

/** The line of the log that says most; null without lines. */
export const tellingLine = ({ lines }: FailureCause): string | null =>
  (
    lines.findLast((line) => NAMED_ERROR.test(line)) ??
    lines.findLast((line) => TELLING.test(line)) ??
    lines.at(-1)
  )?.trim() || null

/** Whether there is anything in it that people can read. */
export const saysSomething = ({ what, lines, unread }: FailureCause): boolean =>
  what !== null || lines.length > 0 || unread.length > 0
