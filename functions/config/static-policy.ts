import type { Policy } from '../domain/policy.ts'
import type { Members, Route } from '../domain/route.ts'
import { NO_MEMBERS, rulesThrough, waysThrough } from '../domain/route.ts'

/**
 * A policy from the configuration alone. Each user group counts as having enough members, so a policy that cannot be met
 * here can never be met.
 */
export const staticPolicy = (
  route: Pick<Route, 'approvers' | 'anyOf'>,
  standIns: Members | null,
  forbidden: Policy['forbidden'] = [],
): Policy => ({
  ...waysThrough(route),
  rules: rulesThrough(route).map(({ name, count, ...members }) => ({
    name,
    count,
    groups: members.groups,
    people: [members, standIns ?? NO_MEMBERS]
      .flatMap(({ people, groups }) => [
        ...people,
        ...groups.flatMap((group) => Array.from({ length: count }, (_, member) => `${group} ${name} ${member}`)),
      ])
      .filter((person, index, all) => all.indexOf(person) === index),
  })),
  consoleOnly: null,
  forbidden,
  unidentified: [],
  whenUnidentified: 'allow',
  freezes: [],
  breakGlass: [],
  unread: [],
})
