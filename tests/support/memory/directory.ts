import type { Directory, LookupResult } from '../../../functions/ports/directory.ts'
import { GROUPS, PEOPLE } from './people.ts'

type Ask<K extends keyof Directory> = (id: string) => Awaited<ReturnType<Directory[K]>>

const found = <T>(value: T | undefined): LookupResult<T> =>
  value === undefined ? { kind: 'not-found' } : { kind: 'found', value }

/** Slack's people and groups, without faults. */
export const MEMORY_DIRECTORY: { [K in keyof Directory]: Ask<K> } = {
  person: (userId) => {
    const known = PEOPLE[userId]
    const name = userId.slice(2)
    return found(
      known && {
        ...known,
        zone: () => 'Europe/London',
        userId,
        teamId: known.isStranger ? 'T0PARTNER' : 'T0SHOP',
        name,
      },
    )
  },
  byEmail: (email) =>
    found(Object.keys(PEOPLE).find((id) => PEOPLE[id]!.email === email.toLowerCase() && !PEOPLE[id]!.isDeactivated)),
  members: (groupId) => found(GROUPS[groupId]),
}
