/** Whether a text matches a pattern in which `*` stands for any characters, as in policies and event patterns. */
export const isLike = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(text)
}
