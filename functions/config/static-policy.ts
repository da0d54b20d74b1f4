import type { Policy } from '../domain/policy.ts'
import type { Approvers, Members } from '../domain/route.ts'
import { NO_MEMBERS } from '../domain/route.ts'

/**
 * A policy from the configuration alone. Each user group counts as having enough members, so a policy that cannot be met
 * here can never be met.
 */
export const staticPolicy = (
  approvers: readonly Approvers[],
  standIns: Members | null,
  forbidden: Policy['forbidden'] = [],
): Policy => ({
  rules: approvers.map(({ name, count, ...members }) => ({
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
