import type { Inline } from './block-kit.ts'
import { text } from './block-kit.ts'

/** Facts of one line, side by side; those that are empty leave no trace. */
export const facts = (...all: readonly Inline[][]): Inline[] =>
  all.filter((fact) => fact.length > 0).flatMap((fact, index) => (index > 0 ? [text(' · '), ...fact] : fact))
