import type { LinearPattern } from './linear-pattern.ts'
import { linearPattern } from './linear-pattern.ts'

/** What the comment of an approval must have. */
export interface CommentForm {
  /** Whether an approval without a comment counts. */
  isRequired: boolean
  /** As linear-pattern.ts reads it; a part of the comment must match. */
  pattern: string
  /** What people are told to enter; null for the pattern itself. */
  hint: string | null
  /** The page of what matched, with `{ticket}` in its place; null without one. */
  url: string | null
}

/** The part of a comment that matches, such as a ticket's number. */
interface Ticket {
  from: number
  to: number
  text: string
}

const patterns = new Map<string, (comment: string) => Ticket | null>()

/** The part of a comment that matches; null without one. */
export const ticketIn = ({ pattern }: CommentForm, comment: string): Ticket | null => {
  const known = patterns.get(pattern) ?? remembering(linearPattern(pattern))
  patterns.set(pattern, known)
  return known(comment)
}

const MOST_REMEMBERED = 100

/** Every look at an approval asks the same comments again, and a pattern may take a tenth of a second for each. */
const remembering = ({ find }: LinearPattern): ((comment: string) => Ticket | null) => {
  const answers = new Map<string, Ticket | null>()
  return (comment) => {
    const known = answers.get(comment)
    if (known !== undefined) return known
    const found = find(comment)
    const ticket = found && { ...found, text: comment.slice(found.from, found.to) }
    if (answers.size >= MOST_REMEMBERED) answers.clear()
    answers.set(comment, ticket)
    return ticket
  }
}

export const isOfForm = (form: CommentForm, comment: string): boolean =>
  comment === '' ? !form.isRequired : ticketIn(form, comment) !== null

/** The address of the ticket's page. */
export const ticketUrl = ({ url }: CommentForm, ticket: string): string | null =>
  url && url.replaceAll('{ticket}', () => encodeURIComponent(ticket.toWellFormed()))
