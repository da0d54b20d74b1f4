import { wrongArgument } from '../failure.ts'
import { installationFrom } from '../installation.ts'
import type { Terminal } from '../terminal.ts'
import { findDeployment } from './deployment.ts'
import type { InitOptions } from './init-options.ts'
import { creationLink, readManifest } from './manifest.ts'
import { nextSteps } from './next-steps.ts'
import { storeSecrets } from './store-secrets.ts'
import { writeConfiguration } from './write-configuration.ts'

/**
 * Writes greenlight.yml, prints the Slack app's manifest and stores its secrets. A step that is already done is left
 * alone. Only the secrets need AWS; without it, the manifest has a placeholder for the request URL.
 */
export const initialise = async (options: InitOptions, terminal: Terminal): Promise<void> => {
  if (options.botTokenFile === '-' && options.signingSecretFile === '-')
    throw wrongArgument(
      'Only one secret can come from the standard input. Give the other in a file, or in its environment variable.',
    )
  if (options.manifest) return printManifestOnly(options, terminal)
  await writeConfiguration(options, terminal)
  const installation = await installationFrom(options, terminal)
  const deployment = await findDeployment(installation)
  await printManifest(deployment.requestUrl, terminal)
  if (!deployment.requestUrl) terminal.print(`${deployment.why}\nThe request URL above is a placeholder.\n`)
  const stored = await storeSecrets(options, { installation, deployment }, terminal)
  const steps = nextSteps({ deployment, stored }, installation)
  terminal.print(`Next:\n${steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')}`)
}

/** The standard output has only the manifest, so that it can go to a file. */
const printManifestOnly = async (options: InitOptions, terminal: Terminal): Promise<void> => {
  const { requestUrl, why } = await findDeployment(await installationFrom(options, terminal))
  terminal.print((await readManifest(terminal.directory, requestUrl)).text.trimEnd())
  if (!requestUrl) terminal.warn(`${why} The request URL of the manifest is a placeholder.`)
}

const printManifest = async (requestUrl: string | undefined, terminal: Terminal): Promise<void> => {
  const manifest = await readManifest(terminal.directory, requestUrl)
  terminal.print(`Slack app        the manifest of a new app:\n\n${manifest.text}`)
  if (requestUrl) terminal.print(`This link opens Slack with the manifest filled in:\n\n${creationLink(manifest)}\n`)
}
