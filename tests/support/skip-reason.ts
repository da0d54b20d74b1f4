const REASON = / \[skipped: (.*)\]$/

const and = new Intl.ListFormat('en', { type: 'conjunction' })

/** The title of a suite or test that is skipped: its own, and the reason. */
export const titleWithReason = (title: string, missing: readonly string[]): string =>
  `${title} [skipped: ${and.format(new Set(missing))}]`

/** Why the test with this title is skipped; undefined if it is not. */
export const reasonIn = (title: string): string | undefined => REASON.exec(title)?.[1]
