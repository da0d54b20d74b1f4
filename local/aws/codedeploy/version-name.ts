const COMMIT = /^[0-9a-f]{40,64}$/

/** How people name the version in a file VERSION: a commit by its first seven characters, any other as it is. */
export const versionName = (content: string): string => {
  const version = content.trim()
  return COMMIT.test(version) ? version.slice(0, 7) : version
}
