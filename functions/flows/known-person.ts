import type { Person } from '../domain/person.ts'
import type { Directory, SlackPerson } from '../ports/directory.ts'

export type KnownPerson =
  | { kind: 'known'; person: Person; zone: SlackPerson['zone'] }
  /** `mayPass`: Slack did not answer, and may the next time. */
  | { kind: 'unknown'; because: string; mayPass?: true }

/** The person as Slack knows them now; a sentence if they may do nothing. */
export const knownPerson = async (directory: Pick<Directory, 'person'>, userId: string): Promise<KnownPerson> => {
  const looked = await directory.person(userId)
  if (looked.kind !== 'found') {
    const why = looked.kind === 'unread' ? `: ${looked.because}` : ''
    const mayPass = looked.kind === 'unread' && !looked.isFinal && { mayPass: true as const }
    return { kind: 'unknown', because: `Greenlight cannot tell who you are${why}.`, ...mayPass }
  }
  const { isDeactivated, isStranger, zone, ...person } = looked.value
  if (isDeactivated) return { kind: 'unknown', because: 'Your Slack account is deactivated.' }
  if (isStranger) return { kind: 'unknown', because: 'Only people of this Slack workspace can do this.' }
  return { kind: 'known', person, zone }
}
