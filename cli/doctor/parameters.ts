import { SECRETS, SECRET_NAMES, SECRETS_MANAGER, secretParameters } from '../setup/slack-secrets.ts'
import type { Check, Finding } from './check.ts'

/** Both secrets are where the functions look for them, and encrypted. */
export const parameters: Check = {
  title: 'Secrets of the Slack app',
  run: async ({ parameters: read, secretsPath, stage, region }) => {
    const stored = await read()
    const names = secretParameters(secretsPath)
    const again = `npx greenlight init --stage ${stage} --region ${region}`
    return SECRET_NAMES.flatMap((name): Finding[] => {
      const parameter = stored[name]
      const { title, form, looksLike } = SECRETS[name]
      if (!parameter) return [{ what: `The parameter ${names[name]} is missing.`, fix: again }]
      if (parameter.type !== 'SecureString' && !secretsPath.startsWith(SECRETS_MANAGER))
        return [
          {
            what: `${names[name]} is a ${parameter.type}: everybody who may read parameters can read it.`,
            fix: `${again}, and a new ${title} from Slack, because this one was in the open.`,
          },
        ]
      if (!form.test(parameter.value)) return [{ what: `${names[name]} is no ${title}: ${looksLike}.`, fix: again }]
      return []
    })
  },
}
