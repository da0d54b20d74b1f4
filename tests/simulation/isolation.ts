import type { Happening } from '../../functions/domain/journal.ts'
import type { History } from './history.ts'
import { stored } from './stored.ts'

/** What people did to one approval is in the audit record of that approval alone. */
export const clicksApart = async (history: History): Promise<string[]> => {
  const { ledger } = history
  return (await stored(history)).flatMap(({ asked: { id }, entries }) => {
    const clicked = new Set(ledger.asking.filter(({ approvalId }) => approvalId === id).map(({ userId }) => userId))
    const acted = new Set(entries.flatMap(({ happened }) => actorOf(happened)))
    return [...acted].filter((person) => !clicked.has(person)).map((person) => `${person} never clicked on ${id}`)
  })
}

const actorOf = (happened: Happening): string[] => ('who' in happened ? [happened.who.userId] : [])
