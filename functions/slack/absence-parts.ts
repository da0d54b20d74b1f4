import type { Absence } from '../domain/absence.ts'
import type { Inline } from './block-kit.ts'
import { moment, user } from './block-kit.ts'
import { say } from './sentence.ts'
import { ABSENCE_SPAN } from './words/absence-words.ts'
import { ABSENCES } from './words/command-words.ts'

/** When someone stands in: a time of its own begins it only if it was set for later. */
export const absenceSpan = ({ from, until, setAt }: Absence): Inline[] =>
  from > setAt
    ? say(ABSENCE_SPAN.span, { from: moment(from, ABSENCE_SPAN.from), until: moment(until, ABSENCE_SPAN.until) })
    : [moment(until, ABSENCE_SPAN.until)]

/** For the person who stands in. */
export const standInLineFor = (absence: Absence): Inline[] =>
  say(ABSENCES.theirs, { person: user(absence.by.userId), from: absenceSpan(absence) })
