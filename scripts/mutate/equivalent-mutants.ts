/** Changes that no caller can notice, each with the reason. */
export interface Equivalent {
  file: string
  /** The line of the source, without its indent. */
  line: string
  before: string
  after: string
  because: string
}

const PERFORM_EFFECT = 'functions/flows/effects/perform-effect.ts'
const CHECK_EXECUTION = 'functions/flows/execution/check-execution.ts'
const AUTHOR = 'functions/domain/author.ts'
const WINDOW_GAP = 'functions/config/window-gap.ts'

const AT_LEAST_A_SECOND = 'the first pause lasts a second, and the longer of the two counts'
const NEVER_SEEN = 'the timer is aborted when the race is over, so no caller sees this'
const ONE_READ_MORE = 'without it the record is read first: one read more, and the same result'
const NO_EMPTY_ADDRESS = 'a part of a pattern that took part has one character at least'
const ANY_WEEK = 'any week of winter and any week of summer tell the same'

export const EQUIVALENT_MUTANTS: readonly Equivalent[] = [
  {
    file: PERFORM_EFFECT,
    line: '() => again(1, `it took over ${Math.round(ms)} ms`),',
    before: '1',
    after: '0',
    because: AT_LEAST_A_SECOND,
  },
  {
    file: PERFORM_EFFECT,
    line: 'return again(1, String(error))',
    before: '1',
    after: '0',
    because: AT_LEAST_A_SECOND,
  },
  ...[
    ['1', '2'],
    ['1', '0'],
    [`'the work has ended'`, `''`],
  ].map(([before, after]) => ({
    file: PERFORM_EFFECT,
    line: `() => again(1, 'the work has ended'),`,
    before: before!,
    after: after!,
    because: NEVER_SEEN,
  })),
  { file: CHECK_EXECUTION, line: '{ from: known },', before: 'from: known', after: '', because: ONE_READ_MORE },
  { file: CHECK_EXECUTION, line: '{ from },', before: 'from', after: '', because: ONE_READ_MORE },
  ...[
    `...found.map(({ index, 1: inBrackets, 2: bare }, at) => author(text.slice(ends[at], index), (inBrackets ?? bare)!)),`,
    `...comments.flatMap((comment) => [...comment.matchAll(ADDRESS)].map((one) => author('', (one[1] ?? one[2])!))),`,
  ].map((line) => ({ file: AUTHOR, line, before: '??', after: '||', because: NO_EMPTY_ADDRESS })),
  ...[
    ['2026', '4052'],
    ['0', '1'],
    ['12', '24'],
    ['6', '7'],
    ['6', '5'],
    ['13', '26'],
  ].map(([before, after]) => ({
    file: WINDOW_GAP,
    line: 'const WEEKS = [Date.UTC(2026, 0, 12), Date.UTC(2026, 6, 13)]',
    before: before!,
    after: after!,
    because: ANY_WEEK,
  })),
  {
    file: WINDOW_GAP,
    line: 'const WEEK = 7 * DAY',
    before: '7',
    after: '8',
    because: 'windows recur every week, so an eighth day tells nothing new',
  },
]
