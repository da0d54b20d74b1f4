import type { Directory } from '../../functions/ports/directory.ts'
import type { Ineligible } from './reasons.ts'

/** The person that --person names. Without a user ID, Slack does not know them. */
export type NamedPerson =
  | { shown: string; userId: string; ineligible: Ineligible | null }
  | { shown: string; userId: null; ineligible: Ineligible }

/** Finds a person in Slack by user ID or e-mail address, with the reason why their account cannot approve anything. */
export const personNamed = async (directory: Directory, person: string): Promise<NamedPerson> => {
  const id = person.includes('@') ? await directory.byEmail(person) : ({ kind: 'found', value: person } as const)
  const looked = id.kind === 'found' ? await directory.person(id.value) : id
  if (looked.kind !== 'found') {
    const why = looked.kind === 'not-found' ? `Slack knows no person as ${person}` : looked.because
    return { shown: person, userId: null, ineligible: { because: 'unknown-person', why } }
  }
  const { userId, name, isDeactivated, isStranger } = looked.value
  const because = isDeactivated ? 'deactivated' : isStranger ? 'stranger' : null
  return { shown: name === userId ? userId : `${name} (${userId})`, userId, ineligible: because && { because } }
}

/** A user ID as people read it: "Dana Novak (U0DANA)". */
export type Naming = (userId: string) => string

const MOST_NAMES = 60

/** Names for these people, if Slack gives them. */
export const namesOf = async (directory: Directory, userIds: readonly string[]): Promise<Naming> => {
  const some = [...new Set(userIds)].slice(0, MOST_NAMES)
  const names = new Map<string, string>()
  for (const userId of some) {
    const looked = await directory.person(userId)
    if (looked.kind === 'found' && looked.value.name !== userId) names.set(userId, `${looked.value.name} (${userId})`)
  }
  return (userId) => names.get(userId) ?? userId
}
