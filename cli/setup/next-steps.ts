import { optionsOf, type Installation } from '../installation.ts'
import type { Deployment } from './deployment.ts'

interface Done {
  deployment: Deployment
  /** Both secrets are stored; null if AWS did not say. */
  stored: boolean | null
}

/** What a person still has to do, in order. */
export const nextSteps = ({ deployment, stored }: Done, installation: Installation): string[] => {
  const { serverless, greenlight } = optionsOf(installation)
  const init = `npx greenlight init ${greenlight}`
  return [
    ...(deployment.isReached ? [] : ['Get AWS credentials for the account of the installation.']),
    ...(deployment.requestUrl ? [] : [`Deploy: npx serverless deploy ${serverless}`, `Get the request URL: ${init}`]),
    ...(stored ? [] : [`Create the app, install it to the workspace, and store its two secrets: ${init}`]),
    'Write in each channel that greenlight.yml names: /invite @Greenlight',
    `Check the installation: npx greenlight doctor ${greenlight}`,
  ]
}
