const REASON = / \[skipped: (.*)\]$/

const and = new Intl.ListFormat('en', { type: 'conjunction' })

/** The title of a suite or test that is skipped: its own, and why. */
export const titleWithReason = (title: string, missing: readonly string[]): string =>
  `${title} [skipped: ${and.format(new Set(missing))}]`

/** Why what has this title is skipped; undefined when it is not. */
export const reasonIn = (title: string): string | undefined => REASON.exec(title)?.[1]
