import type { Command, TypedCommand, TypedEnd } from '../../domain/command.ts'
import type { Mute, Mutes } from '../../domain/mute.ts'
import { LONGEST_MUTE, MOST_MUTED_PATTERNS, NO_MUTES, muteOf, saidAt, withMute, withSaid } from '../../domain/mute.ts'
import { isNamePattern } from '../../domain/name-pattern.ts'
import { MINUTE } from '../../domain/time-units.ts'
import { afterDuration, typedUntil } from '../../domain/typed-until.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { Typist } from '../freeze/change-freezes.ts'

type Muting = Pick<Services, 'clock' | 'mutes'>

const notMutable = (because: string): CommandAnswer => ({ kind: 'not-done', because })

/** Story: a person wants to hear less of some pipelines until a time. It replaces what they had muted. */
export const setMute = async (
  services: Muting,
  typed: TypedCommand,
  { who, zone }: Typist,
  { patterns, end }: Extract<Command, { do: 'mute' }>,
): Promise<CommandAnswer> => {
  const now = services.clock.now()
  if (patterns.length > MOST_MUTED_PATTERNS)
    return notMutable(`Name at most ${MOST_MUTED_PATTERNS} pipelines or patterns.`)
  const wrong = patterns.find((pattern) => !isNamePattern(pattern))
  if (patterns.length === 0 || wrong !== undefined)
    return notMutable('Say which pipelines: a name, or a pattern such as shop-*.')
  const until = mutedTo(end, zone, typed.at)
  if (typeof until === 'string') return notMutable(until)
  if (until <= now) return notMutable('That time has passed already.')
  const mute = { patterns, until }
  const because = await notStored(services, typed, who.userId, mute)
  return because === null ? { kind: 'mute-set', mute } : notMutable(because)
}

/** Story: a person wants to hear of everything again. */
export const endMute = async (services: Muting, typed: TypedCommand, { who }: Typist): Promise<CommandAnswer> => {
  const known = (await services.mutes.read('mutes')) ?? NO_MUTES
  const isMuted = muteOf(known, who.userId, services.clock.now()) !== null
  // The message came twice.
  if (!isMuted && saidAt(known, who.userId) === typed.at) return { kind: 'mute-ended' }
  if (!isMuted) return notMutable('You have muted nothing.')
  const because = await notStored(services, typed, who.userId, null)
  return because === null ? { kind: 'mute-ended' } : notMutable(because)
}

/** Story: a person asks what they have muted. */
export const showMute = async ({ clock, mutes }: Muting, { who }: Typist): Promise<CommandAnswer> => ({
  kind: 'muted',
  mute: muteOf((await mutes.read('mutes')) ?? NO_MUTES, who.userId, clock.now()),
})

/** Null if it is stored, else why not: a command that comes late takes back nothing that its person typed since. */
const notStored = async (
  { clock, mutes }: Muting,
  typed: TypedCommand,
  userId: string,
  mute: Mute | null,
): Promise<string | null> => {
  const changed = await mutes.change<string>(
    'mutes',
    (current): [Mutes, string] => {
      if ((saidAt(current, userId) ?? typed.at) > typed.at) return [current, OVERTAKEN]
      const next = withMute(current, userId, mute, clock.now())
      return next ? [withSaid(next, userId, typed.at, clock.now()), CHANGED] : [current, TOO_MANY]
    },
    { fresh: () => NO_MUTES },
  )
  return changed === CHANGED ? null : (changed ?? TOO_MANY)
}

const CHANGED = 'changed'

const OVERTAKEN = 'You have muted or unmuted pipelines again since you typed this, and that stays.'
const TOO_MANY = 'Too many people have muted something at the moment. Try again later.'

/** The end of the minute that a person means who typed it then, or what is wrong with it in a sentence. */
const mutedTo = (end: TypedEnd | null, zone: string, typedAt: number): number | string => {
  if (!end) return `Say until when, such as ${MUTE_FORMS}.`
  const at = end.how === 'for' ? afterDuration(end.text, typedAt) : typedUntil(end.text, zone, typedAt)
  if (at === null) return `“${end.how} ${end.text.slice(0, 60)}” is no time. Write ${MUTE_FORMS}.`
  return at - typedAt > LONGEST_MUTE ? 'You can mute pipelines for at most 31 days.' : Math.ceil(at / MINUTE) * MINUTE
}

const MUTE_FORMS = 'until 18:00, until Mon 08:00, until tomorrow 08:00, until 2026-12-01 08:00 or for 2h'
