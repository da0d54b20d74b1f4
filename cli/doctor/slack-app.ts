import { slackError } from '../slack-access.ts'
import { NotChecked, type Check } from './check.ts'

/** Slack takes the token. */
export const slackToken: Check = {
  title: 'Slack bot token',
  run: async ({ slack, stage, region }) => {
    const client = await slack()
    const refusal = await client.auth.test().then(
      () => null,
      (error: unknown) => {
        const read = slackError(error)
        if (!read) throw error
        return read
      },
    )
    if (!refusal) return []
    return [
      {
        what: `Slack refuses the bot token: ${refusal.error}.`,
        fix: `Install the app to the workspace again, copy its bot token, and npx greenlight init --stage ${stage} --region ${region}.`,
      },
    ]
  },
}

/** The token may do all that the manifest asks for. Slack names its scopes in a header of every answer. */
export const slackScopes: Check = {
  title: 'Slack scopes',
  run: async ({ slack, scopes }) => {
    const { response_metadata } = await (await slack()).auth.test()
    const granted = response_metadata?.scopes
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
