import { type Document, type DocumentOptions, LineCounter, type SchemaOptions, isMap, parseDocument } from 'yaml'

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
  const document = parseDocument(text, { lineCounter: lines, ...options })
  const problems = [...document.errors, ...(options.customTags ? document.warnings : [])].map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    message: message.split('\n', 1)[0]!.replace(/ at line \d+.*$/, ''),
  }))
  let value: unknown
  try {
    if (problems.length === 0) value = document.toJS({ maxAliasCount: 50 })
  } catch (error) {
    // An alias without an anchor, or aliases that multiply without end.
    problems.push({ line: 1, message: error instanceof Error ? error.message : String(error) })
  }
  return { problems, value, lineOf: (path) => lineOf(document, lines, path) }
}

const lineOf = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const name = path[length - 1]!
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === String(name)) : undefined
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as
      { range?: [number, number, number] } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
