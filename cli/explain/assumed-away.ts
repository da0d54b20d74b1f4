import type { Absence } from '../../functions/domain/absence.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import type { AssumedAbsence } from '../assumed-absences.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { Naming } from './person.ts'
import { personNamed } from './person.ts'
import { reasonText } from './reasons.ts'

const AWAY = /^([^=\s]+)=([^=\s]+)$/

/** The people that each `--away ABSENT=STANDIN` names, by Slack user ID or e-mail address. @throws {Failure} */
export const assumedAway = async (directory: Directory, given: readonly string[]): Promise<AssumedAbsence[]> => {
  const assumed: AssumedAbsence[] = []
  for (const pair of given) {
    const [, absent, standIn] = AWAY.exec(pair) ?? []
    if (absent === undefined || standIn === undefined)
      throw wrongArgument(`--away: expected such as U0DANA=U0LEE (who is away = who stands in), found "${pair}".`)
    const [userId, theirs] = [await idOf(directory, absent), await idOf(directory, standIn)]
    if (userId === theirs) throw wrongArgument(`--away: ${absent} cannot stand in for themselves.`)
    if (assumed.some((one) => one.userId === userId))
      throw wrongArgument(`--away: ${absent} is given twice, and has one stand-in.`)
    assumed.push({ userId, standIn: theirs })
  }
  return assumed
}

const idOf = async (directory: Directory, person: string): Promise<string> => {
  const { userId, ineligible } = await personNamed(directory, person)
  if (userId !== null) return userId
  throw new Failure(`--away: ${reasonText(ineligible)}`)
}

/** `away`: of the people whom the route names. */
export const assumedLines = (assumed: readonly AssumedAbsence[], away: readonly Absence[], named: Naming): string[] =>
  assumed.flatMap(({ userId, standIn }) => [
    `Assumed: ${named(userId)} is away and named ${named(standIn)} (--away).`,
    ...(away.some(({ by }) => by.userId === userId) ? [] : [`  No rule of this route names ${named(userId)}.`]),
  ])
