/** The text with at most so many characters, never cut within a surrogate pair; empty if there is no room for any. */
export const shortened = (text: string, length: number): string => {
  if (text.length <= length) return text
  return length < 2 ? '' : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
