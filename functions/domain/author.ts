/** Who wrote a change, as its commit says. Not proven: whoever commits may write any name there. */
export interface Author {
  name: string | null
  email: string | null
}

/** Git's convention for a commit that several people wrote ("Creating a commit with multiple authors", GitHub Docs). */
const TRAILER = /^co-authored-by:([^<>\n]*)<([^<>\s]+)>[ \t\r]*$/gim

const MOST = 20
const LONGEST_NAME_IN_TRAILER = 200
const UNKNOWN_AUTHOR: Author = { name: null, email: null }

/**
 * The people that the trailers of a commit message name besides its author. More than a few, or a message that was
 * `cut` (trailers come last), end with somebody unknown.
 */
export const coAuthorsOf = (message: string, cut = false): Author[] => {
  const all = [...message.matchAll(TRAILER)].map(([, name, email]) => ({
    name: name!.trim().slice(0, LONGEST_NAME_IN_TRAILER) || null,
    email: email!.slice(0, LONGEST_NAME_IN_TRAILER).toLowerCase(),
  }))
  return all.length > MOST || cut ? [...all.slice(0, MOST), UNKNOWN_AUTHOR] : all
}
