import { Failure } from '../failure.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import { ownEntry } from '../../functions/own-entry.ts'

/** The secrets of the Slack app, by the parameter's name below the path. */
export const SECRETS = {
  'bot-token': {
    title: 'Bot User OAuth Token',
    found: 'OAuth & Permissions',
    variable: 'SLACK_BOT_TOKEN',
    form: /^xoxb-[\w-]{4,}$/,
    looksLike: 'such a token starts with xoxb-',
  },
  'signing-secret': {
    title: 'Signing Secret',
    found: 'Basic Information',
    variable: 'SLACK_SIGNING_SECRET',
    form: /^[0-9a-f]{32}$/,
    looksLike: 'such a secret has 32 characters, 0-9 and a-f',
  },
} as const

export type SecretName = keyof typeof SECRETS
export const SECRET_NAMES = Object.keys(SECRETS) as SecretName[]

/** The path of parameters that are references to Secrets Manager. */
export const SECRETS_MANAGER = '/aws/reference/secretsmanager/'

/** The full names of both, below a path. */
export const secretParameters = (path: string): Record<SecretName, string> => ({
  'bot-token': `${path}/bot-token`,
  'signing-secret': `${path}/signing-secret`,
})

/**
 * One of the app's secrets: from the file (`-` is the standard input), else from its variable, else from the person at
 * the terminal. Never from an argument: a shell remembers arguments, and the list of processes shows them.
 *
 * @returns null if there is none, or the person pressed Enter.
 * @throws {Failure} if the value does not have the form of the secret. The sentence does not repeat the value.
 */
export const secretFrom = async (
  name: SecretName,
  file: string | undefined,
  terminal: Terminal,
): Promise<string | null> => {
  const { title, found, variable, form, looksLike } = SECRETS[name]
  const from =
    file === '-' ? 'the standard input' : (file ?? (terminal.environment[variable] ? variable : 'the terminal'))
  const value = (
    file === undefined
      ? await given(terminal, variable, `${title}, under ${found} of the Slack app (Enter to skip): `)
      : await contentOf(file, terminal)
  ).trim()
  if (!value && file === undefined) return null
  if (!form.test(value))
    throw new Failure(`The value from ${from} is not a ${title}: ${looksLike}. Nothing was stored.`)
  return value
}

const given = async (
  { environment, interactive, ask }: Terminal,
  variable: string,
  question: string,
): Promise<string> => ownEntry(environment, variable) ?? (interactive ? await ask(question, 'secret') : '')

const contentOf = async (file: string, terminal: Terminal): Promise<string> =>
  file === '-' ? terminal.input() : readText(file)
