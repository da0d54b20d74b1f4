import { connectionFrom, type AwsConnection } from '../functions/aws/connection.ts'
import type { InstallationOptions } from './installation-options.ts'
import { readService, type Service } from './service.ts'
import type { Terminal } from './terminal.ts'

/** One deployed Greenlight, such as `prod`, and how to reach its AWS account. */
export interface Installation extends Service {
  name: string
  region: string
  connection: ClientConnection
}

/** How every AWS client of the command line is made: within these limits, an unreachable AWS is a sentence soon. */
export type ClientConnection = AwsConnection & {
  profile?: string
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean }
}

const LIMITS = { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true }

/** The installation that the options name. AWS's own variables and serverless.yml fill in what the options leave open. */
export const installationFrom = async (
  { installation: name, region: chosen, secretsPath }: InstallationOptions,
  { environment, directory }: Terminal,
): Promise<Installation> => {
  const service = await readService(directory, name)
  const region = chosen ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1'
  return {
    name,
    region,
    connection: { ...connectionFrom(environment), region, requestHandler: LIMITS },
    ...service,
    ...(secretsPath && { secretsPath }),
  }
}

/** The options with which `serverless` reaches the installation, and those with which `greenlight` does. */
export const optionsOf = ({ name, region }: Pick<Installation, 'name' | 'region'>) => ({
  serverless: `--stage ${name} --region ${region}`,
  greenlight: `--installation ${name} --region ${region}`,
})
