import type { Inline } from './block-kit.ts'

/** A sentence, and a list below it. */
export interface AnswerPart {
  first: Inline[]
  items?: Inline[][]
}
