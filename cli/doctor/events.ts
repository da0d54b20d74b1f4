import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge'
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { admits, statementsOf } from './policy.ts'
import { namesOf, restore } from './stack-resources.ts'

/** The rules for state changes and for the clock are enabled, start functions, and are allowed to. */
export const events: Check = {
  title: 'EventBridge rules',
  run: async ({ aws, installation, stack }) => {
    const connection = await aws()
    const { region, stackName } = installation
    const rules = new EventBridgeClient(connection)
    const lambda = new LambdaClient(connection)
    const fix = restore(installation)
    const functions = namesOf(await stack(), 'AWS::Lambda::Function')
    const findings: Finding[] = []
    for (const Name of namesOf(await stack(), 'AWS::Events::Rule')) {
      const rule = await rules.send(new DescribeRuleCommand({ Name })).catch(absent('ResourceNotFoundException'))
      if (!rule) {
        findings.push({ what: `The rule ${Name} is gone.`, fix })
        continue
      }
      if (rule.State === 'DISABLED')
        findings.push({
          what: `The rule ${Name} is disabled.`,
          fix: `aws events enable-rule --region ${region} --name ${Name}`,
        })
      const { Targets = [] } = await rules.send(new ListTargetsByRuleCommand({ Rule: Name }))
      const own = functionsAmong(Targets).filter((name) => functions.includes(name))
      if (own.length === 0)
        findings.push({ what: `The rule ${Name} has no function of ${stackName} as a target.`, fix })
      for (const FunctionName of own) {
        const policy = await lambda
          .send(new GetPolicyCommand({ FunctionName }))
          .catch(absent('ResourceNotFoundException'))
        const statements = statementsOf(policy?.Policy)
        if (!statements.some((statement) => admits(statement, 'events.amazonaws.com', rule.Arn ?? '')))
          findings.push({ what: `${FunctionName} does not allow the rule ${Name} to start it.`, fix })
      }
    }
    return findings
  },
}

/** The names of the functions among a rule's targets. A company may add targets of its own, such as a queue. */
export const functionsAmong = (targets: readonly Pick<Target, 'Arn'>[]): string[] =>
  targets.flatMap(({ Arn = '' }) => /^arn:[\w-]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(Arn)?.[1] ?? [])
