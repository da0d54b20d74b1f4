/** Changes that change nothing that can be told apart, each with the reason. */
export interface Equivalent {
  file: string
  /** The line of the source, without its indent. */
  line: string
  before: string
  after: string
  because: string
}

export const EQUIVALENT_MUTANTS: readonly Equivalent[] = []
