import { formatDuration } from '../../../local/page/times.ts'

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [12_400, '12 s'],
  [100_000, '1 min 40 s'],
  [120_000, '2 min'],
  [7_500_000, '2 h 5 min'],
  [7 * 86_400_000, '7 d'],
  [3 * 86_400_000 + 4 * 3_600_000 + 59_000, '3 d 4 h'],
])('%d ms', (ms, expected) => expect(formatDuration(ms)).toBe(expected))
