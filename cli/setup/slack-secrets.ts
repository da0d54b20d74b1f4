import { readFile } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** What the Slack app gives, and where it is kept: the parameter's name below the path. */
export const SECRETS = {
  'bot-token': {
    title: 'Bot User OAuth Token',
    found: 'OAuth & Permissions',
    variable: 'SLACK_BOT_TOKEN',
    form: /^xoxb-[\w-]{4,}$/,
    looksLike: 'it starts with xoxb-',
  },
  'signing-secret': {
    title: 'Signing Secret',
    found: 'Basic Information',
    variable: 'SLACK_SIGNING_SECRET',
    form: /^[0-9a-f]{32}$/,
    looksLike: 'it is 32 digits and letters from a to f',
  },
} as const

export type SecretName = keyof typeof SECRETS
export const SECRET_NAMES = Object.keys(SECRETS) as SecretName[]

/** Where parameters that are kept in Secrets Manager start. */
export const SECRETS_MANAGER = '/aws/reference/secretsmanager/'

/** The full names of both, below a path. */
export const secretParameters = (path: string): Record<SecretName, string> => ({
  'bot-token': `${path}/bot-token`,
  'signing-secret': `${path}/signing-secret`,
})

/**
 * One of the app's secrets: from the file (`-` is the standard input), else from its variable, else from the person at
 * the terminal. Never from an argument, which a shell remembers and a list of processes shows.
 *
 * @returns null when there is none, or when Enter was pressed.
 * @throws {Failure} when it does not look like one; does not repeat it.
 */
export const secretFrom = async (
  name: SecretName,
  file: string | undefined,
  terminal: Terminal,
): Promise<string | null> => {
  const { title, found, variable, form, looksLike } = SECRETS[name]
  const from =
    file === '-' ? 'the standard input' : (file ?? (terminal.environment[variable] ? variable : 'what was typed'))
  const value = (
    file === undefined
      ? await given(terminal, variable, `${title} (${found}; Enter leaves it as it is): `)
      : await contentOf(file, terminal)
  ).trim()
  if (!value && file === undefined) return null
  if (!form.test(value)) throw new Failure(`The ${title} from ${from} is none: ${looksLike}. Nothing was stored.`)
  return value
}

const given = async (
  { environment, interactive, ask }: Terminal,
  variable: string,
  question: string,
): Promise<string> => environment[variable] ?? (interactive ? await ask(question, 'secret') : '')

const contentOf = async (file: string, terminal: Terminal): Promise<string> =>
  file === '-'
    ? terminal.input()
    : readFile(file, 'utf8').catch(() => {
        throw new Failure(`${file} cannot be read.`)
      })
