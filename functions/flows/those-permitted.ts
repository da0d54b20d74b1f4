import type { Directory } from '../ports/directory.ts'

/** More names say no more to a person who looks for one to ask. */
const MOST_PERMITTED_NAMED = 3

/** Who may do what another person may not, in a sentence; empty if that is no one whom Slack knows. */
export const thosePermitted = async (
  directory: Pick<Directory, 'person'>,
  people: readonly string[],
): Promise<string> => {
  const known = await Promise.all(people.slice(0, MOST_PERMITTED_NAMED).map((one) => directory.person(one)))
  const names = known.flatMap((one) => (one.kind === 'found' && !one.value.isDeactivated ? one.value.name : []))
  const rest = people.length - MOST_PERMITTED_NAMED
  return names.length === 0 ? '' : ` These people may: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`
}
