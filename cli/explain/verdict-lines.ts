import type { Verdict } from '../../functions/domain/policy.ts'
import type { NamedPerson } from './person.ts'
import { reasonText, type Ineligible } from './reasons.ts'

/** Whether the person could approve at the moment that `when` names; if not, why not, and whether they could reject. */
export const verdictLines = (
  person: NamedPerson,
  when: string,
  barrier: (userId: string, verdict: Verdict) => Ineligible | null,
): string[] => {
  const against = (verdict: Verdict): Ineligible | null =>
    person.ineligible ?? (person.userId === null ? null : barrier(person.userId, verdict))
  const approving = against('Approved')
  if (!approving) return [`At ${when}, ${person.shown} could approve.`]
  return [
    `At ${when}, ${person.shown} could not approve.`,
    reasonText(approving),
    against('Rejected') === null ? 'This person could reject.' : 'This person could not reject either.',
  ]
}
