import { optionsOf } from '../installation.ts'
import type { Check } from './check.ts'
import { NotChecked } from './not-checked.ts'

/** Slack accepts the token. */
export const slackToken: Check = {
  title: 'Slack bot token',
  run: async ({ testToken, installation }) => {
    const { refusal } = await testToken()
    if (!refusal) return []
    return [
      {
        what: `Slack refuses the bot token: ${refusal}.`,
        fix: `Install the app to the workspace again, copy its bot token, and store it: npx greenlight init ${optionsOf(installation).greenlight}`,
      },
    ]
  },
}

/** The token has every scope of the manifest. Slack names a token's scopes in a header of every answer. */
export const slackScopes: Check = {
  title: 'Slack scopes',
  run: async ({ slack, testToken, scopes }) => {
    await slack()
    const { granted } = await testToken()
    if (!granted) throw new NotChecked('Slack does not say which scopes the token has')
    const missing = (await scopes()).filter((scope) => !granted.includes(scope))
    if (missing.length === 0) return []
    return [
      {
        what: `The bot lacks ${missing.join(', ')}.`,
        fix: 'Add them on https://api.slack.com/apps under OAuth & Permissions, and install the app to the workspace again.',
      },
    ]
  },
}
