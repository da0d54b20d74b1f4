import {
  type Document,
  type DocumentOptions,
  LineCounter,
  type Node,
  type Pair,
  type SchemaOptions,
  type YAMLMap,
  isMap,
  isNode,
  isScalar,
  parseDocument,
  visit,
} from 'yaml'

/** What is wrong with a YAML text. Lines count from 1. */
export interface YamlProblem {
  line: number
  message: string
}

export interface YamlDocument {
  /** Empty when the text is YAML. */
  problems: YamlProblem[]
  /** Undefined when it is not. */
  value: unknown
  /** The line of the key that the path names or, where the text has none, of the nearest thing around it. */
  lineOf: (path: readonly PropertyKey[]) => number
}

export type YamlOptions = Pick<DocumentOptions & SchemaOptions, 'customTags' | 'merge'>

/** Parses YAML 1.2, so that each value can be found again by its line. With tags of one's own, any other is a problem. */
export const parseYaml = (text: string, options: YamlOptions = {}): YamlDocument => {
  const lines = new LineCounter()
  // The parser would compare each key of a map with all before it.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, ...options })
  const problems = [
    ...[...document.errors, ...(options.customTags ? document.warnings : [])].map(({ pos, message }) => ({
      line: lines.linePos(pos[0]).line,
      message: message.split('\n', 1)[0]!.replace(/ at line \d+.*$/, ''),
    })),
    ...keyProblems(document).map(({ at, message }) => ({ line: lines.linePos(at).line, message })),
  ]
  let value: unknown
  try {
    if (problems.length === 0) value = document.toJS({ maxAliasCount: 50 })
  } catch (error) {
    // An alias without an anchor, or aliases that multiply without end.
    problems.push({ line: 1, message: error instanceof Error ? error.message : String(error) })
  }
  return { problems, value, lineOf: (path) => lineOf(document, lines, path) }
}

/**
 * Keys that a map has twice, a key that no JavaScript object can hold as its own, and a key that is a map or a list: the
 * parser writes such a key as a text, which doubles with each key inside it.
 */
const keyProblems = (document: Document): { at: number; message: string }[] => {
  const found: { at: number; message: string }[] = []
  visit(document, {
    Map: (_, map) => {
      const names = new Set<string>()
      const notText = map.items.find(({ key }) => isNode(key) && !isScalar(key))
      if (notText) {
        found.push({ at: (notText.key as Node).range?.[0] ?? 0, message: 'a key must be a text' })
        return visit.SKIP
      }
      for (const pair of map.items) {
        const name = keyName(pair)
        const at = (isNode(pair.key) && pair.key.range?.[0]) || 0
        if (names.has(name) && name !== '<<') found.push({ at, message: 'Map keys must be unique' })
        if (name === '__proto__') found.push({ at, message: '__proto__ cannot be a key' })
        names.add(name)
      }
    },
  })
  return found
}

const keyName = ({ key }: Pair): string => String(key)

const pairsOf = new WeakMap<YAMLMap, Map<string, Pair>>()

const pairIn = (map: YAMLMap, name: string): Pair | undefined => {
  const pairs = pairsOf.get(map) ?? new Map(map.items.map((pair) => [keyName(pair), pair]))
  pairsOf.set(map, pairs)
  return pairs.get(name)
}

const lineOf = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const pair = isMap(parent) ? pairIn(parent, String(path[length - 1]!)) : undefined
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as
      { range?: [number, number, number] } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
