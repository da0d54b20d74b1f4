import type { Members } from '../../../functions/domain/route.ts'

/** An account in Slack, and whether it may act there. */
export interface Account {
  email: string
  isDeactivated: boolean
  isStranger: boolean
}

const accountAt = (email: string, more: Partial<Account> = {}): Account => ({
  email,
  isDeactivated: false,
  isStranger: false,
  ...more,
})

/** The people behind the user IDs. */
export const PEOPLE: Readonly<Record<string, Account>> = {
  U0ANA: accountAt('ana@example.com'),
  U0BEN: accountAt('ben@example.com'),
  U0CHEN: accountAt('chen@example.com'),
  U0DANA: accountAt('dana@example.com'),
  U0ELI: accountAt('eli@example.com'),
  U0FAY: accountAt('fay@example.com'),
  U0GUS: accountAt('gus@example.com', { isDeactivated: true }),
  U0HAL: accountAt('hal@partner.example', { isStranger: true }),
  U0ZOE: accountAt('zoe@example.com'),
}

export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  // A Slack group keeps deactivated members, and members of other workspaces through shared channels.
  S0ENGINEERS: ['U0ANA', 'U0BEN', 'U0CHEN', 'U0GUS', 'U0HAL'],
  S0MANAGERS: ['U0DANA', 'U0ELI'],
}

/** The members who can approve at all. */
export const membersOf = ({ people, groups }: Members): string[] => {
  const named = people.flatMap((one) => Object.keys(PEOPLE).filter((id) => id === one || PEOPLE[id]!.email === one))
  const all = [...named, ...groups.flatMap((group) => GROUPS[group] ?? [])]
  return [...new Set(all)].filter((id) => !PEOPLE[id]!.isDeactivated && !PEOPLE[id]!.isStranger)
}
