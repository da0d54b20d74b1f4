import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { Secrets, SlackSecrets } from '../ports/secrets.ts'
import { askPatiently } from './ask-json.ts'
import type { AwsConnection } from './connection.ts'

/** One attempt. */
const SSM_MS = 2_500

const PARAMETERS = z.lazy(() =>
  z.object({
    Parameters: z.optional(z.array(z.object({ Name: z.optional(z.string()), Value: z.optional(z.string()) }))),
  }),
)

const SECRETS_KEPT_MS = 5 * 60_000
const RENEW_MS = 30_000

/**
 * The Slack app's secrets, from SSM Parameter Store: `<path>/bot-token` and `<path>/signing-secret`. With the second,
 * clicks can be forged: a function that sees none does not read it. A path that
 * starts with /aws/reference/secretsmanager reads them from Secrets Manager ("Referencing Secrets Manager secrets from
 * Parameter Store parameters", Systems Manager user guide).
 *
 * @throws when a parameter is missing; names it, never its value.
 */
export const secretsFromParameters = (
  connection: AwsConnection,
  path: string,
  clock: Clock,
  { withSigningSecret }: { withSigningSecret: boolean },
): Secrets => {
  const names = { botToken: `${path}/bot-token`, ...(withSigningSecret && { signingSecret: `${path}/signing-secret` }) }
  let known: { secrets: SlackSecrets; readAt: number } | null = null

  const read = async (): Promise<SlackSecrets> => {
    const input = { Names: Object.values(names), WithDecryption: true }
    const call = { service: 'ssm', target: 'AmazonSSM', operation: 'GetParameters', input, timeoutMs: SSM_MS }
    const { Parameters } = await askPatiently(connection, clock, call, PARAMETERS)
    const valueOf = (name: string): string => {
      const value = Parameters?.find((parameter) => parameter.Name === name)?.Value
      if (!value) throw new Error(`The parameter ${name} is missing: docs/install.md says how to store it`)
      return value
    }
    const secrets = {
      botToken: valueOf(names.botToken),
      signingSecret: names.signingSecret ? valueOf(names.signingSecret) : null,
    }
    known = { secrets, readAt: clock.now() }
    return secrets
  }
  const youngerThan = async (age: number): Promise<SlackSecrets> =>
    known && clock.now() - known.readAt < age ? known.secrets : read()

  return { current: () => youngerThan(SECRETS_KEPT_MS), renewed: () => youngerThan(RENEW_MS) }
}

/** For the workspace and tests, which have both in the environment. */
export const fixedSecrets = (secrets: SlackSecrets): Secrets => ({
  current: () => Promise.resolve(secrets),
  renewed: () => Promise.resolve(secrets),
})
