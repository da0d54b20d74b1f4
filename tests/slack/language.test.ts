import { duration, formFor, listed, listedParts, roughDuration } from '../../functions/slack/language.ts'

const NO_BREAK = '\u00a0'
const read = (words: string) => words.replaceAll(NO_BREAK, '_')

test.each([
  [-5, '0_sec'],
  [0, '0_sec'],
  [499, '0_sec'],
  [59_499, '59_sec'],
  [59_500, '1_min'],
  [125_000, '2_min, 5_sec'],
  [3_600_000, '1_hr'],
  [3_605_000, '1_hr'],
  [4_800_000, '1_hr, 20_min'],
  [86_400_000, '1_day'],
  [86_400_000 * 3 + 3_600_000 * 4 + 60_000, '3_days, 4_hr'],
])('%d ms are %s, and no line ends between number and unit', (ms, words) => expect(read(duration(ms))).toBe(words))

test.each([
  [30_000, '30_sec'],
  [724_000, '12_min'],
  [3_599_000, '1_hr'],
  [4_830_000, '1_hr, 21_min'],
])('about %d ms are %s', (ms, words) => expect(read(roughDuration(ms))).toBe(words))

test.each([
  [[], '', ''],
  [['Dana'], 'Dana', 'Dana'],
  [['Dana', 'Chen'], 'Dana and Chen', 'Dana or Chen'],
  [['Dana', 'Chen', 'Eli'], 'Dana, Chen, and Eli', 'Dana, Chen, or Eli'],
])('%j in words', (items, all, any) => {
  expect([listed(items, 'conjunction'), listed(items, 'disjunction')]).toEqual([all, any])
  expect(listedParts(items, 'conjunction', (words) => words).join('')).toBe(all)
})

test('one change, two changes', () => {
  const forms = { one: '{count} change', other: '{count} changes' } as const
  expect([0, 1, 2].map((count) => formFor(forms, count))).toEqual([
    '{count} changes',
    '{count} change',
    '{count} changes',
  ])
})
