import { join } from 'node:path'
import { parseDocument } from 'yaml'
import * as z from 'zod/mini'
import { readText } from '../read-text.ts'

const FILE = 'docs/slack-app-manifest.yml'

const MANIFEST = z.object({
  features: z.object({ slash_commands: z.array(z.object({ command: z.string() })) }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    interactivity: z.object({ request_url: z.string() }),
    event_subscriptions: z.object({ request_url: z.string() }),
  }),
})

export interface Manifest {
  /** The YAML for Slack, with comments. */
  text: string
  /** Where Slack sends clicks. */
  requestUrl: string
  /** The scopes that the bot needs. */
  scopes: string[]
}

/** docs/slack-app-manifest.yml, with the request URL of this installation if there is one. */
export const readManifest = async (directory: string, requestUrl?: string): Promise<Manifest> => {
  const document = parseDocument(await readText(join(directory, FILE)))
  const { features, oauth_config, settings } = MANIFEST.parse(document.toJS())
  if (requestUrl) {
    document.setIn(['settings', 'interactivity', 'request_url'], requestUrl)
    document.setIn(['settings', 'event_subscriptions', 'request_url'], requestUrl)
    for (const index of features.slash_commands.keys())
      document.setIn(['features', 'slash_commands', index, 'url'], requestUrl)
  }
  const text = document.toString({ lineWidth: 0 })
  return {
    // The comment at the top says how to fill in the request URL.
    text: requestUrl ? text.replace(/^(?:#.*\n)+/, '') : text,
    requestUrl: requestUrl ?? settings.interactivity.request_url,
    scopes: oauth_config.scopes.bot,
  }
}

/** A link that opens Slack with the manifest filled in ("Configuring apps with app manifests", docs.slack.dev). */
export const creationLink = ({ text }: Manifest): string =>
  `https://api.slack.com/apps?new_app=1&manifest_yaml=${encodeURIComponent(withoutComments(text))}`

const withoutComments = (text: string): string => text.replaceAll(/^\s*#.*\n/gm, '')
