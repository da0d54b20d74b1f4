import { SECRET_MARK, markedId, markedSecret } from '../../local/secret-mark.ts'

/*
 * Secrets of tests, each with the mark that is looked for in all that leaves (local/secrets-left.ts).
 */

/** A bot's token of Slack; two with different names differ. */
export const botToken = (name = 'test'): string => markedSecret(`xoxb-${name}-`)

/** 32 hex digits, as Slack's signing secrets have. */
export const signingSecret = (name = 'test'): string =>
  markedSecret(
    Buffer.from(name)
      .toString('hex')
      .padEnd(20, '0')
      .slice(0, 32 - SECRET_MARK.length),
  )

/** An approval's token; its first group has these eight hex digits. */
export const approvalToken = (group = '1a2b3c4d'): string => markedId(`00000000-0000-4000-8000-0000${group}`)

/** The secret access key that belongs to an access key of AWS. */
export const accessKeySecret = (name = 'test'): string => markedSecret(`${name}/`)

/** The value of a variable that is secret. */
export const secretValue = (name = 'canary'): string => markedSecret(`${name}-`)

/** A response_url on this machine. */
export const secretPath = (): string => `/${markedId('00000000-0000-4000-8000-000000000000')}`
