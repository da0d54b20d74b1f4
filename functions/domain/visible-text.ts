/** Text from outside, changed so that it looks like its content. Emoji keep their own invisible characters. */

/** Most texts, which need no change. */
const PLAIN = /^[ -~\n]*$/

/** White space of one line, in all its widths, and a blank that is no white space (U+2800). */
const BLANK = /[^\S\n]|\u2800/gu

/** Control and format characters, and those that Unicode lets a program leave out ("Default_Ignorable_Code_Point"). */
const INVISIBLE = /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]--[\n]]/v

/**
 * The same, and the emoji that are made of some. The lookahead spares other characters the comparison with all emoji.
 *
 * It is made when it is first needed: V8 takes longer for its 3,700 emoji than for everything else in that file.
 */
const emojiOrInvisible = () =>
  (emojiOrInvisibleOnce ??= /((?=\p{Emoji})\p{RGI_Emoji})|[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]--[\n]]/gv)
let emojiOrInvisibleOnce: RegExp | undefined

const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g

/** The same text with plain spaces and line feeds, without invisible characters and without lone surrogates. */
export const visible = (text: string): string =>
  PLAIN.test(text) ? text : withoutInvisible(text.toWellFormed().replace(LINE_END, '\n').replace(BLANK, ' '))

const withoutInvisible = (text: string): string =>
  INVISIBLE.test(text) ? text.replace(emojiOrInvisible(), '$1') : text

/** The same in one line, with single spaces. */
export const oneLine = (text: string): string => visible(text).replace(/\s+/g, ' ').trim()
