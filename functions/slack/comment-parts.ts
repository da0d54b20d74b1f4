import type { CommentForm } from '../domain/comment.ts'
import { ticketIn, ticketUrl } from '../domain/comment.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, text } from './block-kit.ts'
import { plain } from './sentence.ts'
import { FORM } from './words/modal-words.ts'

/**
 * A comment of at most so many characters. The ticket in it is a link, if the route says where its page is. A ticket that
 * is shown in part, or reads otherwise without the characters that are left out, would lead to another page.
 */
export const commentParts = (comment: string, form: CommentForm | undefined, most: number): Inline[] => {
  const shown = cut(comment, most)
  const whole = cut(comment, Infinity)
  const uncut = shown === whole ? shown.length : shown.length - 1
  const ticket = form ? ticketIn(form, whole) : null
  const isShown = form && ticket && ticket.to <= uncut && ticket.text === ticketIn(form, comment)?.text
  const url = isShown ? ticketUrl(form, ticket.text) : null
  if (!ticket || !url) return [text(shown)]
  const around = [shown.slice(0, ticket.from), shown.slice(ticket.to)].map((words) => (words ? [text(words)] : []))
  return [...around[0]!, link(ticket.text, url), ...around[1]!]
}

/** What to enter, in the words of the route. */
export const formHint = ({ hint, pattern }: CommentForm): string => hint ?? plain(FORM.pattern, { pattern })
