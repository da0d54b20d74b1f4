/** One thing wrong in greenlight.yml: where it is, and what was expected. Lines count from 1. */
export interface Problem {
  line: number
  /** Such as `routes.0.approvers.1.count`; empty for the whole file. */
  key: string
  message: string
}

/** Where a setting is in the file, such as `['routes', 0, 'comment']`. */
export type Path = readonly (string | number)[]
