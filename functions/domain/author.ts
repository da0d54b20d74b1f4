import { visible } from './visible-text.ts'

/** Who wrote a change, as its commit says. Not proven: a person who commits may write any name there. */
export interface Author {
  name: string | null
  email: string | null
}

const UNKNOWN_AUTHOR: Author = { name: null, email: null }

const MOST = 20
const LONGEST_PART = 200
const LONGEST_TRAILER = 4_000

/**
 * The people that the trailers of a commit message name besides its author ("Creating a commit with multiple authors",
 * GitHub Docs; "git interpret-trailers", Git documentation).
 *
 * A trailer is read in every form that people and tools write: any letter case, indented, in a list, folded, with
 * comments, with several people, within a sentence. Text of a trailer that belongs to no address is an author without
 * an address. More than twenty people, or a message that was `cut` (trailers come last), end with an unknown author.
 */
export const coAuthorsOf = (message: string, cut = false): Author[] => {
  const all = unfolded(normalized(message).split('\n')).flatMap(authorsInLine)
  return all.length > MOST || cut ? [...all.slice(0, MOST), UNKNOWN_AUTHOR] : all
}

/** One kind of line end, of hyphen and of space, and no invisible characters. */
const normalized = (message: string): string =>
  visible(message)
    .normalize('NFKC')
    .replaceAll(/\p{Pd}/gu, '-')

const CO_AUTHORED_BY = String.raw`co[ _-]?author(?:ed|s)?(?:[ _-]?(?:by|with))?`
const AT_START = new RegExp(String.raw`^[^\p{L}\p{N}]*${CO_AUTHORED_BY} {0,9}(?::|(?=[^@]*@))`, 'iu')
const WITHIN = new RegExp(String.raw`(?<![\p{L}\p{N}])${CO_AUTHORED_BY} {0,9}:`, 'iu')

/** A line that begins with white space continues the trailer above it, unless it begins a trailer itself. */
const unfolded = (lines: readonly string[]): string[] => {
  const starts = lines.map((line) => AT_START.test(line))
  let isTrailer = false
  const isFirst = lines.map((line, at) => {
    const continues = isTrailer && !starts[at] && /^ +\S/.test(line)
    isTrailer = starts[at]! || continues
    return !continues
  })
  const firsts = [...lines.keys()].filter((at) => isFirst[at])
  return firsts.map((at, index) => lines.slice(at, firsts[index + 1]).join(''))
}

/** A title that begins like a trailer may be a sentence, as may a line that has one in its middle: addresses count. */
const authorsInLine = (line: string, index: number): Author[] => {
  const trailer = AT_START.exec(line) ?? WITHIN.exec(line)
  if (!trailer) return []
  const value = line.slice(trailer.index + trailer[0].length).trim()
  const all = [
    ...authorsIn(value.slice(0, LONGEST_TRAILER)),
    ...(value.length > LONGEST_TRAILER ? [UNKNOWN_AUTHOR] : []),
  ]
  return index > 0 && trailer.index === 0 ? all : all.filter(({ email, name }) => email !== null || name === null)
}

const ADDRESS = /<\s*(?:mailto:)?([^<>\s]+)\s*>|(?<![^\s<>()",;])([^\s<>()",;@]+@[^\s<>()",;]*[\p{L}\p{N}])/giu

/** Git treats all text before an address as a name. Text in parentheses is a comment ("RFC 5322", 3.2.2). */
const authorsIn = (value: string): Author[] => {
  const comments = value.match(/\([^()]*\)/g) ?? []
  const text = value.replaceAll(/\([^()]*\)/g, ' ')
  const found = [...text.matchAll(ADDRESS)]
  const ends = [0, ...found.map(({ 0: all, index }) => index + all.length)]
  return [
    ...found.map(({ index, 1: inBrackets, 2: bare }, at) => author(text.slice(ends[at], index), (inBrackets ?? bare)!)),
    ...[author(text.slice(ends.at(-1)), null)].filter(({ name }) => name !== null),
    ...comments.flatMap((comment) => [...comment.matchAll(ADDRESS)].map((one) => author('', (one[1] ?? one[2])!))),
  ]
}

const AROUND_A_NAME = /^(?:[^\p{L}\p{N}]|and )+|[^\p{L}\p{N}.\]]+$/giu

/** Quotes and punctuation that people and tools put around an address; none begins or ends one. */
const AROUND_AN_ADDRESS = /^["'.,:;]+|[^\p{L}\p{N}]+$/gu

const author = (name: string, email: string | null): Author => ({
  name: name.replaceAll(AROUND_A_NAME, '').slice(0, LONGEST_PART) || null,
  email: email && (email.replaceAll(AROUND_AN_ADDRESS, '').slice(0, LONGEST_PART).toLowerCase() || null),
})
