import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { statementsOf } from './policy.ts'
import { deployAgain, namesOf, restore } from './stack-resources.ts'

/** The runtime that the functions are built for. */
const RUNTIME = 'nodejs24.x'

export const functions: Check = {
  title: 'Functions',
  run: async ({ aws, installation, stack }) => {
    const client = new LambdaClient(await aws())
    const findings: Finding[] = []
    for (const name of namesOf(await stack(), 'AWS::Lambda::Function')) {
      const deployed = await client
        .send(new GetFunctionConfigurationCommand({ FunctionName: name }))
        .catch(absent('ResourceNotFoundException'))
      if (!deployed) findings.push({ what: `The function ${name} is gone.`, fix: restore(installation) })
      else if (deployed.Runtime !== RUNTIME)
        findings.push({
          what: `${name} runs on ${deployed.Runtime}; it is built for ${RUNTIME}.`,
          fix: deployAgain(installation),
        })
      else if (deployed.State === 'Failed' || deployed.LastUpdateStatus === 'Failed')
        findings.push({
          what: `${name} cannot run: ${deployed.StateReason ?? deployed.LastUpdateStatusReason ?? 'AWS gives no reason'}.`,
          fix: deployAgain(installation),
        })
    }
    return findings
  },
}

/** Each function's role exists, Lambda may assume it, and it still has its policy. */
export const roles: Check = {
  title: 'Roles of the functions',
  run: async ({ aws, installation, stack }) => {
    const client = new IAMClient(await aws())
    const fix = restore(installation)
    const findings: Finding[] = []
    for (const RoleName of namesOf(await stack(), 'AWS::IAM::Role')) {
      const found = await client
        .send(new GetRoleCommand({ RoleName }))
        .catch(absent('NoSuchEntityException', 'NoSuchEntity'))
      if (!found?.Role) {
        findings.push({ what: `The role ${RoleName} is gone.`, fix })
        continue
      }
      const trust = statementsOf(decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? ''))
      if (!trust.some(({ Effect, Principal }) => Effect === 'Allow' && isLambda(Principal)))
        findings.push({ what: `Lambda may not assume the role ${RoleName}.`, fix })
      const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName }))
      if (!PolicyNames?.length) findings.push({ what: `The role ${RoleName} has lost its policy.`, fix })
    }
    return findings
  },
}

const isLambda = (principal: unknown): boolean => JSON.stringify(principal ?? '').includes('"lambda.amazonaws.com"')
