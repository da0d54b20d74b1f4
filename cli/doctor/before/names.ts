import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { absent } from '../../absent.ts'
import { optionsOf } from '../../installation.ts'
import type { Check, Finding } from '../check.ts'
import { readSettings } from './settings.ts'

const LATER = new Set(['DELETE_COMPLETE', 'REVIEW_IN_PROGRESS'])

/** No stack has the name of the stack to come. */
export const freeStack: Check = {
  title: 'Name of the stack',
  run: async ({ installation, findStack }) => {
    const { stackName, region } = installation
    const stack = await findStack()
    if (!stack || LATER.has(stack.status)) return []
    return [
      {
        what: `There is a stack ${stackName} in ${region} already: ${stack.status}.`,
        fix: `If it is Greenlight, check it: npx greenlight doctor ${optionsOf(installation).greenlight}. If not, choose another --installation.`,
      },
    ]
  },
}

/**
 * The names that the stack fixes are free. Tables, queues, topics, buckets, roles and keys have names that CloudFormation
 * chooses.
 */
export const freeNames: Check = {
  title: 'Names of functions, log groups and rules',
  run: async ({ aws, installation, findStack, terminal }) => {
    // They are the stack’s own.
    if (await findStack()) return []
    const connection = await aws()
    const { stackName, region } = installation
    const { functions } = await readSettings(terminal.directory)
    const taken: Finding[] = []
    const lambda = new LambdaClient(connection)
    for (const name of functions.map((own) => `${stackName}-${own}`)) {
      const found = await lambda
        .send(new GetFunctionCommand({ FunctionName: name }))
        .catch(absent('ResourceNotFoundException'))
      if (found)
        taken.push(takenBy('function', name, `aws lambda delete-function --region ${region} --function-name ${name}`))
    }
    const events = new EventBridgeClient(connection)
    // A rule is called like the function that it starts.
    for (const name of functions.map((own) => `${stackName}-${own}`)) {
      const found = await events
        .send(new DescribeRuleCommand({ Name: name }))
        .catch(absent('ResourceNotFoundException'))
      if (found)
        taken.push(
          takenBy('rule', name, `remove its targets, then aws events delete-rule --region ${region} --name ${name}`),
        )
    }
    const groups = [`/aws/http-api/${stackName}`, ...functions.map((own) => `/aws/lambda/${stackName}-${own}`)]
    const logs = new CloudWatchLogsClient(connection)
    for (const logGroupNamePrefix of [groups[0], `/aws/lambda/${stackName}-`])
      for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix }))
        for (const { logGroupName = '' } of logGroups.filter((group) => groups.includes(group.logGroupName ?? '')))
          taken.push(
            takenBy(
              'log group',
              logGroupName,
              `aws logs delete-log-group --region ${region} --log-group-name ${logGroupName}`,
            ),
          )
    return taken
  },
}

const takenBy = (what: string, name: string, remove: string): Finding => ({
  what: `There is a ${what} ${name} already, so CloudFormation could not make it.`,
  fix: `Choose another --installation, or, if nothing needs it: ${remove}`,
})
