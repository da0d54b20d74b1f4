import { connectionFrom, type AwsConnection } from '../functions/aws/connection.ts'
import { addressFrom } from './address.ts'
import { wrongArgument } from './failure.ts'
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

const REGION = { form: /^[a-z]{2,}(?:-[a-z]+)+-\d+$/, such: 'an AWS Region such as eu-west-1' }

/** The forms that serverless, AWS and Parameter Store accept, and an example of each. */
const FORMS = {
  '--installation': { form: /^[A-Za-z][A-Za-z0-9-]*$/, such: 'a name such as prod' },
  '--region': REGION,
  '--pipelines-region': REGION,
  '--secrets-path': { form: /^(?:\/[\w.-]+)+$/, such: 'a path such as /greenlight/prod/slack' },
}

/** @throws {Failure} if the value of an option has another form. */
export const requireForm = (option: keyof typeof FORMS, value: string | undefined): void => {
  const { form, such } = FORMS[option]
  if (value !== undefined && !form.test(value)) throw wrongArgument(`${option} is ${value}: expected ${such}.`)
}

/**
 * The installation that the options name. AWS's own variables and serverless.yml fill in the missing options.
 *
 * @throws {Failure} if an option, a variable or serverless.yml cannot be used.
 */
export const installationFrom = async (
  { installation: name, region: chosen, secretsPath }: InstallationOptions,
  { environment, directory }: Terminal,
): Promise<Installation> => {
  const region = chosen ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1'
  requireForm('--installation', name)
  requireForm('--region', region)
  requireForm('--secrets-path', secretsPath)
  addressFrom(environment, 'AWS_ENDPOINT_URL')
  const service = await readService(directory, name)
  return {
    name,
    region,
    connection: { ...connectionFrom(environment), region, requestHandler: LIMITS },
    ...service,
    ...(secretsPath && { secretsPath: () => secretsPath }),
  }
}

/** The options with which `serverless` reaches the installation, and those with which `greenlight` does. */
export const optionsOf = ({ name, region }: Pick<Installation, 'name' | 'region'>) => ({
  serverless: `--stage ${name} --region ${region}`,
  greenlight: `--installation ${name} --region ${region}`,
})
