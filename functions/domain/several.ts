import type { Actor } from './act.ts'
import { canonical } from './canonical.ts'
import type { Verdict } from './policy.ts'

/** The options that checkboxes have at most ("Checkboxes element", Slack). */
export const MOST_TOGETHER = 10

/** The approvals that one person is offered to answer together. */
export interface Offer {
  approvals: readonly string[]
  /** How many more wait for the person. */
  rest: number
  /** Shows that Greenlight offered them to this person. */
  seal: string
}

/** The text that an offer is sealed with. */
export const offerStatement = ({ approvals, rest }: Omit<Offer, 'seal'>, userId: string): string =>
  canonical({ offered: approvals, rest, userId })

/** One answer to several approvals, as the person has sent it. */
export interface SeveralAnswers {
  /** Another one for each form that is sent, however often the queue delivers it. */
  id: string
  approvals: readonly string[]
  verdict: Verdict
  comment: string
  who: Actor
  /** Epoch milliseconds. */
  at: number
}

/** The text that the answer is sealed with. */
export const severalStatement = ({ id, approvals, verdict, comment, who, at }: SeveralAnswers): string =>
  canonical({ several: id, approvals, verdict, comment, userId: who.userId, from: who.from, at })
