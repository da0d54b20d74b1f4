import type { Directory } from '../../functions/ports/directory.ts'
import type { Explained, Naming } from './in-words.ts'

export type Somebody = { shown: string; doubt: Explained | null; userId: string } | { shown: string; doubt: Explained }

/** Who is meant, and what Slack has against them. */
export const personNamed = async (directory: Directory, person: string): Promise<Somebody> => {
  const id = person.includes('@') ? await directory.byEmail(person) : ({ kind: 'found', value: person } as const)
  const looked = id.kind === 'found' ? await directory.person(id.value) : id
  if (looked.kind !== 'found') {
    const why = looked.kind === 'not-found' ? `Slack knows nobody as ${person}` : looked.because
    return { shown: person, doubt: { because: 'unknown-person', why } }
  }
  const { userId, name, isDeactivated, isStranger } = looked.value
  const doubt = isDeactivated ? 'deactivated' : isStranger ? 'stranger' : null
  return { userId, shown: name === userId ? userId : `${name} (${userId})`, doubt: doubt && { because: doubt } }
}

const MOST_NAMES = 60

/** Names for people, as far as Slack tells. */
export const namesOf = async (directory: Directory, userIds: readonly string[]): Promise<Naming> => {
  const some = [...new Set(userIds)].slice(0, MOST_NAMES)
  const names = new Map<string, string>()
  for (const userId of some) {
    const looked = await directory.person(userId)
    if (looked.kind === 'found' && looked.value.name !== userId) names.set(userId, `${looked.value.name} (${userId})`)
  }
  return (userId) => names.get(userId) ?? userId
}
