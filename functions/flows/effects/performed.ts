import type { Effect } from '../../domain/effect.ts'

/**
 * The result of an effect, and the effects that follow from it. An unexpected error is not one of these: it is thrown,
 * and the queue tries again.
 */
export type Performed =
  | { kind: 'done'; next: readonly Effect[] }
  | { kind: 'again'; afterSeconds: number; because: string; next: readonly Effect[] }
  /** Nothing failed: the effect's turn comes `at` that time. Epoch milliseconds. */
  | { kind: 'later'; at: number; next: readonly Effect[] }

export type Again = Extract<Performed, { kind: 'again' }>

export const done = (next: readonly Effect[] = []): Performed => ({ kind: 'done', next })

export const again = (afterSeconds: number, because: string, next: readonly Effect[] = []): Again => ({
  kind: 'again',
  afterSeconds,
  because,
  next,
})

export const atItsTurn = (at: number): Performed => ({ kind: 'later', at, next: [] })
