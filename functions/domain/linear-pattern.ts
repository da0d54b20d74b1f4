/**
 * Regular expressions whose time is at most the length of the pattern times that of the text: all states are followed at
 * once (Thompson, "Regular Expression Search Algorithm", 1968). JavaScript's own can take exponential time. They have
 * what they need for the form of a ticket: characters, classes, `.`, `\d \w \s`, groups, `|`, `? * + {m,n}`, `^` and `$`.
 */
export interface LinearPattern {
  /** The first match, and the longest of those that begin there; null without one. */
  find: (text: string) => { from: number; to: number } | null
}

type State =
  | { kind: 'one'; fits: (char: string) => boolean; next: number }
  | { kind: 'either'; next: readonly number[] }
  | { kind: 'begin' | 'end'; next: number }
  | { kind: 'found' }

/** A part of a pattern: given the state that follows, adds its states and returns its first. */
type PatternPart = (next: number) => number

const MOST_STATES = 1_000
/** Parts that are repeated and alternatives, each time that they are: also those that add no state. */
const MOST_PARTS = 5_000
const LONGEST_PATTERN = 200

const CLASSES = new Map<string, (char: string) => boolean>([
  ['d', (char) => char >= '0' && char <= '9'],
  ['w', (char) => /\w/.test(char)],
  ['s', (char) => /\s/.test(char)],
])

/** What `.` does not match (ECMA-262, LineTerminator). */
const LINE_TERMINATOR = /[\n\r\u2028\u2029]/

/** @throws {SyntaxError} if the pattern is of another form; its message says what is wrong, in words. */
export const linearPattern = (source: string): LinearPattern => {
  if (source.length > LONGEST_PATTERN) throw new SyntaxError(`expected at most ${LONGEST_PATTERN} characters`)
  const states: State[] = [{ kind: 'found' }]
  let parts = 0
  const bounded = (): void => {
    if (states.length >= MOST_STATES || parts > MOST_PARTS) throw new SyntaxError('the pattern repeats too much')
  }
  const add = (state: State): number => {
    bounded()
    return states.push(state) - 1
  }
  const counted =
    (part: PatternPart): PatternPart =>
    (next) => {
      parts += 1
      bounded()
      return part(next)
    }
  let at = 0
  const wrong = (what: string): SyntaxError => new SyntaxError(`${what} at character ${at + 1} is not possible here`)
  const takes = (char: string): boolean => {
    if (source[at] !== char) return false
    at += 1
    return true
  }

  const alternatives = (): PatternPart => {
    const all = [counted(sequence())]
    while (takes('|')) all.push(counted(sequence()))
    return all.length === 1 ? all[0]! : (next) => add({ kind: 'either', next: all.map((part) => part(next)) })
  }
  const sequence = (): PatternPart => {
    const all: PatternPart[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') all.push(edge() ?? repeated(item()))
    return (next) => all.reduceRight((after, part) => part(after), next)
  }
  /** The begin or the end of the text, which cannot be repeated. */
  const edge = (): PatternPart | null => {
    const kind = takes('^') ? 'begin' : takes('$') ? 'end' : null
    if (!kind) return null
    if (quantity()) throw wrong('a quantifier of ^ or $')
    return (next) => add({ kind, next })
  }
  const repeated = (once: PatternPart): PatternPart => {
    const times = quantity()
    if (!times) return once
    const part = counted(once)
    if (quantity()) throw wrong('a second quantifier')
    const { least, most } = times
    const optional = (rest: number): PatternPart =>
      rest === 0 ? (next) => next : (next) => add({ kind: 'either', next: [part(optional(rest - 1)(next)), next] })
    const endless: PatternPart = (next) => {
      const loop = { kind: 'either' as const, next: [] as number[] }
      const state = add(loop)
      loop.next.push(part(state), next)
      return state
    }
    const tail = most === null ? endless : optional(most - least)
    return (next) => Array.from({ length: least }, () => part).reduceRight((after, one) => one(after), tail(next))
  }
  const quantity = (): { least: number; most: number | null } | null => {
    if (takes('?')) return { least: 0, most: 1 }
    if (takes('*')) return { least: 0, most: null }
    if (takes('+')) return { least: 1, most: null }
    const range = /^\{(\d{1,3})(?:,(\d{0,3}))?\}/.exec(source.slice(at))
    if (!range) return null
    at += range[0].length
    const least = Number(range[1])
    const most = range[2] === undefined ? least : range[2] === '' ? null : Number(range[2])
    if (most !== null && most < least) throw wrong('a range that ends before it begins')
    return { least, most }
  }
  const item = (): PatternPart => {
    const char = source[at]!
    if (takes('(')) {
      if (takes('?') && !takes(':')) throw wrong('a lookaround or a named group')
      const inner = alternatives()
      if (!takes(')')) throw wrong('a group without its end')
      return inner
    }
    if (takes('[')) return one(set())
    if (takes('.')) return one((other) => !LINE_TERMINATOR.test(other))
    if (/[*+?{}\]]/.test(char)) throw wrong(char)
    at += 1
    return one(char === '\\' ? escaped() : (other) => other === char)
  }
  const one = (fits: (char: string) => boolean): PatternPart => {
    const remembered = rememberingLast(fits)
    return (next) => add({ kind: 'one', fits: remembered, next })
  }
  const escaped = (): ((char: string) => boolean) => {
    const char = source.charAt(at)
    const known = CLASSES.get(char.toLowerCase())
    if (!known && /^[\p{L}\p{N}]?$/u.test(char)) throw wrong(`\\${char}`)
    at += 1
    if (!known) return (other) => other === char
    return char === char.toLowerCase() ? known : (other) => !known(other)
  }
  const set = (): ((char: string) => boolean) => {
    const isNegated = takes('^')
    const all: ((char: string) => boolean)[] = []
    while (!takes(']')) {
      const from = source[at]
      if (from === undefined) throw wrong('a class without its end')
      at += 1
      if (from === '\\') {
        all.push(escaped())
        if (source[at] === '-' && source[at + 1] !== ']') throw wrong('a range from a character with a backslash')
        continue
      }
      const to = source[at] === '-' && source[at + 1] !== ']' ? source[at + 1] : undefined
      if (to === undefined) {
        all.push((char) => char === from)
        continue
      }
      if (to === '\\' || to < from) throw wrong('such a range')
      at += 2
      all.push((char) => char >= from && char <= to)
    }
    return (char) => all.some((fits) => fits(char)) !== isNegated
  }

  const whole = alternatives()
  if (at < source.length) throw wrong(source[at]!)
  const first = whole(0)
  return { find: (text) => findIn(states, first, text) }
}

/** All states of a part that is repeated ask of the same character, one after the other. */
const rememberingLast = (fits: (char: string) => boolean): ((char: string) => boolean) => {
  let last: string | null = null
  let answer = false
  return (char) => {
    if (char !== last) {
      answer = fits(char)
      last = char
    }
    return answer
  }
}

const findIn = (states: readonly State[], first: number, text: string): { from: number; to: number } | null => {
  let best: { from: number; to: number } | null = null
  /** Where the text of each state that is reached begins: the earliest place. */
  let reached = new Map<number, number>()
  for (let place = 0; place <= text.length; place++) {
    const open: [number, number][] = [...reached]
    if (!best) open.push([first, place])
    const here = new Map<number, number>()
    // By their beginnings, so that the earliest reaches each state first.
    const waiting = open.sort((a, b) => b[1] - a[1])
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      const [index, from] = entry
      if (here.has(index)) continue
      here.set(index, from)
      const state = states[index]!
      if (state.kind === 'either') waiting.push(...state.next.map((next): [number, number] => [next, from]))
      if ((state.kind === 'begin' && place === 0) || (state.kind === 'end' && place === text.length))
        waiting.push([state.next, from])
      if (state.kind === 'found' && (!best || from <= best.from)) best = { from, to: place }
    }
    reached = new Map()
    for (const [index, from] of here) {
      const state = states[index]!
      if (state.kind !== 'one' || (best && from > best.from) || !state.fits(text.charAt(place))) continue
      reached.set(state.next, Math.min(from, reached.get(state.next) ?? Infinity))
    }
    if (best && reached.size === 0) break
  }
  return best
}
