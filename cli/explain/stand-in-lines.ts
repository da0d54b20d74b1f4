import type { Absence } from '../../functions/domain/absence.ts'
import { isAway } from '../../functions/domain/absence.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { Absences } from '../../functions/ports/absences.ts'
import type { Naming } from './person.ts'

/** The approvers and rejecters of the route who are away at that moment, whether or not the route lets their stand-ins vote. */
export const awayFrom = async (
  { rules, rejecters = [] }: Pick<Policy, 'rules' | 'rejecters'>,
  absences: Pick<Absences, 'endingFrom'>,
  at: number,
): Promise<Absence[]> => {
  const named = new Set([...rules, ...rejecters].flatMap(({ people }) => people))
  return (await absences.endingFrom(at)).flatMap((one) =>
    one.kind === 'absence' && isAway(one.absence, at) && named.has(one.absence.by.userId) ? one.absence : [],
  )
}

/** Who may stand in for approvers who are away, and for each who is away at that moment whether their stand-in may. */
export const standInLines = (
  allowed: Route['standIns'],
  { standIns = [], forbidden }: Pick<Policy, 'standIns' | 'forbidden'>,
  away: readonly Absence[],
  named: Naming,
): string[] => [
  ...(allowed === 'none' ? [] : [MAY_NAME[allowed]]),
  ...away.map(({ id, by, standIn }) => {
    const absent = named(by.userId)
    const known = standIns.find(({ absence }) => absence === id)
    const whyNot = known
      ? known.isRevoked && 'Slack shows no account of the absent person that can decide'
      : WHY_NOT[allowed]
    if (whyNot) return `  ${absent} is away and named ${named(standIn.userId)}, who cannot stand in: ${whyNot}.`
    const own = forbidden.find(({ userId }) => userId === by.userId)
    return own
      ? `  ${named(standIn.userId)} stands in for ${absent}, and cannot approve for them: ${absent} ${DID[own.because]}.`
      : `  ${named(standIn.userId)} stands in for ${absent}.`
  }),
]

const MAY_NAME = {
  approvers: 'An approver who is away can name a stand-in: another approver of the route.',
  anyone: 'An approver who is away can name a stand-in: anyone of the workspace.',
} as const

const WHY_NOT: Record<Route['standIns'], string> = {
  none: 'this route lets no one stand in',
  approvers: 'no rule of this route names them',
  anyone: 'no rule of this route names the absent person',
}

const DID = { author: 'wrote the change', starter: 'started the execution' } as const
