/** For `catch`: null where AWS says by one of these names that a thing is not there; anything else is thrown on. */
export const absent =
  (...names: readonly string[]) =>
  (error: unknown): null => {
    if (error instanceof Error && names.includes(error.name)) return null
    throw error
  }
