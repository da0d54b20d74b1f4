import type { Route } from '../../functions/domain/route.ts'
import { lookUp } from '../../functions/flows/approval/resolve-policy.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { Naming, NamedPerson } from './person.ts'

type Permission = keyof Route['may']

/** What people may do in Slack besides voting: of those who may, and of one person. */
const PERMISSIONS: readonly [Permission, who: string, one: string][] = [
  ['freeze', 'Change freezes can be set and lifted in Slack', 'set and lift change freezes'],
  ['retry', 'A failed stage can be retried in Slack', 'retry a failed stage'],
  ['rollback', 'A stage can be rolled back in Slack', 'roll back a stage'],
  ['stop', 'An execution can be stopped in Slack', 'stop an execution'],
  ['hold', 'A stage can be held and resumed in Slack', 'hold and resume a stage'],
  ['release', 'The pipeline can be started in Slack', 'start the pipeline'],
]

export interface Permissions {
  /** By permission, in the order of PERMISSIONS. */
  held: readonly { who: string; one: string; people: readonly string[] }[]
  unread: readonly string[]
}

/** Who has each permission of the route, with groups and addresses looked up in Slack. */
export const permissionsOf = async (
  services: Pick<Services, 'configuration' | 'directory'>,
  may: Route['may'],
): Promise<Permissions> => {
  const held = await Promise.all(
    PERMISSIONS.map(async ([permission, who, one]) => ({ who, one, ...(await lookUp(services, may[permission])) })),
  )
  return { held, unread: [...new Set(held.flatMap(({ unread }) => unread))] }
}

export const permissionLines = ({ held, unread }: Permissions, named: Naming): string[] => [
  ...held.flatMap(({ who, people }) => (people.length > 0 ? [`${who} by: ${people.map(named).join(', ')}`] : [])),
  ...unread.map((clause) => `Not known: ${clause}.`),
]

/** What the person may do besides voting; no line if nothing. */
export const ownPermissionLines = ({ held }: Permissions, { userId, ineligible }: NamedPerson): string[] => {
  const own = held.filter(({ people }) => ineligible === null && people.includes(userId ?? '')).map(({ one }) => one)
  return own.length > 0 ? [`In Slack, this person could also ${listed(own)}.`] : []
}

const listed = (acts: readonly string[]): string => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(acts)
