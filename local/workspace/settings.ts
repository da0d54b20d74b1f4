import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { markedSecret } from '../secret-mark.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'

const DEFAULT_PORT = 4600

/** The port in the environment. Throws a sentence if it is not a port. */
export const portFrom = (text: string | undefined): number => {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new Error(`PORT is "${text}", which is not a port. Give a number from 0 to 65535: PORT=4601 npm start`)
}

/** A bot token and a signing secret of the kinds that Slack gives, for this run only. */
export const secretsFrom = (environment: Record<string, string | undefined>) => ({
  botToken: environment.SLACK_BOT_TOKEN || markedSecret(`xoxb-workspace-${randomBytes(12).toString('hex')}`),
  signingSecret: environment.SLACK_SIGNING_SECRET || markedSecret(randomBytes(10).toString('hex')),
})

/**
 * Another configuration than the workspace's own; null if none is named. Throws with each problem and its line if the file
 * cannot be read or is not valid: a workspace in which no one can approve would only look broken.
 */
export const configurationIn = (path: string | undefined): URL | null => {
  if (!path) return null
  const read = (file: string) => readFileSync(join(dirname(path), file), 'utf8')
  const found = readConfiguration(readFileSync(path, 'utf8'), { read, now: Date.now() })
  if (found.kind === 'valid') return pathToFileURL(resolve(path))
  throw new Error(found.problems.map(({ line, key, message }) => `${path}:${line}  ${key}: ${message}`).join('\n'))
}
