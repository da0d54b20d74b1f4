import type { Inline } from './block-kit.ts'
import { text } from './block-kit.ts'

/** Facts in one line, side by side; empty ones are left out. */
export const facts = (...all: readonly Inline[][]): Inline[] =>
  all.filter((fact) => fact.length > 0).flatMap((fact, index) => (index > 0 ? [text(' · '), ...fact] : fact))
