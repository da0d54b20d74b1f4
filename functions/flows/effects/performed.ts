import type { Effect } from '../../domain/effect.ts'

/**
 * What came of an effect, and the effects that follow from it. A surprise is not one of these: it throws, and the
 * queue tries again.
 */
export type Performed =
  | { kind: 'done'; next: readonly Effect[] }
  | { kind: 'again'; afterSeconds: number; because: string; next: readonly Effect[] }

export const done = (next: readonly Effect[] = []): Performed => ({ kind: 'done', next })

export const again = (afterSeconds: number, because: string, next: readonly Effect[] = []): Performed => ({
  kind: 'again',
  afterSeconds,
  because,
  next,
})
