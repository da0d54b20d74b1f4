/** Who wrote a change, as its commit says. Not proven: whoever commits may write any name there. */
export interface Author {
  name: string | null
  email: string | null
}

/** Git's convention for a commit that several people wrote ("Creating a commit with multiple authors", GitHub Docs). */
const TRAILER = /^co-authored-by:\s*(.*?)\s*<([^<>\s]+)>\s*$/gim

const MOST = 20
const LONGEST = 200

/** The people that the trailers of a commit message name besides its author. */
export const coAuthorsOf = (message: string): Author[] =>
  [...message.matchAll(TRAILER)].slice(0, MOST).map(([, name, email]) => ({
    name: name!.slice(0, LONGEST) || null,
    email: email!.slice(0, LONGEST).toLowerCase(),
  }))
