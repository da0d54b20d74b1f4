import type { AwsConnection } from './aws/connection.ts'
import { RECORD_FORMS, type RecordForm } from './aws/deflated-record.ts'
import type { InstallationKeys } from './aws/kms.ts'
import { fixedSecrets, secretsFromParameters } from './aws/secrets.ts'
import type { Clock } from './clock.ts'
import { ownEntry } from './own-entry.ts'
import type { Secrets } from './ports/secrets.ts'

/** The variables of a function, as serverless.yml sets them. */
export type Environment = Record<string, string | undefined>

/** The keys by which people's clicks are signed: SIGNING_KEY signs, those of VERIFYING_KEYS count as well. */
export const keysIn = ({ SIGNING_KEY = '', VERIFYING_KEYS = '' }: Environment): InstallationKeys => ({
  signing: SIGNING_KEY,
  trusted: [SIGNING_KEY, ...VERIFYING_KEYS.split(',')].filter((key) => key !== ''),
})

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

/** STORED_RECORDS: how approvals and executions are written, plain if it is not set. @throws for another word. */
export const recordFormIn = ({ STORED_RECORDS: said = 'plain' }: Environment): RecordForm => {
  const form = RECORD_FORMS.find((one) => one === said)
  if (!form)
    throw new Error(`The environment variable STORED_RECORDS is neither ${RECORD_FORMS.join(' nor ')}: ${said}`)
  return form
}

/** @throws if the variable is not set. */
export const required = (environment: Environment, name: string): string => {
  const value = ownEntry(environment, name)
  if (!value) throw new Error(`The environment variable ${name} is not set`)
  return value
}
