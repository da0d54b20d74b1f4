import { join } from 'node:path'
import { SPOKE } from './account.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import { openExample, withLogLink } from './open-example.ts'
import { trafficShiftingHook } from './runners/ask-hook.ts'
import { detectTools, notRunWithout } from './runners/capabilities.ts'
import { lambdaDeployment } from './runners/deploy-lambda.ts'
import { HELLO_LAMBDA } from './runners/hello-lambda-commits.ts'
import { createPackageIndex } from './runners/package-index.ts'

const FUNCTION = 'hello-lambda'

/**
 * The example function, in the account that is joined to the bot's: its repository, its build, and its deployment with
 * hooks and weighted traffic. The pipeline's Deploy action updates a stack; of what that does in an account, CodeDeploy's
 * part is run here.
 */
export async function openHelloLambda(settings: DeliverySettings): Promise<Delivery> {
  const { clock, url, directory, changed, report } = settings
  const { accountId, region } = SPOKE
  const tools = await detectTools()
  const lambda = await lambdaDeployment({
    directory: join(directory, 'functions'),
    clock,
    tools,
    accountId,
    functionName: FUNCTION,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    hooks: {
      'traffic-shifting': trafficShiftingHook(
        {
          AWS_ENDPOINT_URL: `${url}/aws`,
          AWS_REGION: region,
          AWS_ACCESS_KEY_ID: 'traffic-shifting',
          AWS_SECRET_ACCESS_KEY: 'workspace',
        },
        report,
      ),
    },
    changed,
  })
  const delivery = await openExample(settings, {
    example: { ...SPOKE, name: 'reports' },
    seed: HELLO_LAMBDA,
    target: { Target: 'lambda', LambdaFunctionName: FUNCTION, LambdaStackName: FUNCTION },
    tools,
    packageIndex: createPackageIndex(tools.python),
  })
  const { python } = tools
  return {
    ...delivery,
    runners: { ...delivery.runners, 'Deploy/CloudFormation': withLogLink(lambda.runner, url) },
    shifting: lambda.shifting,
    // The function is in Node, which runs the workspace too.
    notRun: notRunWithout(tools).filter(({ why }) => !('missing' in python) || why !== python.missing),
    application: () => lambda.application(),
    close: () => lambda.close(),
  }
}
