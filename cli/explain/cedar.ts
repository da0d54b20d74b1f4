import type { Calendar } from '../../functions/domain/calendar.ts'
import type { Approvers, Members, Route } from '../../functions/domain/route.ts'
import { rulesThrough } from '../../functions/domain/route.ts'
import type { LocalTime, Window } from '../../functions/domain/window.ts'

/** A string of Cedar. What JSON escapes with four digits, Cedar escapes with braces. */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/\\u([0-9a-f]{4})|\\[bf]/g, (escaped, code?: string) =>
    code ? `\\u{${code}}` : escaped === '\\b' ? '\\u{8}' : '\\u{c}',
  )

/** `action`: null for both. The conditions must all be met. */
const policy = (
  id: string,
  effect: 'permit' | 'forbid',
  action: 'approve' | 'reject' | null,
  when: readonly string[],
): string => {
  const scope = action ? `action == Greenlight::Action::"${action}"` : 'action'
  const head = `@id(${quoted(id)})\n${effect} (principal, ${scope}, resource)`
  return when.length > 0 ? `${head}\nwhen { ${when.join(' && ')} };` : `${head};`
}

/** In Slack, no account of theirs counts. */
const DISTRUSTED = ['isDeactivated', 'isStranger'].map((attribute) =>
  policy(`account: ${attribute}`, 'forbid', null, [`principal.${attribute}`]),
)

/**
 * Who may approve and who may reject by this route, as policies in Cedar (docs.cedarpolicy.com) for the schema in
 * schemas/greenlight.cedarschema. How many approvals are enough is no question that Cedar answers, nor for whom a person
 * decides: the stand-ins of absent approvers are left out. "Stand in" is what the escalation lets people do.
 */
export const cedarPolicies = (route: Route): string => {
  const rules = rulesThrough(route)
  const names = ruleNames(rules)
  return [
    ...rules.flatMap((rule, index) => approvers(rule, names[index]!, route)),
    ...(rules.length > 0 || route.rejecters.length > 0 ? rejecters(route, rules) : []),
    ...DISTRUSTED,
    ...(route.consoleOnly === null ? [] : [policy('the AWS console only', 'forbid', null, [])]),
    ...route.forbid.flatMap((role) => ownChange(role, route)),
    ...route.freezes.map((window, index) =>
      policy(`freeze ${index + 1}: ${window.name}`, 'forbid', 'approve', [openIn(window)]),
    ),
    ...route.calendars.map(closed),
    policy('freeze from Slack', 'forbid', 'approve', ['resource.isFrozenFromSlack']),
  ].join('\n\n')
}

/** As `turns` of an approval names the rules: those of an equal name are counted. */
export const ruleNames = (rules: readonly Pick<Approvers, 'name'>[]): string[] =>
  rules.map(({ name }, index) => {
    const before = rules.slice(0, index).filter((other) => other.name === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })

const approvers = (rule: Approvers, name: string, { order, escalate }: Route): string[] => {
  const turn = order === 'sequence' ? [`resource.turns.contains(${quoted(name)})`] : []
  return [
    policy(`approve: ${name}`, 'permit', 'approve', [oneOf(rule), ...turn]),
    ...(escalate
      ? [policy(`stand in: ${name}`, 'permit', 'approve', ['resource.isEscalated', oneOf(escalate), ...turn])]
      : []),
  ]
}

/** Every approver may reject, in any order, if the route names no one for it. */
const rejecters = ({ rejecters: named, escalate }: Route, rules: readonly Approvers[]): string[] => {
  if (named.length > 0) return named.map((one) => policy(`reject: ${one.name}`, 'permit', 'reject', [oneOf(one)]))
  const names = ruleNames(rules)
  return [
    ...rules.map((rule, index) => policy(`reject: ${names[index]}`, 'permit', 'reject', [oneOf(rule)])),
    ...(escalate ? [policy('reject: stand-ins', 'permit', 'reject', ['resource.isEscalated', oneOf(escalate)])] : []),
  ]
}

const ownChange = (role: 'author' | 'starter', { whenUnidentified }: Route): string[] => {
  const Role = role === 'author' ? 'Author' : 'Starter'
  // A person whom Slack did not look up may be the one who asks.
  const not = whenUnidentified === 'refuse' ? 'Unknown' : 'Unread'
  return [
    policy(`own change: ${role}`, 'forbid', 'approve', [`resource.${role}s.contains(principal)`]),
    policy(`${not.toLowerCase()} ${role}`, 'forbid', 'approve', [`resource.has${not}${Role}`]),
  ]
}

const closed = ({ name, source }: Calendar, index: number): string =>
  policy(`calendar ${index + 1}: ${name}`, 'forbid', 'approve', [`Greenlight::Calendar::${quoted(source)}.isClosed`])

/** The person is one of these people, or a member of one of these user groups. */
const oneOf = ({ people, groups }: Members): string => {
  const addresses = people.filter((one) => one.includes('@')).map((one) => one.toLowerCase())
  const ids = people.filter((one) => !one.includes('@')).map((one) => `Slack::User::${quoted(one)}`)
  const within = groups.map((one) => `Slack::UserGroup::${quoted(one)}`)
  const ways = [
    ...(ids.length > 0 ? [`principal in [${ids.join(', ')}]`] : []),
    ...(within.length > 0 ? [`principal in [${within.join(', ')}]`] : []),
    ...(addresses.length > 0 ? [`[${addresses.map(quoted).join(', ')}].contains(principal.email)`] : []),
  ]
  return ways.length > 1 ? `(${ways.join(' || ')})` : (ways[0] ?? 'false')
}

/** Whether the zone's clock shows a time in the window. */
const openIn = ({ zone, span }: Window): string => {
  const clock = `Greenlight::Clock::${quoted(zone)}`
  switch (span.every) {
    case 'day':
      return between(`${clock}.minuteOfDay`, span)
    case 'week':
      return between(`${clock}.minuteOfWeek`, span)
    case 'never':
      return `${clock}.local >= ${dateTime(span.from)} && ${clock}.local < ${dateTime(span.to)}`
    case 'calendar':
      throw new Error('A route has no window of a calendar: resolvePolicy adds them')
  }
}

const between = (minute: string, { from, to }: { from: number; to: number }): string =>
  to > from ? `${minute} >= ${from} && ${minute} < ${to}` : `(${minute} >= ${from} || ${minute} < ${to})`

const dateTime = ({ year, month, day, hour, minute }: LocalTime): string =>
  `datetime("${new Date(Date.UTC(year, month - 1, day, hour, minute)).toISOString()}")`
