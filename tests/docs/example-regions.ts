import { readFileSync } from 'node:fs'

const BEGIN = /^( *)(?:#|\/\/) Greenlight: (?!to here)/
const END = /^ *(?:#|\/\/) Greenlight: to here/

export const EXAMPLES = new URL('../../examples/existing-pipeline/', import.meta.url)

/** The parts of an example between the marks for Greenlight's part, without common indentation. */
export const regionsOf = (file: string): string[] => {
  const regions: string[] = []
  let open: { indent: string; lines: string[] } | undefined
  for (const line of readFileSync(new URL(file, EXAMPLES), 'utf8').split('\n')) {
    const begins = BEGIN.exec(line)
    if (begins) open = { indent: begins[1] ?? '', lines: [] }
    else if (END.test(line)) {
      if (!open) throw new Error(`${file}: an end without a beginning`)
      regions.push(open.lines.join('\n'))
      open = undefined
    } else open?.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
  }
  if (open) throw new Error(`${file}: a beginning without an end`)
  return regions
}
