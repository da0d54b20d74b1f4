import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ownEntry } from '../../functions/own-entry.ts'
import { policyDocument } from '../aws/iam/iam.ts'
import type { FunctionRole } from '../aws/sts/sts.ts'
import { readTemplate, renderTemplate } from '../aws/template/template.ts'
import { ACCOUNT } from './account.ts'

const { accountId, region, tableName, objectionsTableName } = ACCOUNT

/** The functions whose whole role is in infra/bot-roles.yml, and that the workspace runs. */
export const FUNCTIONS_WITH_ROLES = [
  'approval-requested',
  'button-clicked',
  'effect-due',
  'pipeline-changed',
  'minute-passed',
] as const

type FunctionName = (typeof FUNCTIONS_WITH_ROLES)[number]

const queueArn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`
const tableArn = (name: string): string => `arn:aws:dynamodb:${region}:${accountId}:table/${name}`
export const functionRoleArn = (name: FunctionName): string => `arn:aws:iam::${accountId}:role/greenlight-prod-${name}`

/** The access key with which a function calls AWS in its own role. */
export const accessKeyOf = (name: FunctionName): string => `${ACCOUNT.botAccessKeyId}.${name}`

const idOf = (name: string): string =>
  `${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Role`

const withPolicies = z.looseObject({
  Policies: z.array(z.object({ PolicyDocument: policyDocument })),
})
const policy = z.looseObject({ Roles: z.array(z.string()), PolicyDocument: policyDocument })

/** The roles of infra/bot-roles.yml by access key, with the names that its resources have here. */
export const functionRoles = (): Map<string, FunctionRole> => {
  const written = readFileSync(new URL('../../infra/bot-roles.yml', import.meta.url), 'utf8')
  const filled = written
    // Statements that other files add: a company's own key, a VPC, Secrets Manager and Change Calendars.
    .replaceAll(/^ *- (?:&[\w-]+ )?\$\{file\([^\n]*\n/gm, '')
    .replaceAll(/^ *- \*(?:use-data-key|join-the-vpc|read-\S+-elsewhere|decrypt-\S+|ask-calendars)\n/gm, '')
    .replaceAll(/!GetAtt Table\.Arn|\$\{Table\.Arn\}/g, tableArn(tableName))
    .replaceAll('!GetAtt Objections.Arn', tableArn(objectionsTableName))
    .replaceAll('!GetAtt Effects.Arn', queueArn('greenlight-effects'))
    .replaceAll(/!GetAtt (\w+)Dead\.Arn/g, queueArn('$1-dead'))
    .replaceAll('!GetAtt DeciderRole.Arn', `arn:aws:iam::${accountId}:role/${ACCOUNT.deciderRoleName}`)
    .replaceAll(/!GetAtt \w+Role\.Arn/g, 'workspace')
    .replaceAll(/!Ref (\w+Role)/g, '$1')
    .replaceAll('${param:pipelines}', '*')
    .replaceAll('${param:signingKeyArn}', ACCOUNT.signingKeyArn)
    .replaceAll(/\$\{(?:param|self|sls):[\w.]+\}/g, 'workspace')
  const rendered = renderTemplate(JSON.stringify({ Resources: readTemplate(filled).Resources }), {
    accountId,
    region,
    parameters: {},
  })
  const roles = rendered.resources('AWS::IAM::Role')
  const policies = Object.values(rendered.resources('AWS::IAM::Policy')).map((properties) => policy.parse(properties))
  return new Map(
    FUNCTIONS_WITH_ROLES.map((name) => [
      accessKeyOf(name),
      {
        arn: functionRoleArn(name),
        policies: [
          ...withPolicies.parse(ownEntry(roles, idOf(name))).Policies.map(({ PolicyDocument }) => PolicyDocument),
          ...policies.filter(({ Roles }) => Roles.includes(idOf(name))).map(({ PolicyDocument }) => PolicyDocument),
        ],
      },
    ]),
  )
}
