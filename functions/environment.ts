import type { AwsConnection } from './aws/connection.ts'
import { RECORD_FORMS, type RecordForm } from './aws/deflated-record.ts'
import { ALGORITHMS, type InstallationKeys, type KeySpec } from './aws/kms.ts'
import { fixedSecrets, secretsFromParameters } from './aws/secrets.ts'
import type { Clock } from './clock.ts'
import { ownEntry } from './own-entry.ts'
import type { Secrets } from './ports/secrets.ts'

/** The variables of a function, as serverless.yml sets them. */
export type Environment = Record<string, string | undefined>

/**
 * The keys by which people's clicks are signed: SIGNING_KEY, of the kind SIGNING_KEY_SPEC, signs; those of VERIFYING_KEYS count
 * as well.
 *
 * @throws for another kind.
 */
export const keysIn = (environment: Environment): InstallationKeys => {
  const { SIGNING_KEY = '', VERIFYING_KEYS = '' } = environment
  const trusted = [SIGNING_KEY, ...VERIFYING_KEYS.split(',')].filter((key) => key !== '')
  return {
    signing: SIGNING_KEY,
    spec: wordIn(environment, 'SIGNING_KEY_SPEC', Object.keys(ALGORITHMS) as KeySpec[]),
    trusted,
  }
}

/**
 * Slack's secrets at SLACK_SECRETS_PATH, the signing secret only with SEES_CLICKS; or, on one's own machine, SLACK_BOT_TOKEN
 * and SLACK_SIGNING_SECRET.
 */
export const secretsIn = (environment: Environment, connection: AwsConnection, clock: Clock): Secrets => {
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret } = environment
  return botToken && signingSecret
    ? fixedSecrets({ botToken, signingSecret })
    : secretsFromParameters(connection, required(environment, 'SLACK_SECRETS_PATH'), clock, {
        withSigningSecret: environment['SEES_CLICKS'] === 'true',
      })
}

/** STORED_RECORDS: how approvals, executions and audit entries are written, plain if it is not set. @throws for another word. */
export const recordFormIn = (environment: Environment): RecordForm =>
  wordIn(environment, 'STORED_RECORDS', RECORD_FORMS)

/** One of the words, the first if the variable is not set. @throws for another word. */
const wordIn = <Word extends string>(environment: Environment, name: string, words: readonly Word[]): Word => {
  const said = ownEntry(environment, name)
  const word = said === undefined ? words[0] : words.find((one) => one === said)
  if (!word) throw new Error(`The environment variable ${name} is neither ${words.join(' nor ')}: ${said}`)
  return word
}

/** @throws if the variable is not set. */
export const required = (environment: Environment, name: string): string => {
  const value = ownEntry(environment, name)
  if (!value) throw new Error(`The environment variable ${name} is not set`)
  return value
}
