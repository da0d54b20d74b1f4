import type { ResolvedPolicy } from '../../functions/domain/approval.ts'
import type { AutomaticRule } from '../../functions/domain/automatic-rule.ts'
import type { Forbidden, Policy, Rule } from '../../functions/domain/policy.ts'
import { durationText } from '../check/duration-text.ts'
import type { Naming } from './person.ts'
import { unidentifiedText } from './reasons.ts'

/** What a route requires, a line each. */
export const policyLines = (
  { policy, timing }: ResolvedPolicy,
  forbid: readonly Forbidden['because'][],
  named: Naming,
): string[] => {
  if (policy.consoleOnly !== null) return [`Approved in the AWS console only: ${policy.consoleOnly}`]
  const standIns = timing.escalate?.people ?? []
  return [
    ...(policy.untold
      ? [`Not known: ${policy.untold.join(', ')}. So the strictest of the routes that may match applies.`]
      : []),
    ...requiredLines(policy, named),
    ...(policy.automatic ? [automaticLine(policy.automatic)] : []),
    ...(policy.rejecters ?? []).map(({ name, people }) => `Rejections only from ${name}: ${listed(people, named)}`),
    ...(policy.order ? ['They approve in this order.'] : []),
    ...(policy.comment
      ? [
          `${policy.comment.isRequired ? 'The comment of an approval' : 'A comment, if there is one,'} must match ${policy.comment.pattern}.`,
        ]
      : []),
    ...(policy.later
      ? [`An approver can choose a time for the deployment, at most ${durationText(policy.later.within)} ahead.`]
      : []),
    ...forbid.map((role) => FORBIDDEN[role].rule),
    ...policy.forbidden.map(({ userId, because }) => `  ${named(userId)} ${FORBIDDEN[because].did}.`),
    ...policy.unidentified.map((one) => `  ${unidentifiedText(one)} ${UNIDENTIFIED[policy.whenUnidentified]}`),
    ...(standIns.length > 0
      ? [`After the escalation, stand-ins can approve for any rule: ${listed(standIns, named)}`]
      : []),
    CONSOLE[policy.consoleApprovals ?? 'report'],
    ...policy.unread.map((clause) => `Not known: ${clause}.`),
  ]
}

const automaticLine = ({ after, alarms, emptyChangeSet }: AutomaticRule): string =>
  [
    `Approves itself after ${durationText(after)}`,
    ...(emptyChangeSet ? [', only if every change set behind it is empty'] : []),
    ...(alarms.length > 0 ? [`, without an alarm of ${alarms.join(', ')}`] : []),
    '.',
  ].join('')

const requiredLines = (policy: Policy, named: Naming): string[] => {
  const { rules, ways } = policy
  const line = ({ name, count, people }: Rule): string => `${count} from ${name}: ${listed(people, named)}`
  if (rules.length === 0) return ['No one can approve in Slack.']
  if (!ways) return ['Required approvals:', ...rules.map((rule) => `  ${line(rule)}`)]
  return [
    'Required approvals, in one of these ways:',
    ...ways.flatMap((way, number) =>
      way.map((index, at) => `  ${at === 0 ? `${number + 1}.` : '   and'} ${line(rules[index]!)}`),
    ),
  ]
}

const FORBIDDEN: Record<Forbidden['because'], { rule: string; did: string }> = {
  author: { rule: 'Authors cannot approve their own changes.', did: 'wrote the change' },
  starter: { rule: 'The person who started the execution cannot approve it.', did: 'started the execution' },
}

const CONSOLE = {
  report: 'An approval in the AWS console that Slack would have refused is reported.',
  allow: 'Every approval in the AWS console is allowed.',
} as const

const UNIDENTIFIED: Record<Policy['whenUnidentified'], string> = {
  refuse: 'So no one can approve in Slack.',
  allow: 'This route lets the others approve.',
}

const MOST = 20

const listed = (people: readonly string[], named: Naming): string => {
  if (people.length === 0) return 'no known people'
  const shown = people.slice(0, MOST).map(named).join(', ')
  return people.length > MOST ? `${shown} and ${people.length - MOST} more` : shown
}
