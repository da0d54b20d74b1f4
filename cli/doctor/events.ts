import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { admits, statementsOf } from './policy.ts'
import { deployAgain, namesOf } from './stack-resources.ts'

/** The rules that hear pipelines and the clock are on, lead to functions, and are let in by them. */
export const events: Check = {
  title: 'EventBridge rules',
  run: async (installation) => {
    const { connection, region } = installation
    const rules = new EventBridgeClient(connection)
    const lambda = new LambdaClient(connection)
    const fix = deployAgain(installation)
    const findings: Finding[] = []
    for (const Name of namesOf(await installation.stack(), 'AWS::Events::Rule')) {
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
      if (Targets.length === 0) findings.push({ what: `The rule ${Name} leads nowhere.`, fix })
      for (const { Arn: target = '' } of Targets) {
        const policy = await lambda
          .send(new GetPolicyCommand({ FunctionName: target }))
          .catch(absent('ResourceNotFoundException'))
        if (
          !statementsOf(policy?.Policy).some((statement) => admits(statement, 'events.amazonaws.com', rule.Arn ?? ''))
        )
          findings.push({ what: `${target.split(':').at(-1)} does not let the rule ${Name} in.`, fix })
      }
    }
    return findings
  },
}
