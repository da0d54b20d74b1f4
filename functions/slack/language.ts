import { MINUTE } from '../domain/time-units.ts'
import { whenNeeded } from '../when-needed.ts'

/** The language of every message. Its rules for plurals, lists and durations are Intl's. */
const LANGUAGE = 'en'

const plurals = whenNeeded(() => new Intl.PluralRules(LANGUAGE))

/** One sentence for each plural form that the language has; `other` fits every number that has no form of its own. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** The form for this number. */
export const formFor = <F extends Forms>(forms: F, count: number): F[keyof F] =>
  forms[plurals().select(count) as keyof F] ?? forms['other' as keyof F]

export type ListKind = 'conjunction' | 'disjunction'

const LISTS: Record<ListKind, () => Intl.ListFormat> = {
  conjunction: whenNeeded(() => new Intl.ListFormat(LANGUAGE, { type: 'conjunction' })),
  disjunction: whenNeeded(() => new Intl.ListFormat(LANGUAGE, { type: 'disjunction' })),
}

/**
 * "Dana", "Dana and Chen", "Dana, Chen, and Eli"; "Dana or Chen". One item is itself in every language, and the first list
 * takes V8 longer than the rest of a form.
 */
export const listed = (items: readonly string[], kind: ListKind): string =>
  items.length < 2 ? items.join('') : LISTS[kind]().format(items)

/** The same for items of any kind: `between` makes one of the words that the language puts between two of them. */
export const listedParts = <T>(items: readonly T[], kind: ListKind, between: (words: string) => T): T[] =>
  items.length < 2
    ? [...items]
    : LISTS[kind]()
        .formatToParts(items.map((_, index) => String(index)))
        .map(({ type, value }) => (type === 'element' ? items[Number(value)]! : between(value)))

// Intl.DurationFormat puts the same words together in fifteen times the time: it makes these formats at each call.
const inUnit = (unit: 'day' | 'hour' | 'minute' | 'second') =>
  whenNeeded(() => new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit, unitDisplay: 'short' }))
const IN_UNIT = { day: inUnit('day'), hour: inUnit('hour'), minute: inUnit('minute'), second: inUnit('second') }
const unitList = whenNeeded(() => new Intl.ListFormat(LANGUAGE, { type: 'unit', style: 'short' }))

/** "2 min, 5 sec", "3 days, 4 hr": the two largest units, without what is zero. No line ends between number and unit. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const units = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor(seconds / 3_600) % 24],
    ['minute', Math.floor(seconds / 60) % 60],
    ['second', seconds % 60],
  ] as const
  const first = units.findIndex(([, amount]) => amount > 0)
  const shown = first < 0 ? units.slice(-1) : units.slice(first, first + 2).filter(([, amount]) => amount > 0)
  return unitList()
    .format(shown.map(([unit, amount]) => IN_UNIT[unit]().format(amount)))
    .replaceAll(/(\d) /g, '$1\u00a0')
}

/** The same without the seconds, from a minute on: "12 min", "6 days, 23 hr". */
export const roughDuration = (ms: number): string => duration(ms < MINUTE ? ms : Math.round(ms / MINUTE) * MINUTE)

const dayFormat = whenNeeded(
  () => new Intl.DateTimeFormat(LANGUAGE, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' }),
)
const timeFormat = whenNeeded(
  () => new Intl.DateTimeFormat(LANGUAGE, { timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' }),
)

/** "Mon, Nov 30" and "09:30 UTC", for texts in which Slack writes no date in the reader's own zone. */
export const utcDay = (at: number): string => dayFormat().format(at)
export const utcTime = (at: number): string => `${timeFormat().format(at)} UTC`
