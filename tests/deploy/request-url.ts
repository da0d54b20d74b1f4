import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Log } from '../../functions/ports/log.ts'
import { openServices } from '../../functions/services.ts'
import { answerByFunction } from '../../local/aws/apigateway/apigateway.ts'
import { ACCOUNT, STACK, type Installation } from './installation.ts'

const silent: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/**
 * A fetch that sends the deployed request URL to button-clicked: moto stores functions and runs none. The function runs
 * here instead, with the environment that was deployed for it, and reads its secrets from where they are stored.
 */
export const fetchWithRequestUrl = async (
  { connection, slack, project }: Pick<Installation, 'connection' | 'slack' | 'project'>,
  stack = STACK,
): Promise<typeof fetch> => {
  const { Environment } = await new LambdaClient(connection).send(
    new GetFunctionConfigurationCommand({ FunctionName: `${stack}-button-clicked` }),
  )
  const environment = {
    ...Environment?.Variables,
    GREENLIGHT_CONFIG: `${project.directory}/greenlight.yml`,
    AWS_REGION: connection.region,
    AWS_ENDPOINT_URL: connection.endpoint,
    AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
    SLACK_API_URL: slack.url,
  }
  const api = {
    account: ACCOUNT,
    stage: '$default',
    handle: buttonClicked(openServices(environment, systemClock, silent)),
    now: Date.now,
    failed: (error: unknown) => {
      throw error
    },
  }
  return (input, options) => {
    const request = new Request(input, options)
    return request.url.includes('.execute-api.') ? answerByFunction(api, request) : fetch(input, options)
  }
}
