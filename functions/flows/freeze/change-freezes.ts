import type { Actor } from '../../domain/act.ts'
import type { Command, TypedCommand, TypedEnd } from '../../domain/command.ts'
import type { Freeze, FreezeAct } from '../../domain/freeze.ts'
import {
  LONGEST_FREEZE,
  LONGEST_REASON,
  MOST_FREEZES,
  MOST_PATTERNS,
  freezeId,
  freezeLengthened,
  freezeLifted,
  freezeSet,
  freezeStatement,
  isInForce,
  shortFreezeId,
  wasInForce,
} from '../../domain/freeze.ts'
import { isNamePattern } from '../../domain/name-pattern.ts'
import { MINUTE } from '../../domain/time-units.ts'
import { afterDuration, typedUntil } from '../../domain/typed-until.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { notPermitted } from './permitted.ts'

/** A person whom Slack knows, and the time zone that they write times in. */
export interface Typist {
  who: Actor
  zone: string
}

type Of<D extends Command['do']> = Extract<Command, { do: D }>

/** Why nothing was done, in a sentence. */
const notDone = (because: string): CommandAnswer => ({ kind: 'not-done', because })

/** Story: a person freezes pipelines. No approval of theirs can be given until the freeze ends. */
export const setFreeze = async (
  services: Services,
  typed: TypedCommand,
  { who, zone }: Typist,
  { patterns, end, reason }: Of<'freeze'>,
): Promise<CommandAnswer> => {
  const { clock, configuration, freezes } = services
  const wrong = wrongPatterns(patterns) ?? wrongReason(reason, 'why you freeze')
  if (wrong) return notDone(wrong)
  const now = clock.now()
  const id = freezeId(typed.id)
  const known = (await freezes.all()).flatMap((one) => (one.kind === 'freeze' ? one.freeze : []))
  const set = known.find((freeze) => freeze.id === id)
  // The message came twice.
  if (set) return { kind: 'freeze-set', freeze: set }
  const until = endIn(end, zone, typed.at)
  if (typeof until === 'string') return notDone(until)
  if (until <= now) return notDone(IN_THE_PAST)
  const routes = configuration.routesTouching(patterns)
  if (routes.length === 0)
    return notDone('No route of greenlight.yml matches such a pipeline: nothing would be frozen.')
  const forbidden = await notPermitted(services, routes, who.userId)
  if (forbidden) return notDone(forbidden)
  const inForce = known.filter((freeze) => isInForce(freeze, now))
  if (inForce.length >= MOST_FREEZES) return notDone(`There are ${MOST_FREEZES} freezes already: lift one first.`)

  const act = { what: 'freeze-set', patterns, reason, from: now, until } as const
  const signed = await services.signatures.sign(freezeStatement(id, act, who.userId, now))
  const channels = [...new Set(routes.flatMap(({ approvals }) => approvals ?? []))]
  const { retention } = configuration
  const isNew = await freezes.create(freezeSet(id, { act, who, at: now, signed }, { channels, retention }))
  const freeze = await freezes.read(id)
  if (isNew) services.log.count('FreezeSet')
  return freeze ? { kind: 'freeze-set', freeze } : notDone('The freeze was not stored.')
}

/** Story: a freeze that a person has set lasts longer. */
export const lengthenFreeze = async (
  services: Services,
  typed: TypedCommand,
  { who, zone }: Typist,
  { patterns, end, reason }: Of<'lengthen'>,
): Promise<CommandAnswer> => {
  const until = endIn(end, zone, typed.at)
  if (typeof until === 'string') return notDone(until)
  if (reason.length > LONGEST_REASON) return notDone(REASON_TOO_LONG)
  const now = services.clock.now()
  if (until <= now) return notDone(IN_THE_PAST)
  return changeFreeze(services, typed, who, patterns, (freeze) => {
    if (until < freeze.until) return 'It lasts longer already. To end it sooner, lift it.'
    return until === freeze.until ? 'done' : { what: 'freeze-lengthened', reason, until }
  })
}

/** Story: a freeze that a person has set ends now. */
export const liftFreeze = async (
  services: Services,
  typed: TypedCommand,
  { who }: Typist,
  { patterns, reason }: Of<'lift'>,
): Promise<CommandAnswer> =>
  reason.length > LONGEST_REASON
    ? notDone(REASON_TOO_LONG)
    : changeFreeze(services, typed, who, patterns, () => ({ what: 'freeze-lifted', reason }))

type FreezeChange = Exclude<FreezeAct, { what: 'freeze-set' }>

/** `decide`: what is done to the freeze, a sentence if nothing, `done` if it was done already. */
const changeFreeze = async (
  services: Services,
  typed: TypedCommand,
  who: Actor,
  named: readonly string[],
  decide: (freeze: Freeze) => FreezeChange | string,
): Promise<CommandAnswer> => {
  const { clock, configuration, freezes, signatures } = services
  const found = await findFreeze(services, typed, named)
  if (typeof found === 'string') return notDone(found)
  // Before Slack is asked, which may not answer this time.
  const already = answerIfDone(found, decide)
  if (already) return already
  const act = decide(found)
  const routes = configuration.routesTouching(found.patterns)
  if (routes.length === 0) return notDone('No route of greenlight.yml says who may do this. The freeze ends by itself.')
  const forbidden = await notPermitted(services, routes, who.userId)
  if (forbidden) return notDone(forbidden)
  const at = clock.now()
  if (typeof act === 'string') return notDone(act)
  const signed = await signatures.sign(freezeStatement(found.id, act, who.userId, at))
  const freeze = await freezes.change(
    found.id,
    (current): [Freeze, Freeze | null] => {
      // What was decided and signed is about the freeze as it was read.
      if (current.acts !== found.acts || !isInForce(current, at)) return [current, null]
      const next =
        act.what === 'freeze-lifted'
          ? freezeLifted(current, { act, who, at, signed })
          : freezeLengthened(current, { act, who, at, signed })
      return [next, next]
    },
    { from: found },
  )
  if (!freeze) {
    // The queue may have delivered the message to two functions at once.
    const changed = await freezes.read(found.id)
    return (
      (changed && answerIfDone(changed, decide)) ??
      notDone('The freeze was changed at the same moment. Look at /greenlight freezes, and try again.')
    )
  }
  services.log.count(act.what === 'freeze-lifted' ? 'FreezeLifted' : 'FreezeSet')
  return { kind: act.what, freeze }
}

/** The message came twice. Null if what it asks for is not done. */
const answerIfDone = (freeze: Freeze, decide: (freeze: Freeze) => FreezeChange | string): CommandAnswer | null => {
  if (freeze.lifted) return { kind: 'freeze-lifted', freeze }
  return decide(freeze) === 'done' ? { kind: 'freeze-lengthened', freeze } : null
}

/**
 * The freeze that a person names by its patterns or its id; a sentence if that is not one. It is looked for among those that
 * were in force when they typed: a command that comes late or twice concerns no freeze that was set since.
 */
const findFreeze = async (
  { clock, freezes }: Services,
  typed: TypedCommand,
  named: readonly string[],
): Promise<Freeze | string> => {
  if (named.length === 0) return 'Name the freeze as /greenlight freezes lists it.'
  const now = clock.now()
  const stored = await freezes.all()
  const isNamed = ({ id, patterns }: Freeze): boolean =>
    (named.length === 1 && named[0] === shortFreezeId(id)) || samePatterns(patterns, named)
  const all = stored.flatMap((one) => (one.kind === 'freeze' && isNamed(one.freeze) ? one.freeze : []))
  const meant = all.filter((freeze) => wasInForce(freeze, typed.at))
  if (meant.length > 1)
    return `${meant.length} freezes have these names. Name one by its id: ${meant.map(({ id }) => shortFreezeId(id)).join(', ')}.`
  const [found] = meant
  if (found && (found.lifted || isInForce(found, now))) return found
  const unread = stored.find((one) => one.kind === 'unreadable')
  // An earlier try may have done it.
  if (unread?.mayPass) throw new Error(unread.because)
  if (unread) return `Greenlight cannot tell which freeze this is: ${unread.because}.`
  return all.some((freeze) => isInForce(freeze, now))
    ? 'That freeze was set after you typed this, and stays. Look at /greenlight freezes, and type it again.'
    : `No freeze is in force for ${named.join(', ')}. /greenlight freezes lists those that are.`
}

const samePatterns = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join()

const wrongPatterns = (patterns: readonly string[]): string | null => {
  if (patterns.length === 0) return 'Say which pipelines: a name, or a pattern such as shop-*.'
  if (patterns.length > MOST_PATTERNS) return `Name at most ${MOST_PATTERNS} pipelines or patterns.`
  const wrong = patterns.find((pattern) => !isNamePattern(pattern))
  return wrong === undefined
    ? null
    : `“${wrong.slice(0, 60)}” is no name of pipelines: a name has letters, digits and . @ _ -, and a pattern also * and ?.`
}

const wrongReason = (reason: string, what: string): string | null =>
  reason === '' ? `Say ${what}: because …` : reason.length > LONGEST_REASON ? REASON_TOO_LONG : null

/** The end of the minute that a person means who typed it then, or what is wrong with it in a sentence. */
const endIn = (end: TypedEnd | null, zone: string, typedAt: number): number | string => {
  if (!end) return `Say until when, such as ${TIME_FORMS}.`
  const at = end.how === 'for' ? afterDuration(end.text, typedAt) : typedUntil(end.text, zone, typedAt)
  if (at === null) return `“${end.how} ${end.text.slice(0, 60)}” is no time. Write ${TIME_FORMS}.`
  return at - typedAt > LONGEST_FREEZE ? TOO_LONG : Math.ceil(at / MINUTE) * MINUTE
}

const TIME_FORMS = 'until 18:00, until Mon 08:00, until tomorrow 08:00, until 2026-12-01 08:00 or for 2h'
const IN_THE_PAST = 'That time has passed already.'
const TOO_LONG = 'A freeze from Slack lasts at most 31 days. A longer one belongs in greenlight.yml.'
const REASON_TOO_LONG = `A reason has at most ${LONGEST_REASON} characters.`
