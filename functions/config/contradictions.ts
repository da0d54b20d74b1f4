import { rule } from '../domain/policy.ts'
import type { Window } from '../domain/window.ts'
import { leavesGap } from './window-gap.ts'
import type { Path } from './read-configuration.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'
import { staticPolicy } from './static-policy.ts'

export interface Contradiction {
  path: Path
  message: string
}

/** What the schema cannot say: settings that are well-formed and could never work. */
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
    return isNew ? [] : [{ path: ['people', identity], message: 'listed twice, in other capitals' }]
  })
}

const incomplete = ({ defaults }: ConfigurationFile, route: RouteEntry, path: Path): Contradiction[] => [
  ...((route.approvals ?? defaults.approvals)
    ? []
    : [{ path, message: 'no channel for approvals: set approvals here or in defaults' }]),
  ...(route.approvers || route.consoleOnly
    ? []
    : [{ path, message: 'nobody could approve: set approvers, or consoleOnly with the reason' }]),
]

/** Approvals that can never all be given, whoever there is. */
const unmeetable = ({ defaults }: ConfigurationFile, route: RouteEntry, path: Path): Contradiction[] => {
  const { approvers = [], escalate = defaults.escalate ?? 'none' } = route
  const helpers = escalate === 'none' ? null : escalate
  const at = [...path, 'approvers']
  const names = approvers.map(({ name }) => name)
  const alone = approvers.flatMap((one, group) => {
    const { people, groups, count } = one
    const { rules } = staticPolicy([one], helpers)
    const most = rules[0]!.people.length
    const isTwice = new Set(people).size < people.length || new Set(groups).size < groups.length
    return [
      ...(isTwice ? [{ path: [...at, group, 'people'], message: 'somebody is listed twice' }] : []),
      ...(names.indexOf(one.name) < group
        ? [{ path: [...at, group, 'name'], message: `another group is called ${one.name} too` }]
        : []),
      ...(count > most
        ? [{ path: [...at, group, 'count'], message: `${count} must approve, but only ${most} may: it is never met` }]
        : []),
    ]
  })
  if (alone.length > 0 || approvers.length === 0) return alone
  const policy = staticPolicy(approvers, helpers)
  const everybody = [...new Set(policy.rules.flatMap(({ people }) => people))]
  const { progress } = rule(
    policy,
    everybody.map((userId) => ({ userId, name: userId, verdict: 'Approved', comment: '', at: 0 })),
  )
  const missing = progress.reduce((sum, { missing }) => sum + missing, 0)
  const needed = approvers.reduce((sum, { count }) => sum + count, 0)
  return missing === 0
    ? []
    : [
        {
          path: at,
          message: `a person counts once, so only ${needed - missing} of the ${needed} approvals can be given: it is never met`,
        },
      ]
}

/** Windows that leave no moment between them: nobody could ever approve, or be told. */
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
      : [{ path: [...path, 'freeze'], message: 'it never ends: nobody could ever approve' }]),
    ...(leavesGap(windows(quiet))
      ? []
      : [{ path: [...path, 'quiet'], message: 'it never ends: nobody would ever be pinged' }]),
  ]
}
