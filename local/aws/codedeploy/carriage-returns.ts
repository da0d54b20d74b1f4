import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * The scripts with Windows line ends (CR LF) among a script and those beside it, which it may source: bash and the
 * kernel treat the CR as part of the line. Returns their names.
 */
export const carriageReturnsBeside = async (script: string): Promise<string[]> => {
  const directory = dirname(script)
  const names = (await readdir(directory)).filter((name) => name === basename(script) || name.endsWith('.sh'))
  const found = await Promise.all(
    names.map(async (name) => ((await readFile(join(directory, name), 'latin1')).includes('\r\n') ? [name] : [])),
  )
  return found.flat().sort()
}
