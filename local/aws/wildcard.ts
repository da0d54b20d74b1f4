/** Whether a text matches a pattern in which `*` stands for any characters, as in policies and event patterns. */
export const isLike = (pattern: string, text: string): boolean => {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let from = first.length
  for (const part of others) {
    const found = text.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return from + last.length <= text.length && text.endsWith(last)
}
