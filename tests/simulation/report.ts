import type { History } from './history.ts'

const MOST_LINES = 400

/** What happened and its result, for the person who looks for the cause. Sweeps that found nothing are left out. */
export const report = ({ seed, trace }: History, found: readonly string[]): string => {
  const idle = new Set(trace.flatMap((line) => /(minute-passed \d+): query due → 0 of them/.exec(line)?.[1] ?? []))
  const told = trace.filter((line) => !idle.has(/minute-passed \d+/.exec(line)?.[0] ?? ''))
  const left = told.length - MOST_LINES
  return [
    `seed ${seed}:`,
    ...found,
    '',
    ...told.slice(0, MOST_LINES),
    ...(left > 0 ? [`… and ${left} lines more: npm run simulate -- --seed ${seed}`] : []),
  ].join('\n')
}
