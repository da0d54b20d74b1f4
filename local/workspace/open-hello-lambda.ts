import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { detectTools, notRunWithout } from '../process/capabilities.ts'
import { createPackageIndex } from '../process/package-index.ts'
import { HELLO_LAMBDA } from '../source/hello-lambda-commits.ts'
import { JOINED_ACCOUNT } from './account.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import { readLambdaStack, updateLambdaStack } from './lambda-stack.ts'
import { openExample, withLogLink } from './open-example.ts'
import { withStackEvents } from './stack-events.ts'
import { accessKeyOf } from './function-roles.ts'
import { trafficShiftingHook } from './traffic-shifting-hook.ts'

const STACK_NAME = 'hello-production'

/**
 * The example function, in the account that is joined to the bot's: its repository, its build, and its deployment with
 * hooks and weighted traffic. The pipeline's Deploy action updates the stack of infra/target-lambda.yml. The workspace
 * checks that template and its parameters; version, hooks and traffic are those of appspec/lambda/, which agree with
 * it.
 */
export const openHelloLambda = async (settings: DeliverySettings): Promise<Delivery> => {
  const { clock, url, aws, directory, changed, report } = settings
  const { accountId, region } = JOINED_ACCOUNT
  const [tools, stack] = await Promise.all([detectTools(), launchedStack()])
  const group = await aws.codeDeploy.openLambdaGroup({
    ...stack,
    lambda: aws.lambda,
    directory: join(directory, 'functions'),
    clock,
    tools,
    accountId,
    hooks: {
      'traffic-shifting': trafficShiftingHook(
        {
          AWS_ENDPOINT_URL: `${url}/aws`,
          AWS_REGION: region,
          AWS_ACCESS_KEY_ID: accessKeyOf('traffic-shifting'),
          AWS_SECRET_ACCESS_KEY: 'workspace',
          HEALTH_PATH: stack.healthPath,
        },
        report,
      ),
    },
    changed,
  })
  const delivery = await openExample(settings, {
    example: { ...JOINED_ACCOUNT, name: 'reports' },
    seed: HELLO_LAMBDA,
    target: { Target: 'lambda', LambdaFunctionName: stack.functionName, LambdaStackName: STACK_NAME },
    tools,
    packageIndex: createPackageIndex(tools.python),
  })
  const { python } = tools
  return {
    ...delivery,
    runners: {
      ...delivery.runners,
      'Deploy/CloudFormation': withLogLink(
        withStackEvents(aws.cloudFormation, clock, updateLambdaStack(stack, group.runner)),
        url,
      ),
    },
    // The function is in Node, which runs the workspace too.
    notRun: notRunWithout(tools).filter(({ why }) => !('missing' in python) || why !== python.missing),
    application: () => group.application(),
    close: () => group.close(),
  }
}

/** The stack as it is before the first deployment. */
const launchedStack = async () => {
  const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
  const [template, configuration] = await Promise.all([
    read('infra/target-lambda.yml'),
    read('examples/hello-lambda/target-lambda.json'),
  ])
  return readLambdaStack({ template, configuration }, JOINED_ACCOUNT)
}
