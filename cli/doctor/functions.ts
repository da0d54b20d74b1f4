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

/** The role that the functions assume to send a verdict. */
const DECIDER = 'DeciderRole'

/** Each role exists and still has its policy. Lambda may assume the functions' roles, and the functions the decider's. */
export const roles: Check = {
  title: 'Roles of the functions',
  run: async ({ aws, installation, stack }) => {
    const client = new IAMClient(await aws())
    const fix = restore(installation)
    const findings: Finding[] = []
    const deployed = await stack()
    const decider = deployed.resources.find(({ id }) => id === DECIDER)?.name
    for (const RoleName of namesOf(deployed, 'AWS::IAM::Role')) {
      const found = await client
        .send(new GetRoleCommand({ RoleName }))
        .catch(absent('NoSuchEntityException', 'NoSuchEntity'))
      if (!found?.Role) {
        findings.push({ what: `The role ${RoleName} is gone.`, fix })
        continue
      }
      const trust = statementsOf(decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? ''))
      const [caller, isCaller] = RoleName === decider ? ['The functions', isAccount] : ['Lambda', isLambda]
      if (!trust.some(({ Effect, Principal }) => Effect === 'Allow' && isCaller(Principal)))
        findings.push({ what: `${caller} may not assume the role ${RoleName}.`, fix })
      const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName }))
      if (!PolicyNames?.length) findings.push({ what: `The role ${RoleName} has lost its policy.`, fix })
    }
    return findings
  },
}

/** A condition of the trust names the functions' roles. */
const isAccount = (principal: unknown): boolean => /:iam::\d{12}:root"/.test(JSON.stringify(principal ?? ''))

const isLambda = (principal: unknown): boolean => JSON.stringify(principal ?? '').includes('"lambda.amazonaws.com"')
