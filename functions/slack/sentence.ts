import type { Inline } from './block-kit.ts'
import { bold, text } from './block-kit.ts'
import { ownEntry } from '../own-entry.ts'

/** The names of a sentence's placeholders: `person` and `at` of "Approved by {person} {at}". */
type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never

/** What stands for each placeholder; the type is empty if the sentence has none. */
type Values<S extends string, V> = [Names<S>] extends [never] ? [] : [Record<Names<S>, V>]

type Part = string | Inline | readonly Inline[]

const TOKENS = /(\{\w+\}|\*)/

/**
 * A sentence of ours with its placeholders filled in, for a message. `*…*` is bold. A value is inserted as it is: no
 * part of it is read as a placeholder or as markup.
 *
 * @example say('Approved by {people}', { people: [user('U0DANA')] })
 */
export const say = <const S extends string>(sentence: S, ...[values]: Values<S, Part>): Inline[] => {
  let isBold = false
  return sentence.split(TOKENS).flatMap((token): readonly Inline[] => {
    if (token === '*') {
      isBold = !isBold
      return []
    }
    const value = token.startsWith('{') ? ownEntry(values as Record<string, Part>, token.slice(1, -1))! : token
    if (typeof value === 'string') return value === '' ? [] : [isBold ? bold(value) : text(value)]
    return 'type' in value ? [value] : value
  })
}

/** The same for a text of words alone. */
export const plain = <const S extends string>(sentence: S, ...[values]: Values<S, string>): string =>
  sentence
    .split(TOKENS)
    .map((token) => {
      if (token === '*') return ''
      return token.startsWith('{') ? ownEntry(values as Record<string, string>, token.slice(1, -1)) : token
    })
    .join('')
