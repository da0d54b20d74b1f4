import type { Fate, Judged } from './run.ts'
import { survivorLine } from './survivor-line.ts'

export interface Count {
  mutants: number
  types: number
  tests: number
  simulation: number
  survived: number
  equivalent: number
}

const none = (): Count => ({ mutants: 0, types: 0, tests: 0, simulation: 0, survived: 0, equivalent: 0 })
const columnOf = (fate: Fate): keyof Count => (fate.name === 'killed' ? fate.step : fate.name)

export const countOf = (judged: readonly Judged[]): Count => {
  const count = none()
  for (const { fate } of judged) {
    count.mutants += 1
    count[columnOf(fate)] += 1
  }
  return count
}

/** The percentage noticed, of those that a caller can notice at all. */
export const killedPercent = ({ mutants, equivalent, survived }: Count): number =>
  mutants === equivalent ? 100 : (100 * (mutants - equivalent - survived)) / (mutants - equivalent)

/** The same without those that the compiler refuses. */
export const killedByRunningPercent = ({ types, ...count }: Count): number =>
  killedPercent({ ...count, types, mutants: count.mutants - types })

const HEAD = ['mutants', 'types', 'tests', 'simulation', 'survived', 'equivalent', 'killed', 'killed running', 'file']

const row = (name: string, count: Count): string[] => [
  ...[count.mutants, count.types, count.tests, count.simulation, count.survived, count.equivalent].map(String),
  ...[killedPercent(count), killedByRunningPercent(count)].map((percent) => `${percent.toFixed(1)} %`),
  name,
]

/** A line for each file, and one for all. */
export const table = (judged: readonly Judged[]): string => {
  const files = Map.groupBy(judged, ({ mutant }) => mutant.file)
  const rows = [HEAD, ...[...files].map(([file, those]) => row(file, countOf(those))), row('all', countOf(judged))]
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]!.length))
  const line = (cells: string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padStart(width(column)))).join('  ')
  return rows.map(line).join('\n')
}

/** One line for each that no test noticed. */
export const survivors = (judged: readonly Judged[]): string[] =>
  judged.flatMap(({ mutant, fate }) => (fate.name === 'survived' ? [survivorLine(mutant, fate.reached)] : []))
