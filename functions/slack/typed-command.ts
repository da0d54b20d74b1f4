import { withNames } from '../domain/command.ts'
import type { Inline } from './block-kit.ts'
import { cut } from './block-kit.ts'
import { COMMAND } from './words/command-words.ts'

/** What a person types, as they would type it. */
export const code = (content: string): Inline => ({ type: 'text', text: content, style: { code: true } })

/** What a person typed behind `/greenlight`, with that, as they would type it again. */
export const typedParts = (typed: string): Inline =>
  code(`${COMMAND.name} ${cut(withNames([typed]).join(''), 500)}`.trim())
