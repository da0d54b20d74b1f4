import type { Equivalent } from './equivalent.ts'
import { NO_EMPTY_ID, neverEmpty } from './equivalent.ts'

const WINDOW_GAP = 'functions/config/window-gap.ts'
const NEVER_SEEN = 'the timer is aborted when the race is over, so no caller sees this'
const ANY_WEEK = 'any week of winter and any week of summer tell the same'

export const EQUIVALENT_ELSEWHERE: readonly Equivalent[] = [
  ...neverEmpty(
    'functions/hook/new-version.ts',
    NO_EMPTY_ID,
    `return { kind: 'answered', executedVersion: invoked.ExecutedVersion ?? null, payload: jsonOrText(text) }`,
  ),
  ...neverEmpty(
    'functions/hook/judge-answer.ts',
    'no JSON text is empty',
    `const shortJson = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)`,
  ),
  {
    file: 'functions/hook/new-version.ts',
    line: 'const client = new LambdaClient({ ...connection, maxAttempts: 1 })',
    before: '1',
    after: '0',
    because: 'the client makes the first attempt in any case',
  },
  {
    file: 'functions/hook/validate-version.ts',
    line: `() => failedValidation('the check has ended'),`,
    before: `'the check has ended'`,
    after: `''`,
    because: NEVER_SEEN,
  },
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
