/**
 * What is slow to make, as a format of Intl or a schema is, is made when it is first needed: not while a person waits for the
 * start. docs/decisions/0037-parts-are-loaded-when-needed.md has what it took.
 */
export const whenNeeded = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}
