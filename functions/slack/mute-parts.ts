import type { Mute } from '../domain/mute.ts'
import { cut, moment } from './block-kit.ts'
import { code } from './typed-command.ts'
import { COMMAND, MUTES } from './words/command-words.ts'

/** What a sentence says of what a person has muted. */
export const muteParts = ({ patterns, until }: Mute) => ({
  names: code(cut(patterns.join(', '), 300)),
  until: moment(until, MUTES.until),
  unmute: code(`${COMMAND.name} unmute`),
})
