import type { RichTextBlockElement } from '@slack/types'
import type { FailureCause } from '../domain/failure-cause.ts'
import { tellingLine } from '../domain/failure-cause.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, preformatted, section, text } from './block-kit.ts'
import { facts } from './facts.ts'
import { plain } from './sentence.ts'
import { FAILURE } from './words/execution-words.ts'

/** What is known of a failure. */
export interface KnownFailure {
  cause: FailureCause | null
  /** What the action says of its end itself; empty if it says nothing. */
  summary: string
}

/** In one line what failed; the service that ran it says it better than the action. */
export const whatFailed = ({ cause, summary }: KnownFailure): string => cause?.what ?? summary

/**
 * For a message: what failed, the telling lines of the log, and what could not be read. `room`: characters of the log.
 * `isLinked`: the message has a link to the log, by default at its first line.
 */
export const causeElements = (
  failure: KnownFailure,
  { room, log = null, isLinked = log !== null }: { room: number; log?: string | null; isLinked?: boolean },
): RichTextBlockElement[] => {
  const { cause } = failure
  const what = whatFailed(failure)
  const page = log ? [link(FAILURE.log, log)] : []
  if (!cause) return what ? [...(log ? [section(...page)] : []), preformatted(cut(what, room))] : []
  const first = facts(what ? [text(cut(what, room))] : [], page)
  const lines = excerpt(cause, { room, isLinked })
  return [
    ...(first.length > 0 ? [section(...first)] : []),
    ...(lines.length > 0 ? [preformatted(lines.join('\n'))] : []),
    ...unreadLines(cause).map((line) => section(...line)),
  ]
}

/** For a notice: what failed, and the line of the log that says most. */
export const causeNotice = (failure: KnownFailure, log: string | null = null): Inline[][] => {
  const { cause } = failure
  const what = cut(whatFailed(failure), 300)
  const telling = cause && tellingLine(cause)
  return [
    facts(what ? [text(what)] : [], log ? [link(FAILURE.log, log)] : []),
    telling !== null && !what.includes(telling) ? [text(cut(telling, 200))] : [],
    ...(cause ? unreadLines(cause).slice(0, 1) : []),
  ]
}

/** The same for a text that is read aloud. */
export const spokenCause = (failure: KnownFailure, room: number): string => {
  const what = whatFailed(failure)
  const telling = failure.cause && tellingLine(failure.cause)
  return cut([what, telling !== null && !what.includes(telling) ? telling : ''].filter(Boolean).join(': '), room)
}

const unreadLines = ({ unread }: FailureCause): Inline[][] =>
  unread.map(({ because, of }) => [text(plain(FAILURE[because], { of: cut(of, 100) }))])

/** The lines that fit: of a log that the message links to, only the telling ones. At least the one that says most. */
const excerpt = (cause: FailureCause, { room, isLinked }: { room: number; isLinked: boolean }): string[] => {
  const telling = tellingLine(cause)
  if (telling === null) return []
  const lines = isLinked ? tellingAndLast(cause.lines, telling) : cause.lines
  const from = lines.findLastIndex((_, index) => lines.slice(index).join('\n').length > room)
  const shown = lines.slice(from + 1)
  return shown.some(isLine(telling)) ? shown : [cut(telling, room)]
}

/** A phone shows about twenty rows of a message, and a line of a log takes up to five of them. */
const MOST_LAST_LINES = 3
const LEFT_OUT = '…'

const tellingAndLast = (lines: readonly string[], telling: string): readonly string[] => {
  const [before, last] = [lines.slice(0, -MOST_LAST_LINES), lines.slice(-MOST_LAST_LINES)]
  if (last.some(isLine(telling))) return last
  return [telling, ...(before.slice(-1).some(isLine(telling)) ? [] : [LEFT_OUT]), ...last]
}

const isLine = (telling: string) => (line: string) => line.trim() === telling
