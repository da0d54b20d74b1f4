import * as z from 'zod/mini'
import { WHERE_SETTINGS } from './configuration.ts'
import { calendarKey, type ClosedTimes } from '../domain/calendar.ts'
import { kindOfCalendar } from '../domain/calendar-source.ts'
import type { Contradiction } from './contradictions.ts'
import { contradictionsOf } from './contradictions.ts'
import { closedTimesIn } from './icalendar.ts'
import type { Path, Problem } from './problem.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'
import { PIPELINE_SETTINGS } from './pipeline-match.ts'
import { SUBJECT_SETTINGS } from './route-match.ts'
import { CONFIGURATION } from './schema.ts'
import { parseYaml } from './yaml-document.ts'
import { ownEntry } from '../own-entry.ts'

export type ReadConfiguration =
  | {
      kind: 'valid'
      configuration: ConfigurationFile
      /** Says something about a setting, with its key and line. */
      at: (path: Path, message: string) => Problem
    }
  | { kind: 'invalid'; problems: Problem[] }

/** What greenlight.yml is read with. */
export interface ReadingPlace {
  /** The text of a file, by its path beside greenlight.yml. Throws if it cannot be read. */
  read: (path: string) => string
  /** Epoch milliseconds. */
  now: number
}

const NOWHERE: ReadingPlace = {
  read: () => {
    throw new Error('no files are read here')
  },
  now: 0,
}

/** Reads greenlight.yml and the calendars beside it, and finds all problems at once. */
export const readConfiguration = (text: string, place: ReadingPlace = NOWHERE): ReadConfiguration => {
  const { problems, value, lineOf } = parseYaml(text)
  if (problems.length > 0) return invalid(problems.map((problem) => ({ ...problem, key: '' })))
  const result = z.safeParse(CONFIGURATION, value ?? {})
  const at = (path: Path, message: string): Problem => ({
    line: lineOf(path),
    key: path.join('.'),
    message,
  })
  if (!result.success)
    return invalid(
      result.error.issues.flatMap(mostTelling).flatMap((issue) => {
        const path = issue.path as (string | number)[]
        if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => at(path, message))
        if (issue.code !== 'unrecognized_keys') return at(path, describe(issue.message, valueAt(value, path)))
        return issue.keys.map((key) =>
          at(
            [...path, key],
            path.at(-1) === 'match' ? unknownMatch(path) : 'unknown setting: docs/policy.md lists the settings',
          ),
        )
      }),
    )

  const { calendars, unreadable } = readCalendarFiles(result.data, place)
  const contradictions = [...contradictionsOf(result.data), ...unreadable].map(({ path, message }) => at(path, message))
  if (contradictions.length > 0) return invalid(contradictions)
  const hasFiles = Object.keys(calendars).length > 0
  return { kind: 'valid', configuration: { ...result.data, ...(hasFiles && { calendars }) }, at }
}

/** The iCalendar files that freezes name, and what is wrong with those that cannot be read. */
const readCalendarFiles = (file: ConfigurationFile, place: ReadingPlace) => {
  const known = new Map<string, ClosedTimes>()
  const unreadable: Contradiction[] = []
  const places: [Path, Pick<RouteEntry, 'freeze'>][] = [
    [['defaults'], file.defaults],
    ...file.routes.map((route, index): [Path, RouteEntry] => [['routes', index], route]),
  ]
  for (const [path, { freeze = [] }] of places)
    for (const [index, one] of freeze.entries()) {
      if (!('calendar' in one) || kindOfCalendar(one.calendar) !== 'file') continue
      const zone = one.zone ?? file.zone
      try {
        const key = calendarKey({ source: one.calendar, zone })
        if (!known.has(key)) known.set(key, closedTimesIn(place.read(one.calendar), zone, place.now))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        unreadable.push({
          path: [...path, 'freeze', index, 'calendar'],
          message: `${one.calendar} cannot be read: ${why}`,
        })
      }
    }
  return { calendars: Object.fromEntries(known), unreadable }
}

/** A digest is about whole pipelines. */
const unknownMatch = (path: Path): string => {
  const known =
    path[0] === 'digests'
      ? PIPELINE_SETTINGS.map(({ setting }) => setting)
      : [...WHERE_SETTINGS.map(({ setting }) => setting), ...SUBJECT_SETTINGS]
  return `unknown setting: match takes ${known.join(', ')}${path[0] === 'digests' ? ' in a digest' : ''}`
}

const invalid = (problems: Problem[]): ReadConfiguration => ({
  kind: 'invalid',
  problems: problems.sort((a, b) => a.line - b.line),
})

type Issue = z.core.$ZodIssue

/** For a setting with several forms: the problems with the form that is probably meant. */
const mostTelling = (issue: Issue): Issue[] => {
  if (issue.code !== 'invalid_union') return [issue]
  const ofItsKind = issue.errors.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || !OTHER_KIND.has(code)),
  )
  const meant = ofItsKind.find((issues) => issues.every(({ code }) => code !== 'unrecognized_keys')) ?? ofItsKind[0]
  if (!meant || meant.length === 0) return [issue]
  return meant.flatMap((inner) => mostTelling({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** The value is of another form altogether. */
const OTHER_KIND = new Set<Issue['code']>(['invalid_type', 'invalid_value', 'invalid_union'])

/** What zod calls a type, in words. */
const TYPES: Record<string, string> = {
  array: 'expected a list',
  object: 'expected a map of settings',
  record: 'expected a map',
  string: 'expected a text',
  number: 'expected a number',
  int: 'expected a whole number',
}

const describe = (message: string, found: unknown): string => {
  const expected = message
    .replace(/^Invalid (?:input|option): /, '')
    .replace(/, received \w+$/, '')
    .replace(/^expected (\w+)$/, (words, type: string) => ownEntry(TYPES, type) ?? words)
  if (found === undefined) return `missing: ${expected}`
  return expected.startsWith('expected') ? `${expected}, found ${shown(found)}` : expected
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? ownEntry(inner as Record<string, unknown>, String(key)) : undefined,
    value,
  )
