import { join, relative } from 'node:path'
import type { Terminal } from './terminal.ts'

/** The path of the project's greenlight.yml, relative to the working directory if the file is inside it. */
export const configurationPath = ({ directory }: Pick<Terminal, 'directory'>): string => {
  const path = join(directory, 'greenlight.yml')
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
