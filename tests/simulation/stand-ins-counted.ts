import type { Absence } from '../../functions/domain/absence.ts'
import type { Route } from '../../functions/domain/route.ts'
import { membersOf, PEOPLE } from '../support/memory/people.ts'
import { forbiddenPeople } from './authority.ts'
import { wrongUnderEach } from './drawn-routes.ts'
import type { History } from './history.ts'
import { decidersIn } from './ledger.ts'
import { standingVotes } from './not-before.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'

const MINUTE = 60_000
/** From reading who is away until the vote is stored: the time limit of a function. */
const WEIGHED_WITHIN = 30_000

/**
 * No vote counts for a person who was not away and had not named the voter, whom the route or its `forbid` excludes, or whose
 * place another vote has; and no absence exists that its person did not type. Nothing here comes from the functions' rules.
 */
export const standInsCounted = async (history: History): Promise<string[]> => [
  ...history.absences.flatMap((absence) => problemsWithAbsence(history, absence)),
  ...(await stored(history)).flatMap((one) =>
    [...wronglyClaimed(history, one), ...wronglyCounted(history, one)].map(
      (problem) => `${one.asked.id.slice(0, 8)}: ${problem}`,
    ),
  ),
]

const problemsWithAbsence = ({ typedAbsences }: History, absence: Absence): string[] => {
  const { by, standIn, setAt, from, until, ended } = absence
  const isTyped = typedAbsences.some(
    (one) =>
      one.what === 'away' &&
      one.userId === by.userId &&
      one.standIn === standIn.userId &&
      one.at <= setAt &&
      from === Math.max(one.from ?? one.at, setAt) &&
      until === Math.ceil(((one.from ?? one.at) + one.lasts) / MINUTE) * MINUTE,
  )
  const isBack = typedAbsences.some(
    ({ what, userId, at }) => what === 'back' && userId === by.userId && setAt <= at && at <= (ended?.at ?? 0),
  )
  const account = PEOPLE[standIn.userId]
  return [
    ...(isTyped ? [] : [`${absence.id} is not what ${by.userId} typed`]),
    ...(ended && !isBack ? [`${absence.id} was ended, and ${by.userId} did not type that`] : []),
    ...(standIn.userId === by.userId ? [`${by.userId} stands in for themselves`] : []),
    ...(!account || account.isDeactivated || account.isStranger ? [`${standIn.userId} cannot stand in`] : []),
  ]
}

/** What is recorded and signed with each vote: for whom it may count. */
const wronglyClaimed = (history: History, { asked, entries }: Stored): string[] =>
  entries.flatMap(({ at, happened }) => {
    if (happened.what !== 'voted') return []
    const { who, verdict, standsInFor = [] } = happened
    return standsInFor.flatMap(({ userId: absent }) => {
      const about = `${who.userId} has ${verdict === 'Approved' ? 'approved' : 'rejected'} for ${absent}`
      const isAway = history.absences.some(
        (one) =>
          one.by.userId === absent &&
          one.standIn.userId === who.userId &&
          one.from <= at &&
          at < Math.min(one.until, (one.ended?.at ?? Infinity) + WEIGHED_WITHIN),
      )
      const moments = { at: [at, at + WEIGHED_WITHIN], readFrom: asked.at, readTo: at + WEIGHED_WITHIN }
      return [
        ...(isAway ? [] : [`${about}, who was not away and had not named them`]),
        ...wrongUnderEach(history.routesOf(asked, moments), (route) =>
          whyNotAllowed(history, asked, route, who.userId, absent).map((why) => `${about}, ${why}`),
        ),
      ]
    })
  })

const whyNotAllowed = (
  history: History,
  asked: Stored['asked'],
  route: Route | null,
  standIn: string,
  absent: string,
): string[] => {
  if (!route || route.standIns === 'none') return ['and the route lets no one stand in']
  const named = [...route.approvers, ...route.anyOf.flat(), ...route.rejecters].flatMap(membersOf)
  const forbidden = forbiddenPeople(history, asked, route)
  return [
    ...(named.includes(absent) ? [] : ['whom no rule of the route names']),
    ...(route.standIns === 'approvers' && !named.includes(standIn)
      ? ['and the route lets approvers alone stand in']
      : []),
    ...(forbidden !== 'everyone' && forbidden.includes(absent) ? ['whose own change it is'] : []),
  ]
}

/** What CodePipeline was told: each person once, and each place once. */
const wronglyCounted = ({ ledger }: History, { asked, entries }: Stored): string[] =>
  ledger.sent
    .filter(({ token }) => token === asked.token)
    .flatMap(({ summary, at }) => {
      const deciders = decidersIn(summary)
      const places = deciders.map(({ userId, for: absent }) => absent ?? userId)
      const standing = standingVotes(entries.filter((entry) => entry.at <= at))
      return [
        ...twice(deciders.map(({ userId }) => userId)).map((userId) => `the votes of ${userId} counted twice`),
        ...twice(places).map((userId) => `the place of ${userId} counted twice`),
        ...deciders.flatMap(({ userId, for: absent }) => {
          if (absent === null) return []
          const claimed = standing.get(userId)?.standsInFor ?? []
          return [
            ...(claimed.some((one) => one.userId === absent)
              ? []
              : [`${userId} counted for ${absent} without saying so`]),
            ...(standing.get(absent)?.verdict === 'Approved' ? [`${userId} counted for ${absent}, who voted`] : []),
          ]
        }),
      ]
    })

const twice = (all: readonly string[]): string[] => [...new Set(all.filter((one, at) => all.indexOf(one) !== at))]
