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

const patterns = new Map<string, LinearPattern>()

/** The part of a comment that matches, such as a ticket's number; null without one. */
export const ticketIn = (
  { pattern }: CommentForm,
  comment: string,
): { from: number; to: number; text: string } | null => {
  const known = patterns.get(pattern) ?? linearPattern(pattern)
  patterns.set(pattern, known)
  const found = known.find(comment)
  return found && { ...found, text: comment.slice(found.from, found.to) }
}

export const isOfForm = (form: CommentForm, comment: string): boolean =>
  comment === '' ? !form.isRequired : ticketIn(form, comment) !== null

/** The address of the ticket's page. */
export const ticketUrl = ({ url }: CommentForm, ticket: string): string | null =>
  url && url.replaceAll('{ticket}', () => encodeURIComponent(ticket.toWellFormed()))
