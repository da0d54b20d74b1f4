import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Configuration } from '../ports/configuration.ts'
import type { Log } from '../ports/log.ts'
import { closedConfiguration, configurationFrom } from './configuration.ts'
import { readCompiled } from './read-compiled.ts'
import { readConfiguration } from './read-configuration.ts'

/**
 * Loads the configuration at a cold start: greenlight.json, which the packaging made of greenlight.yml, or greenlight.yml
 * itself where the sources run. If it cannot be read, no one can approve in Slack, and the log says why.
 */
export const loadConfiguration = (path: string, log: Log, now: number): Configuration => {
  try {
    const text = readFileSync(path, 'utf8')
    const beside = { read: (file: string) => readFileSync(join(dirname(path), file), 'utf8'), now }
    const read = path.endsWith('.json') ? readCompiled(text) : readConfiguration(text, beside)
    if (read.kind === 'valid') return configurationFrom(read.configuration)
    log.error('greenlight.yml is not valid, so no one can approve in Slack', { problems: read.problems })
  } catch (error) {
    log.error('greenlight.yml cannot be read, so no one can approve in Slack', { path, error })
  }
  log.count('ConfigurationUnreadable')
  return closedConfiguration
}
