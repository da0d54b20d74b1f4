import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface FoundAppspec {
  /** Where the files of the bundle are: the unpacked directory, or the one directory in it. */
  directory: string
  fileName: string
  content: string
}

/** In the order in which CodeDeploy's agent looks. */
const NAMES = ['appspec.yml', 'appspec.yaml']

/**
 * Finds the AppSpec file of an unpacked bundle as CodeDeploy's agent does: at the top, or at the top of a single
 * directory that holds everything (command_executor.rb, `unpack_bundle` and `app_spec_real_path`). Null if there is
 * none. Agents before 2.0 take appspec.yaml for Install alone: their hooks read only appspec.yml.
 */
export const findAppspec = async (bundle: string): Promise<FoundAppspec | null> => {
  const directory = await topOf(bundle)
  for (const fileName of NAMES) {
    const content = await readFile(join(directory, fileName), 'utf8').catch(() => undefined)
    if (content !== undefined) return { directory, fileName, content }
  }
  return null
}

const topOf = async (bundle: string): Promise<string> => {
  const [only, ...others] = await readdir(bundle, { withFileTypes: true }).catch(() => [])
  if (!only?.isDirectory() || others.length > 0) return bundle
  const inside = join(bundle, only.name)
  return (await readdir(inside)).some((name) => /appspec/i.test(name)) ? inside : bundle
}
