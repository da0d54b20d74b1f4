import type { DateToken } from './date-token.ts'

/** The meaning of mrkdwn, as a tree: the views draw it, and no text becomes HTML. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'link'; href: string; label: string }
  | { type: 'user' | 'channel' | 'usergroup'; id: string; label: string | null }
  | { type: 'broadcast'; range: string }
  | ({ type: 'date' } & DateToken)
  | { type: 'emoji'; name: string }
  | { type: 'break' }
