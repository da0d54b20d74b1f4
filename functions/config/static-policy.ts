import type { Policy } from '../domain/policy.ts'
import type { Approvers, Members } from '../domain/route.ts'

/**
 * A policy made of what the configuration alone says: whoever may be in a Slack user group is taken to be there, so that
 * what it cannot meet, no membership will.
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
    people: [members, standIns ?? NOBODY]
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

const NOBODY: Members = { people: [], groups: [] }
