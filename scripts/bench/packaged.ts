import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CompiledConfiguration } from '../../functions/config/read-compiled.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { BuiltFunctions } from './built-functions.ts'

/** A function to be measured: its bundle, and the file that its GREENLIGHT_CONFIG names. */
export interface Measurable {
  bundle: string
  configuration: string
}

/** The function as it is packaged, with this content of greenlight.yml. */
export const packagedWith = async (built: BuiltFunctions, name: string, content: string): Promise<Measurable> => {
  const { bundle, directory } = built.packaged.get(name)!
  const configuration = join(directory, 'greenlight.json')
  const compiled = JSON.parse(await readFile(configuration, 'utf8')) as CompiledConfiguration
  const read = readConfiguration(content)
  if (read.kind !== 'valid') throw new Error('The configuration of the measurement is not valid')
  await writeFile(configuration, JSON.stringify({ ...compiled, configuration: read.configuration }))
  return { bundle, configuration }
}

/** The same function by esbuild alone, with Bolt and the SDK whole. */
export const plainWith = async (built: BuiltFunctions, name: string, content: string): Promise<Measurable> => {
  const configuration = join(built.directory, 'greenlight.yml')
  await writeFile(configuration, content)
  return { bundle: await built.plain(name), configuration }
}
