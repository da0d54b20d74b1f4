import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type PolicyDocument, policyDocument, type Role } from '../aws/iam/iam.ts'
import { readTemplate, renderTemplate } from '../aws/template/template.ts'
import { ACCOUNT } from './account.ts'
import { functionRoleArn } from './function-roles.ts'

const role = z.looseObject({
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: policyDocument })),
})

/** The role of infra/bot-roles.yml with which the bot decides in its own account, for the workspace's one bot role. */
export const ownDecider = async (): Promise<Role> => {
  const { accountId, deciderRoleName } = ACCOUNT
  const content = await readFile(new URL('../../infra/bot-roles.yml', import.meta.url), 'utf8')
  const filled = content
    .replaceAll('!GetAtt ButtonClickedRole.Arn', functionRoleArn('button-clicked'))
    .replaceAll('!GetAtt EffectDueRole.Arn', functionRoleArn('effect-due'))
    .replaceAll('${param:pipelines}', '*')
    .replaceAll(/\$\{(?:param|self|sls):[\w.]+\}/g, 'workspace')
  const { DeciderRole } = readTemplate(filled).Resources
  // The file's other roles name resources of other files.
  const only = renderTemplate(JSON.stringify({ Resources: { DeciderRole } }), { ...ACCOUNT, parameters: {} })
  const { AssumeRolePolicyDocument: trust, Policies } = role.parse(only.resources('AWS::IAM::Role')['DeciderRole'])
  return {
    accountId,
    arn: roleArn(deciderRoleName),
    trust: trustingAll(trust),
    policies: Policies.map(({ PolicyDocument }) => PolicyDocument),
  }
}

/** The functions that share a role here are trusted as each of them is. */
const trustingAll = (trust: PolicyDocument): PolicyDocument => {
  for (const { Condition } of trust.Statement)
    Condition['ArnEquals']?.['aws:PrincipalArn']?.push(roleArn(ACCOUNT.botRoleName))
  return trust
}

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT.accountId}:role/${name}`
