import type { Actor } from './act.ts'
import { canonical } from './canonical.ts'
import { nearestOf } from './nearest.ts'
import type { May } from './route.ts'
import { MINUTE } from './time-units.ts'

/** A slash command as a person has typed it. */
export interface TypedCommand {
  /** Another one for each command, however often it is delivered. */
  id: string
  /** What follows `/greenlight`. */
  text: string
  who: Actor
  at: number
  /** Where Slack takes the answers to it, for half an hour; null if it was a button of the Home tab. */
  responseUrl: string | null
}

/** How long Slack takes answers to a command ("Handling user interaction in your Slack apps"). */
export const ANSWERABLE_FOR = 30 * MINUTE

/** The text that a command is sealed with. */
export const commandStatement = ({ id, text, who, at, responseUrl }: TypedCommand): string =>
  canonical({ command: id, text, userId: who.userId, at, responseUrl })

/** Until when, as the person wrote it: `until Mon 08:00` or `for 2h`. */
export interface TypedEnd {
  how: 'until' | 'for'
  text: string
}

export type Command =
  | { do: 'help' }
  | { do: 'freezes' }
  /** Which approvals wait for the person, and which for others. */
  | { do: 'pending' }
  /** What runs, failed and is live in the pipelines that match. */
  | { do: 'status'; about: string }
  /** The last releases of a pipeline, to this stage or all. */
  | { do: 'history'; about: string; stage: string | null }
  /** What is live in an earlier stage of a pipeline and not yet in a later one. */
  | { do: 'diff'; about: string }
  /** Why the person cannot approve: `about` is the link to a message, or a pattern for names of pipelines. */
  | { do: 'why'; about: string }
  | { do: 'freeze'; patterns: readonly string[]; end: TypedEnd | null; reason: string }
  | { do: 'lengthen'; patterns: readonly string[]; end: TypedEnd | null; reason: string }
  /** Names who answers for the person. `at`: whom they named where Slack did not say who that is. */
  | { do: 'away'; standIn: string | null; at: string | null; end: TypedEnd | null; from: string | null }
  /** Who stands in for the person, and for whom they do. */
  | { do: 'absences' }
  | { do: 'back' }
  | { do: 'lift'; patterns: readonly string[]; reason: string }
  /** The newest change of each source is to be released; a form says what will happen first. */
  | { do: 'release'; pipeline: string }
  /** The person wants no direct messages and no mentions for these pipelines until then. */
  | { do: 'mute'; patterns: readonly string[]; end: TypedEnd | null }
  /** What they have muted. */
  | { do: 'muted' }
  | { do: 'unmute' }
  /** A stage takes no executions in, until it is resumed. */
  | { do: 'hold' | 'resume'; pipeline: string; stage: string; reason: string }
  /** `nearest`: the command that was probably meant; null if none is near. */
  | { do: 'unknown'; word: string; nearest: string | null }

export const COMMANDS = [
  'away',
  'back',
  'diff',
  'freeze',
  'freezes',
  'help',
  'history',
  'hold',
  'lengthen',
  'lift',
  'mute',
  'pending',
  'release',
  'resume',
  'status',
  'unmute',
  'why',
] as const
export type CommandWord = (typeof COMMANDS)[number]

/** The permission of routes without which a person can do nothing with the command; null for commands of all people. */
export const permissionFor = (command: CommandWord): keyof May | 'standIns' | null => NEEDED.get(command) ?? null

const NEEDED = new Map<CommandWord, keyof May | 'standIns'>([
  ['away', 'standIns'],
  ['back', 'standIns'],
  ['freeze', 'freeze'],
  ['hold', 'hold'],
  ['lengthen', 'freeze'],
  ['lift', 'freeze'],
  ['release', 'release'],
  ['resume', 'hold'],
])

/** Each part ends where the word of the next one begins; the reason is the rest, whatever its words are. */
const PARTS = /(?<names>.*?)(?:(?:^| )(?<how>until|for) (?<end>.*?))?(?:(?:^| )because(?: (?<reason>.*))?)?$/i

/** The command in the text behind `/greenlight`. */
export const commandIn = (text: string): Command => {
  const [first, ...rest] = text.trim().split(/\s+/) as [string, ...string[]]
  const word = first.toLowerCase()
  if (word === '') return { do: 'help' }
  if (!isWord(word)) return { do: 'unknown', word: first, nearest: nearestOf(word, COMMANDS) }
  const about = rest.join(' ')
  if (word === 'away') return awayCommand(about)
  return commandNamed(word, withNames(rest))
}

/** People whom Slack writes as IDs, by the names beside them. */
export const withNames = (words: readonly string[]): string[] =>
  words.map((word) => word.replaceAll(/<@[UW][A-Z0-9]+\|([^<>]+)>/g, '@$1'))

const commandNamed = (word: Exclude<CommandWord, 'away'>, rest: readonly string[]): Command => {
  const about = rest.join(' ')
  switch (word) {
    case 'why':
    case 'diff':
      return { do: word, about }
    case 'status':
      return { do: word, about: about || '*' }
    case 'history': {
      const [pipeline = '', ...stage] = rest
      return { do: word, about: pipeline, stage: stage.join(' ') || null }
    }
    case 'back':
    case 'help':
    case 'freezes':
    case 'pending':
    case 'unmute':
      return { do: word }
    case 'mute':
      return muteCommand(about)
    case 'freeze':
    case 'lengthen':
    case 'lift':
      return freezeCommand(word, about)
    case 'hold':
    case 'resume':
      return holdCommand(word, about)
    case 'release':
      // Names of pipelines have no spaces: with a name too many, nothing is offered.
      return { do: word, pipeline: rest.length === 1 ? about : '' }
  }
}

/** The parts of a command about pipelines; each may be missing. */
const commandParts = (about: string): { patterns: string[]; end: TypedEnd | null; reason: string } => {
  const { names, how, end, reason = '' } = PARTS.exec(about)!.groups!
  return {
    patterns: names!.split(/[ ,]+/).filter((name) => name !== ''),
    end: how ? { how: how.toLowerCase() as TypedEnd['how'], text: end! } : null,
    reason,
  }
}

const freezeCommand = (word: 'freeze' | 'lengthen' | 'lift', about: string): Command => {
  const { patterns, end, reason } = commandParts(about)
  return word === 'lift' ? { do: word, patterns, reason } : { do: word, patterns, end, reason }
}

const muteCommand = (about: string): Command => {
  if (about === '') return { do: 'muted' }
  const { patterns, end } = commandParts(about)
  return { do: 'mute', patterns, end }
}

/** Names of pipelines and stages have no spaces. A name too many is a mistake: nothing is done then. */
const HOLD = /^(?<pipeline>\S+) (?<stage>\S+)(?: because(?: (?<reason>.*))?)?$/i

const holdCommand = (word: 'hold' | 'resume', about: string): Command => {
  const { pipeline = '', stage = '', reason = '' } = HOLD.exec(about)?.groups ?? {}
  return { do: word, pipeline, stage, reason }
}

/** A person as Slack writes them where the command asks for it ("Implementing slash commands", Slack). */
const MENTION = /<@(?<userId>[UW][A-Z0-9]+)(?:\|[^>]*)?>/
const AT = /(?:^| )(@\S+)/
/** What follows each of these words, in any order. */
const SAID_TIMES = /(?:^| )(until|for|from) (.*?)(?=$| until | for | from )/gi

const awayCommand = (about: string): Command => {
  const word = about.toLowerCase()
  if (word === '') return { do: 'absences' }
  if (word === 'off') return { do: 'back' }
  const standIn = MENTION.exec(about)?.groups?.['userId'] ?? null
  const at = AT.exec(about)?.[1] ?? null
  const times = about.replace(MENTION, ' ').replace(AT, '').replaceAll(/\s+/g, ' ')
  const said = new Map([...times.matchAll(SAID_TIMES)].map(([, how, time]) => [how!.toLowerCase(), time!.trim()]))
  const end = (['until', 'for'] as const).flatMap((how) => (said.has(how) ? { how, text: said.get(how)! } : []))
  return { do: 'away', standIn, at, end: end[0] ?? null, from: said.get('from') ?? null }
}

/** Whether the command changes nothing. */
export const onlyReads = ({ do: word }: Command): boolean => !CHANGING.has(word)

const CHANGING = new Set<Command['do']>([
  'away',
  'back',
  'freeze',
  'lengthen',
  'lift',
  'hold',
  'resume',
  'mute',
  'unmute',
])

const isWord = (word: string): word is CommandWord => COMMANDS.includes(word as CommandWord)
