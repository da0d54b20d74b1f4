import type { Freeze } from '../domain/freeze.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment } from './block-kit.ts'
import { code } from './typed-command.ts'
import { SET_FREEZE } from './words/freeze-words.ts'

/** What every sentence about a freeze says. */
export const setFreezeParts = (freeze: Freeze) => ({
  names: frozenNames(freeze),
  until: moment(freeze.until, SET_FREEZE.until),
  reason: cut(freeze.reason, 150),
})

export const frozenNames = ({ patterns }: Freeze): Inline => code(cut(patterns.join(', '), 300))
