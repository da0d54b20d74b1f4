import { randomBytes } from 'node:crypto'

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
  botToken: environment.SLACK_BOT_TOKEN || `xoxb-workspace-${randomBytes(12).toString('hex')}`,
  signingSecret: environment.SLACK_SIGNING_SECRET || randomBytes(16).toString('hex'),
})
