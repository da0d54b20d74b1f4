import { MOST_RULES } from '../domain/assignment.ts'
import { judge, missingApprovals } from '../domain/policy.ts'
import type { Approvers, Members } from '../domain/route.ts'
import type { Window } from '../domain/window.ts'
import { leavesGap } from './window-gap.ts'
import type { Path } from './problem.ts'
import { alternativesOf } from './route-settings.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'
import { staticPolicy } from './static-policy.ts'

export interface Contradiction {
  path: Path
  message: string
}

/** What the schema cannot express: well-formed settings that can never work. */
export const contradictionsOf = (file: ConfigurationFile): Contradiction[] => [
  ...twiceInPeople(file),
  ...endless(file, file.defaults, ['defaults']),
  ...file.routes.flatMap((route, index) => {
    const path = ['routes', index]
    return [...incomplete(file, route, path), ...unmeetable(file, route, path), ...endless(file, route, path)]
  }),
]

const twiceInPeople = ({ people }: ConfigurationFile): Contradiction[] => {
  const seen = new Set<string>()
  return Object.keys(people).flatMap((identity) => {
    const isNew = seen.size < seen.add(identity.toLowerCase()).size
    return isNew
      ? []
      : [{ path: ['people', identity], message: 'this identity is listed twice: capital letters make no difference' }]
  })
}

const incomplete = ({ defaults }: ConfigurationFile, route: RouteEntry, path: Path): Contradiction[] => [
  ...((route.approvals ?? defaults.approvals)
    ? []
    : [{ path, message: 'no channel for approvals: set approvals here or in defaults' }]),
  ...(!route.outside || (route.status ?? defaults.status)
    ? []
    : [{ path: [...path, 'outside'], message: 'no channel for these messages: set status here or in defaults' }]),
  ...(route.approvers || route.anyOf || route.autoApprove || route.consoleOnly
    ? []
    : [
        {
          path,
          message: 'no one could approve: set approvers, anyOf or autoApprove, or set consoleOnly to the reason',
        },
      ]),
]

const twice = (ids: readonly string[]): string[] => [...new Set(ids.filter((one, index) => ids.indexOf(one) < index))]

/** Required approvals that can never all be given, however many members the user groups have. */
const unmeetable = ({ defaults }: ConfigurationFile, route: RouteEntry, path: Path): Contradiction[] => {
  const { approvers = [], escalate = defaults.escalate ?? 'none' } = route
  const standIns = escalate === 'none' ? null : escalate
  const always = approvers.map((rule, index): Placed => ({ rule, path: [...path, 'approvers', index] }))
  const ways = alternativesOf(route).map((rules, way) => {
    const isList = 'allOf' in route.anyOf![way]!
    return rules.map((rule, index): Placed => ({
      rule,
      path: [...path, 'anyOf', way, ...(isList ? ['allOf', index] : [])],
    }))
  })
  const rules = [...always, ...ways.flat()]
  if (rules.length > MOST_RULES)
    return [{ path, message: `expected at most ${MOST_RULES} groups of approvers in all ways, found ${rules.length}` }]
  const alone = [
    ...rules.flatMap((one) => unmeetableAlone(one, standIns)),
    ...(ways.length > 0 ? ways.map((way) => [...always, ...way]) : [always]).flatMap(namedTwice),
  ]
  if (alone.length > 0 || rules.length === 0) return alone
  return ways.length > 0
    ? ways.flatMap((way, index) => unmeetableTogether([...always, ...way], [...path, 'anyOf', index], standIns))
    : unmeetableTogether(always, [...path, 'approvers'], standIns)
}

/** A rule, and where the file has it. */
interface Placed {
  rule: Approvers
  path: Path
}

const unmeetableAlone = ({ rule, path }: Placed, standIns: Members | null): Contradiction[] => {
  const { people, groups, count } = rule
  const most = staticPolicy({ approvers: [rule], anyOf: [] }, standIns).rules[0]!.people.length
  return [
    ...twice(people).map((one) => ({ path: [...path, 'people'], message: `${one} is listed twice` })),
    ...twice(groups).map((one) => ({ path: [...path, 'groups'], message: `${one} is listed twice` })),
    ...(count > most
      ? [
          {
            path: [...path, 'count'],
            message: `${count} approvals are required, and the number of people who may approve is ${most}: this can never be met`,
          },
        ]
      : []),
  ]
}

const namedTwice = (rules: readonly Placed[]): Contradiction[] => {
  const names = rules.map(({ rule }) => rule.name)
  return rules.flatMap(({ rule: { name }, path }, index) =>
    names.indexOf(name) < index
      ? [{ path: [...path, 'name'], message: `another group of approvers has the name ${name} too` }]
      : [],
  )
}

const unmeetableTogether = (rules: readonly Placed[], path: Path, standIns: Members | null): Contradiction[] => {
  const approvers = rules.map(({ rule }) => rule)
  const policy = staticPolicy({ approvers, anyOf: [] }, standIns)
  const everyone = [...new Set(policy.rules.flatMap(({ people }) => people))]
  const { progress } = judge(
    policy,
    everyone.map((userId) => ({ userId, name: userId, verdict: 'Approved', comment: '', at: 0 })),
  )
  const missing = missingApprovals(progress)
  const needed = approvers.reduce((sum, { count }) => sum + count, 0)
  return missing === 0
    ? []
    : [
        {
          path,
          message: `a person counts once, so at most ${needed - missing} of the ${needed} required approvals can be given: this can never be met`,
        },
      ]
}

/** Windows without a moment between them. */
const endless = (
  { zone }: ConfigurationFile,
  { freeze = [], quiet = [] }: Pick<RouteEntry, 'freeze' | 'quiet'>,
  path: Path,
): Contradiction[] => {
  const windows = (given: NonNullable<RouteEntry['freeze' | 'quiet']>): Window[] =>
    given.flatMap((one) => ('span' in one ? [{ name: '', zone: one.zone ?? zone, span: one.span }] : []))
  return [
    ...(leavesGap(windows(freeze))
      ? []
      : [{ path: [...path, 'freeze'], message: 'these change freezes never end: no one could ever approve' }]),
    ...(leavesGap(windows(quiet))
      ? []
      : [{ path: [...path, 'quiet'], message: 'these quiet hours never end: no one would ever be mentioned' }]),
  ]
}
