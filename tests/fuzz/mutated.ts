import type { Chance } from '../simulation/chance.ts'

/** What programs stumble over: empty, huge and negative values, names of Object's own, other Unicode, other types. */
const TEXTS = [
  '',
  ' ',
  '\0',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '<!channel>',
  '<@U0DANA>',
  '$(id)',
  '%s%n',
  '\u202e\u2066',
  '\ud800',
  '\ufeff',
  '👩‍👩‍👧',
  'e\u0301'.repeat(50),
  'a'.repeat(5_000),
  '9'.repeat(400),
  '-1',
  'NaN',
  '2026-02-30T25:61:61Z',
  '0000-00-00',
  'arn:aws:::::',
  '[',
  '((((((((((a+)+)+)+)+)+)+)+)+)+$',
  '*'.repeat(40),
]
const NUMBERS = [0, -0, -1, 1.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 63, 253_402_300_800_000]

const another = (chance: Chance, depth = 0): unknown => {
  switch (chance.between(0, depth > 3 ? 5 : 8)) {
    case 0:
      return null
    case 1:
      return chance.is(0.5)
    case 2:
      return chance.pick(NUMBERS)
    case 3:
    case 4:
      return chance.pick(TEXTS)
    case 5:
      return Array.from({ length: chance.between(0, 4) }, () => another(chance, depth + 1))
    case 6:
      return Object.fromEntries(
        Array.from({ length: chance.between(0, 4) }, () => [chance.pick(TEXTS), another(chance, depth + 1)]),
      )
    default:
      return Array.from({ length: chance.between(0, 200) }).reduce((within) => [within], null)
  }
}

type Node = Record<string, unknown>

/** Every object and list within the value, itself included. */
const nodesIn = (value: unknown): Node[] =>
  typeof value === 'object' && value !== null ? [value as Node, ...Object.values(value).flatMap(nodesIn)] : []

/** A copy with one to four changes: a value replaced, left out, added, moved or repeated, a key renamed. */
export const mutatedJson = (chance: Chance, sample: unknown): unknown => {
  if (chance.is(0.02)) return another(chance)
  const copy = structuredClone(sample)
  for (let change = chance.between(1, 5); change > 0; change--) {
    const nodes = nodesIn(copy)
    if (nodes.length === 0) return another(chance)
    const node = chance.pick(nodes)
    const keys = Object.keys(node)
    const key = keys.length > 0 ? chance.pick(keys) : 'added'
    const set = (name: string, value: unknown) =>
      Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true })
    switch (chance.between(0, 7)) {
      case 0:
        delete node[key]
        break
      case 1:
        set(chance.pick(TEXTS), another(chance))
        break
      case 2:
        set(key, structuredClone(chance.pick(nodes)))
        break
      case 3:
        if (typeof node[key] === 'string') set(key, mutatedText(chance, node[key]))
        break
      case 4:
        set(chance.pick(TEXTS), node[key])
        delete node[key]
        break
      default:
        set(key, another(chance))
    }
  }
  return copy
}

/** The text with one to six changes: characters left out, repeated, exchanged or added, or the rest cut off. */
export const mutatedText = (chance: Chance, sample: string): string => {
  let text = sample
  for (let change = chance.between(1, 7); change > 0; change--) {
    const at = chance.between(0, text.length + 1)
    const to = Math.min(text.length, at + chance.between(0, 30))
    const part = text.slice(at, to)
    const rest = text.slice(to)
    const before = text.slice(0, at)
    switch (chance.between(0, 7)) {
      case 0:
        text = before + rest
        break
      case 1:
        text = before + part.repeat(chance.between(1, 20)) + rest
        break
      case 2:
        text = before + chance.pick(TEXTS) + rest
        break
      case 3:
        text = before + chance.pick(NUMBERS) + rest
        break
      case 4:
        text = chance.is(0.1) ? before : before + part + rest
        break
      case 5:
        text = before + String.fromCharCode(chance.between(0, 0x180)) + rest
        break
      default: {
        const lines = text.split('\n')
        lines.splice(chance.between(0, lines.length), 0, chance.pick(lines))
        text = lines.join('\n')
      }
    }
  }
  return text.slice(0, 60_000)
}
