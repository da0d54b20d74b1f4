/** For `catch`: null if AWS says by one of these error names that a resource does not exist. Other errors are thrown. */
export const absent =
  (...names: readonly string[]) =>
  (error: unknown): null => {
    if (error instanceof Error && names.includes(error.name)) return null
    throw error
  }
