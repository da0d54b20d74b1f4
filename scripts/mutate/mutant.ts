/** One change of one token in one source file. */
export interface Mutant {
  /** Counts from 1 through all mutants of a run. */
  id: number
  /** The source file, from the top of the repository, with `/`. */
  file: string
  /** Where the replaced text begins and ends, in UTF-16 units of the source. */
  start: number
  end: number
  before: string
  after: string
  /** Where the expression or statement with the text begins: code that runs it runs the mutant. */
  runsFrom: number
  /** The line of `start`, from 1, and its text without the indent. */
  line: number
  lineText: string
}

/** The source with the mutant's change made. */
export const applied = (source: string, { start, end, after }: Pick<Mutant, 'start' | 'end' | 'after'>): string =>
  source.slice(0, start) + after + source.slice(end)
