/** A change that no caller can notice, and why not. */
export interface Equivalent {
  file: string
  /** The line of the source, without its indent. */
  line: string
  before: string
  after: string
  because: string
}

export const NOT_IN_1970 = 'the time 0 is the first millisecond of 1970, when nothing began or ended'

export const NO_EMPTY_ID = 'AWS gives no empty ID, ARN or version'

/** `??` and `||` differ only for an empty text, 0 and false. */
export const neverEmpty = (file: string, because: string, ...lines: string[]): Equivalent[] =>
  lines.map((line) => ({ file, line, before: '??', after: '||', because }))

/** No caller can tell which text stands for one that is missing. */
export const whatever = (file: string, because: string, ...lines: string[]): Equivalent[] =>
  [
    ['??', '||'],
    [`''`, `'mutant'`],
  ].flatMap(([before, after]) => lines.map((line) => ({ file, line, before: before!, after: after!, because })))
