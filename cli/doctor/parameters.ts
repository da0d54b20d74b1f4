import { optionsOf } from '../installation.ts'
import { SECRETS, SECRET_NAMES, SECRETS_MANAGER, secretParameters } from '../setup/slack-secrets.ts'
import type { Check, Finding } from './check.ts'

/** Both secrets are where the functions read them, and encrypted. */
export const parameters: Check = {
  title: 'Slack secrets',
  run: async ({ parameters: read, installation }) => {
    const secretsPath = installation.secretsPath()
    const stored = await read()
    const names = secretParameters(secretsPath)
    const again = `npx greenlight init ${optionsOf(installation).greenlight}`
    return SECRET_NAMES.flatMap((name): Finding[] => {
      const parameter = stored[name]
      const { title, form, looksLike } = SECRETS[name]
      if (!parameter) return [{ what: `The parameter ${names[name]} is missing.`, fix: again }]
      if (parameter.type !== 'SecureString' && !secretsPath.startsWith(SECRETS_MANAGER))
        return [
          {
            what: `${names[name]} is stored as a ${parameter.type}, unencrypted.`,
            fix: `Create a new ${title} in Slack, because this one could be read, and store it: ${again}`,
          },
        ]
      if (!form.test(parameter.value)) return [{ what: `${names[name]} is not a ${title}: ${looksLike}.`, fix: again }]
      return []
    })
  },
}
