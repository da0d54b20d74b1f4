import type { Inline } from './block-kit.ts'
import { text } from './block-kit.ts'
import { MARK } from './words/marks.ts'

const WARNING_MARK = text(`${MARK.warning} `)

/** A line that people must see before they decide; none if it has no words. */
export const withWarning = (line: Inline[]): Inline[] => (line.length > 0 ? [WARNING_MARK, ...line] : [])

export const isWarning = (line: readonly Inline[]): boolean => line[0] === WARNING_MARK

/** For a text: a screen reader would say "warning sign" first. */
export const withoutMark = (line: Inline[]): Inline[] => (isWarning(line) ? line.slice(1) : line)
