import type { Entry, Happening } from '../domain/journal.ts'
import { DAY } from '../domain/time-units.ts'

type AbsenceSet = Extract<Happening, { what: 'absence-set' }>

/** What the chain of an absence says: who stands in for whom, and until when; null if it does not say. Epoch milliseconds. */
export const absenceIn = (entries: readonly Entry[]): (AbsenceSet & { end: number }) | null => {
  const set = entries.map(({ happened }) => happened).find((one): one is AbsenceSet => one.what === 'absence-set')
  if (!set) return null
  const ended = entries.find(({ happened }) => happened.what === 'absence-ended')
  return { ...set, end: Math.min(set.until, ended?.at ?? set.until) }
}

/** What is wrong with the chain of an absence, in clauses: a day after its time, the chain must say that it is over. */
export const absenceFlaws = (entries: readonly Entry[], now: number): string[] => {
  const absence = absenceIn(entries)
  if (!absence) return entries[0]?.number === 1 ? ['no entry says who stands in'] : []
  const others = entries.filter(({ number, happened }) => number > 1 && happened.what === 'absence-set')
  const foreign = entries.filter(
    ({ happened }) => happened.what === 'absence-ended' && happened.who.userId !== absence.who.userId,
  )
  const early = entries.filter(({ at, happened }) => happened.what === 'absence-over' && at < absence.until)
  const isOver = entries.some(({ happened }) => happened.what === 'absence-ended' || happened.what === 'absence-over')
  return [
    ...others.map(({ number }) => `entry ${number} sets the absence again`),
    ...foreign.map(({ number }) => `entry ${number} ends the absence of another person`),
    ...early.map(({ number }) => `entry ${number} says that the absence was over before its time`),
    ...(isOver || absence.until + DAY > now ? [] : ['its last entry is missing: the absence has no end']),
  ]
}
