import { judge } from '../domain/policy.ts'
import type { Window } from '../domain/window.ts'
import { leavesGap } from './window-gap.ts'
import type { Path } from './problem.ts'
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
  ...(route.approvers || route.consoleOnly
    ? []
    : [{ path, message: 'no one could approve: set approvers, or set consoleOnly to the reason' }]),
]

const twice = (ids: readonly string[]): string[] => [...new Set(ids.filter((one, index) => ids.indexOf(one) < index))]

/** Required approvals that can never all be given, however many members the user groups have. */
const unmeetable = ({ defaults }: ConfigurationFile, route: RouteEntry, path: Path): Contradiction[] => {
  const { approvers = [], escalate = defaults.escalate ?? 'none' } = route
  const standIns = escalate === 'none' ? null : escalate
  const at = [...path, 'approvers']
  const names = approvers.map(({ name }) => name)
  const alone = approvers.flatMap((one, group) => {
    const { people, groups, count } = one
    const { rules } = staticPolicy([one], standIns)
    const most = rules[0]!.people.length
    return [
      ...twice(people).map((one) => ({ path: [...at, group, 'people'], message: `${one} is listed twice` })),
      ...twice(groups).map((one) => ({ path: [...at, group, 'groups'], message: `${one} is listed twice` })),
      ...(names.indexOf(one.name) < group
        ? [{ path: [...at, group, 'name'], message: `another group of approvers has the name ${one.name} too` }]
        : []),
      ...(count > most
        ? [
            {
              path: [...at, group, 'count'],
              message: `${count} approvals are required, and the number of people who may approve is ${most}: this can never be met`,
            },
          ]
        : []),
    ]
  })
  if (alone.length > 0 || approvers.length === 0) return alone
  const policy = staticPolicy(approvers, standIns)
  const everyone = [...new Set(policy.rules.flatMap(({ people }) => people))]
  const { progress } = judge(
    policy,
    everyone.map((userId) => ({ userId, name: userId, verdict: 'Approved', comment: '', at: 0 })),
  )
  const missing = progress.reduce((sum, { missing }) => sum + missing, 0)
  const needed = approvers.reduce((sum, { count }) => sum + count, 0)
  return missing === 0
    ? []
    : [
        {
          path: at,
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
  const windows = (given: typeof quiet): Window[] =>
    given.map((one) => ({ name: '', zone: one.zone ?? zone, span: one.span }))
  return [
    ...(leavesGap(windows(freeze))
      ? []
      : [{ path: [...path, 'freeze'], message: 'these change freezes never end: no one could ever approve' }]),
    ...(leavesGap(windows(quiet))
      ? []
      : [{ path: [...path, 'quiet'], message: 'these quiet hours never end: no one would ever be mentioned' }]),
  ]
}
