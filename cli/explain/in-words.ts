import type { ResolvedPolicy } from '../../functions/domain/approval.ts'
import type { Refusal } from '../../functions/domain/attempt.ts'
import type { Barrier, Unidentified } from '../../functions/domain/policy.ts'
import type { Frozen } from '../../functions/domain/window.ts'
import { momentText } from './moment.ts'
import type { Somebody } from './somebody.ts'

/** "Dana Novak (U0DANA)" */
export type Naming = (userId: string) => string

/** Everything that the route asks for, a line each. */
export const policyLines = ({ policy, timing }: ResolvedPolicy, forbid: readonly string[], named: Naming): string[] => {
  if (policy.consoleOnly !== null) return [`It is decided in the AWS console only: ${policy.consoleOnly}`]
  const standIns = timing.escalate?.people ?? []
  return [
    'It takes:',
    ...policy.rules.map(({ name, count, people }) => `  ${count} of ${name}: ${listed(people, named)}`),
    ...(forbid.length > 0 ? [`Whoever is its ${forbid.join(' or its ')} may not approve it.`] : []),
    ...policy.forbidden.map(({ userId, because }) => `  ${named(userId)} is its ${because}.`),
    ...policy.unidentified.map(
      (one) => `  Nobody in Slack is known for its ${identity(one)}, ${UNIDENTIFIED[policy.whenUnidentified]}.`,
    ),
    ...(standIns.length > 0
      ? [`After the escalation anybody's place can be filled by: ${listed(standIns, named)}`]
      : []),
    ...policy.unread.map((clause) => `Not known: ${clause}.`),
  ]
}

const UNIDENTIFIED = { refuse: 'so nobody may approve it', allow: 'which is allowed here' } as const

const identity = ({ because, name }: Unidentified): string => (name ? `${because} ${name}` : because)

const MOST = 20
const listed = (people: readonly string[], named: Naming): string => {
  if (people.length === 0) return 'nobody that is known'
  const shown = people.slice(0, MOST).map(named).join(', ')
  return people.length > MOST ? `${shown} and ${people.length - MOST} more` : shown
}

/** "frozen until Mon 7 Dec 2026, 08:00 (Europe/London), by weekend freeze" */
export const frozenText = ({ name, zone, until }: Frozen): string =>
  `frozen ${until === null ? 'for good' : `until ${momentText(until, zone)}`}, by ${name}`

/** Why somebody could not, as what follows "because". */
export const reasonText = (refusal: Explained): string => REASONS[refusal.because](refusal as never)

export type Explained =
  Barrier | Extract<Refusal, { because: 'no-route' | 'deactivated' | 'stranger' | 'unknown-person' }>

const REASONS: { [B in Explained['because']]: (refusal: Extract<Explained, { because: B }>) => string } = {
  'no-route': () => 'no route matches',
  'console-only': () => 'this stage is decided in the AWS console only',
  'no-approvers': () => 'its route names no approvers',
  'not-an-approver': () => 'none of its rules names them',
  unread: ({ unread }) => `it cannot be told whether a rule names them: ${unread.join('; ')}`,
  author: () => 'they wrote it',
  starter: () => 'they started it',
  unidentified: ({ unidentified }) =>
    `nobody in Slack is known for its ${unidentified.map(identity).join(' and its ')}`,
  frozen: ({ frozen }) => `it is ${frozenText(frozen)}`,
  deactivated: () => 'their Slack account is switched off',
  stranger: () => 'they belong to the Slack workspace of another company',
  'unknown-person': ({ why }) => why,
}

/** Whether they could approve it at the moment that `when` names, why not, and what they still could. */
export const verdictOn = (
  somebody: Somebody,
  when: string,
  barrier: (userId: string, verdict: 'Approved' | 'Rejected') => Explained | null,
): string[] => {
  const { shown } = somebody
  const against = (verdict: 'Approved' | 'Rejected'): Explained | null =>
    somebody.doubt ?? ('userId' in somebody ? barrier(somebody.userId, verdict) : null)
  const approving = against('Approved')
  if (!approving) return [`${shown} could approve it at ${when}.`]
  const could = against('Rejected') === null
  return [
    `${shown} could not approve it at ${when}, because ${reasonText(approving)}.`,
    could ? 'They could reject it.' : 'They could not reject it either.',
  ]
}
