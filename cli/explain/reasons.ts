import type { Refusal } from '../../functions/domain/refusal.ts'
import type { Barrier, Unidentified } from '../../functions/domain/policy.ts'
import type { Frozen } from '../../functions/domain/window.ts'
import { momentText } from './moment-text.ts'

/** Why a person could not approve or reject. */
export type Ineligible =
  Barrier | Extract<Refusal, { because: 'no-route' | 'deactivated' | 'stranger' | 'unknown-person' }>

/** The reason in whole sentences. */
export const reasonText = (ineligible: Ineligible): string => REASONS[ineligible.because](ineligible as never)

const REASONS: { [B in Ineligible['because']]: (ineligible: Extract<Ineligible, { because: B }>) => string } = {
  'no-route': () => 'No route matches.',
  'console-only': () => 'This stage is approved in the AWS console only.',
  'no-approvers': () => 'The route names no approvers.',
  'not-an-approver': () => 'No rule of this route names this person.',
  'absent-forbidden': ({ own }) =>
    `This person stands in for someone who ${own === 'author' ? 'wrote the change' : 'started the execution'}.`,
  'absent-decided': () => 'This person stands in for someone in whose place a decision is there already.',
  'not-your-turn': ({ first }) => `${first.join(' or ')} must approve first.`,
  'not-a-rejecter': ({ rejecters }) => `Only ${rejecters.join(', ')} can reject.`,
  unread: ({ unread }) => `Greenlight cannot tell whether a rule names this person: ${unread.join('; ')}.`,
  author: () => 'This person wrote the change.',
  starter: () => 'This person started the execution.',
  unidentified: ({ unidentified }) => unidentified.map(unidentifiedText).join(' '),
  frozen: ({ frozen }) => freezeText(frozen),
  deactivated: () => 'The Slack account of this person is deactivated.',
  stranger: () => 'This person belongs to the Slack workspace of another company.',
  'unknown-person': ({ why }) => `${why}.`,
}

/** Such as "The author x@y.example has no known Slack account." */
export const unidentifiedText = ({ because, name }: Unidentified): string => UNIDENTIFIED[because](name)

const UNIDENTIFIED: Record<Unidentified['because'], (name: string | null) => string> = {
  author: (name) =>
    name === null ? 'An author is not named by the source.' : `The author ${name} has no known Slack account.`,
  starter: (name) =>
    name === null
      ? 'AWS does not say who started the execution.'
      : `${name}, who started the execution, has no known Slack account.`,
}

/** Such as "The change freeze “weekend freeze” lasts until Mon 7 Dec 2026, 08:00 (Europe/London)." */
export const freezeText = ({ name, zone, until, unread }: Frozen): string => {
  if (unread !== undefined) return `The change freeze “${name}” applies, because ${unread}.`
  return until === null
    ? `The change freeze “${name}” has no end.`
    : `The change freeze “${name}” lasts until ${momentText(until, zone)}.`
}
