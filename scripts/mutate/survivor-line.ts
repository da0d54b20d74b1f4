import type { Mutant } from './mutant.ts'

/** One line for a mutant that no test noticed. `reached`: whether a unit test runs it. */
export const survivorLine = ({ file, line, before, after }: Mutant, reached: boolean): string =>
  `${file}:${line}  ${shown(before)} → ${shown(after) || '(nothing)'}${reached ? '' : '  (no unit test comes here)'}`

const shown = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
