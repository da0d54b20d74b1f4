import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import * as z from 'zod/mini'

const FILE = 'docs/slack-app-manifest.yml'

const MANIFEST = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ interactivity: z.object({ request_url: z.string() }) }),
})

export interface Manifest {
  /** As Slack takes it, comments included. */
  text: string
  /** Where Slack sends clicks. */
  requestUrl: string
  /** What the bot has to be allowed. */
  scopes: string[]
}

/** docs/slack-app-manifest.yml, with the request URL of this installation; as it stands where there is none yet. */
export const readManifest = async (directory: string, requestUrl?: string): Promise<Manifest> => {
  const document = parseDocument(await readFile(join(directory, FILE), 'utf8'))
  const { oauth_config, settings } = MANIFEST.parse(document.toJS())
  document.commentBefore = null
  if (requestUrl) document.setIn(['settings', 'interactivity', 'request_url'], requestUrl)
  return {
    text: document.toString({ lineWidth: 0 }),
    requestUrl: requestUrl ?? settings.interactivity.request_url,
    scopes: oauth_config.scopes.bot,
  }
}

/** Opens Slack with the manifest filled in ("Configuring apps with app manifests", docs.slack.dev). */
export const creationLink = ({ text }: Manifest): string =>
  `https://api.slack.com/apps?new_app=1&manifest_yaml=${encodeURIComponent(withoutComments(text))}`

const withoutComments = (text: string): string => text.replaceAll(/^\s*#.*\n/gm, '')
