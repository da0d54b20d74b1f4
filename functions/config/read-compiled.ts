import type { Problem } from './problem.ts'
import type { ConfigurationFile } from './schema.ts'

/** The packaging puts in the hash of the code that checked greenlight.yml. Sources that run unpackaged have no hash. */
declare const CONFIGURATION_READER: string | undefined

/** greenlight.json: greenlight.yml, checked and with its defaults filled in. */
export interface CompiledConfiguration {
  /** The hash of the code that checked it. */
  reader: string
  configuration: ConfigurationFile
}

export type ReadCompiled =
  { kind: 'valid'; configuration: ConfigurationFile } | { kind: 'invalid'; problems: Problem[] }

/**
 * Reads what the packaging made of greenlight.yml, so that a function loads neither a YAML parser nor the rules of the
 * settings. It accepts only what was packaged together with its own code.
 *
 * @throws {SyntaxError} if the text is no JSON.
 */
export const readCompiled = (text: string): ReadCompiled => {
  const { reader, configuration } = JSON.parse(text) as Partial<CompiledConfiguration>
  if (configuration !== undefined && typeof CONFIGURATION_READER === 'string' && reader === CONFIGURATION_READER)
    return { kind: 'valid', configuration }
  return { kind: 'invalid', problems: [{ line: 1, key: '', message: 'not packaged with this code: deploy again' }] }
}
