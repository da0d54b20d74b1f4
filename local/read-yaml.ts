import { type Document, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

/** Everything that is wrong with a file, a line each: `buildspec.yml:7: phases.build.commands: expected …`. */
export class InvalidFile extends Error {
  override name = 'InvalidFile'
}

/** Reads a YAML file of a known shape. Throws an InvalidFile that names every problem with its line. */
export const readYaml = <Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  fileName: string,
): z.output<Schema> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: false })
  const at = (offset: number) => `${fileName}:${lines.linePos(offset).line}`
  if (document.errors.length > 0)
    throw new InvalidFile(
      document.errors
        .map(({ pos, message }) => `${at(pos[0])}: ${message.split('\n')[0]!.replace(/ at line \d+.*$/, '')}`)
        .join('\n'),
    )
  const result = schema.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (result.success) return result.data
  throw new InvalidFile(
    result.error.issues
      .map(({ path, message }) => `${at(offsetOf(document, path))}: ${[...path, message].map(String).join(': ')}`)
      .join('\n'),
  )
}

/** Where a path's value stands, or that of the nearest value around it. */
const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
    if (node?.range) return node.range[0]
  }
  return 0
}
