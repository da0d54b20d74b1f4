import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'
import type { KeySpec } from '../../functions/aws/kms.ts'
import { ownEntry } from '../../functions/own-entry.ts'
import { type PolicyDocument, policyDocument, type Role } from '../aws/iam/iam.ts'
import type { FunctionRole } from '../aws/sts/sts.ts'
import { readTemplate, renderTemplate } from '../aws/template/template.ts'
import { ACCOUNT, JOINED_ACCOUNT } from './account.ts'

/** The bot's functions. Each has a role of its own. */
export const FUNCTION_NAMES = [
  'approval-requested',
  'button-clicked',
  'effect-due',
  'pipeline-changed',
  'minute-passed',
  'day-passed',
  'approval-decided',
  'traffic-shifting',
] as const

export type FunctionName = (typeof FUNCTION_NAMES)[number]

const { accountId, region, tableName, objectionsTableName } = ACCOUNT
const INSTALLATION = JOINED_ACCOUNT.botName

/** The access key with which a function calls AWS in its own role. */
export const accessKeyOf = (name: FunctionName): string => `${ACCOUNT.botAccessKeyId}.${name}`

export const functionRoleArn = (name: FunctionName): string => `arn:aws:iam::${accountId}:role/${INSTALLATION}-${name}`

/** Those that infra/bot.yml lists in the outputs of these names, for infra/spoke.yml. */
const READERS = [
  'approval-requested',
  'button-clicked',
  'effect-due',
  'pipeline-changed',
  'approval-decided',
] as const satisfies FunctionName[]
const DECIDERS = ['button-clicked', 'effect-due'] as const satisfies FunctionName[]

/** What only measures the bot runs all of its functions in one role, which may do everything. */
const SHARED = `arn:aws:iam::${accountId}:role/${ACCOUNT.botRoleName}`

/** With which the stack of infra/spoke.yml joins the second account. */
export const JOINED_PARAMETERS = {
  BotAccountId: accountId,
  BotRegion: region,
  BotName: INSTALLATION,
  ReaderRoleArns: [...READERS.map(functionRoleArn), SHARED].join(','),
  DeciderRoleArns: [...DECIDERS.map(functionRoleArn), SHARED].join(','),
  ExternalId: JOINED_ACCOUNT.externalId,
  AttestedBuckets: ACCOUNT.artifactBucket,
}

/** The variables of serverless.yml for the installation that the workspace plays. */
const VARIABLES: Record<string, unknown> = {
  'self:service': INSTALLATION.split('-')[0],
  'sls:stage': INSTALLATION.split('-')[1],
  'param:attestationKeyArn': ACCOUNT.attestationKeyArn,
  'param:attestedBuckets': ACCOUNT.artifactBucket,
  'param:checkpointBucket': ACCOUNT.checkpointBucket,
  'param:checkpointKeyArn': ACCOUNT.checkpointKeyArn,
  'param:dataKeyArn': '',
  'param:organizationId': '',
  'param:pipelines': '*',
  'param:rolesBoundaryArn': '',
  'param:shiftedFunctions': 'hello-lambda',
  'param:signingKeyArn': ACCOUNT.signingKeyArn,
  'param:slackSecretsPath': ACCOUNT.slackSecretsPath,
  'param:spokeExternalId': JOINED_ACCOUNT.externalId,
  'param:spokes': [`${JOINED_ACCOUNT.accountId}/${JOINED_ACCOUNT.region}`],
  'param:vpcSecurityGroupIds': [],
  'param:vpcSubnetIds': [],
}

type Resolve = (address: string) => Promise<unknown>

const resolveWith =
  (signingKeySpec: KeySpec): Resolve =>
  async (address) => {
    const value = address === 'param:signingKeySpecs' ? signingKeySpec : ownEntry(VARIABLES, address)
    if (value === undefined) throw new Error(`The workspace has no value for \${${address}}`)
    return value
  }

type Included = (serverless: { resolveVariable: Resolve }) => unknown
const load = createRequire(import.meta.url)
const infra = (file: string): URL => new URL(`../../infra/${file}`, import.meta.url)

/** The names of resources that are in other files, as `!GetAtt` gives them. */
const ARNS: Record<string, string> = {
  Table: `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}`,
  Objections: `arn:aws:dynamodb:${region}:${accountId}:table/${objectionsTableName}`,
  Effects: `arn:aws:sqs:${region}:${accountId}:greenlight-effects`,
}
const FILE = /\$\{file\(infra\/([\w-]+\.cjs)\):(\w+)\}/g
const VARIABLE = /\$\{((?:param|self|sls):[\w.]+)\}/g

/** A file that serverless.yml includes, with the values that the variables have here. */
const filled = async (file: string, resolveVariable: Resolve): Promise<string> => {
  const written = readFileSync(infra(file), 'utf8')
  const values = new Map<string, string>()
  for (const [whole, script = '', name = ''] of written.matchAll(FILE))
    values.set(whole, JSON.stringify(await included(script, name, resolveVariable)))
  for (const [whole, address = ''] of written.matchAll(VARIABLE))
    values.set(whole, String(await resolveVariable(address)))
  const filledIn = [...values].reduce((text, [whole, value]) => text.replaceAll(whole, value), written)
  return filledIn
    .replaceAll(/!GetAtt (Table|Objections|Effects)\.Arn|\$\{(Table)\.Arn\}/g, (_, one: string, other: string) =>
      String(ownEntry(ARNS, one ?? other)),
    )
    .replaceAll(/!GetAtt (\w+Dead)\.Arn/g, `arn:aws:sqs:${region}:${accountId}:$1`)
}

const included = async (script: string, name: string, resolveVariable: Resolve): Promise<unknown> => {
  // greenlight.yml of the project names calendars; a workspace may have another greenlight.yml.
  if (script === 'calendars.cjs')
    return {
      Sid: 'AskCalendars',
      Effect: 'Allow',
      Action: 'ssm:GetCalendarState',
      Resource: 'arn:aws:ssm:*:document/*',
    }
  const include = ownEntry(load(`../../infra/${script}`) as Record<string, Included>, name)
  return include?.({ resolveVariable })
}

const withPolicies = z.looseObject({
  RoleName: z.string(),
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.object({ PolicyDocument: policyDocument })),
})
const policy = z.looseObject({ Roles: z.array(z.string()), PolicyDocument: policyDocument })

type BotRole = Omit<Role, 'accountId'>

/** The roles of the bot's stack by their name, in an account and Region, with all that the files of infra/ allow them. */
const botRoles = async (
  place: { accountId: string; region: string },
  resolveVariable: Resolve,
): Promise<Map<string, BotRole>> => {
  const parts = await Promise.all(
    ['bot-roles.yml', 'checkpoints.yml', 'attestations.yml'].map((file) => filled(file, resolveVariable)),
  )
  const spokes = JSON.stringify(await included('spokes.cjs', 'resources', resolveVariable))
  const templates = [...parts, spokes].map(readTemplate)
  const resources = Object.assign({}, ...templates.map(({ Resources }) => Resources)) as ReturnType<
    typeof readTemplate
  >['Resources']
  const named = Object.entries(resources).map(([id, resource]) =>
    resource.Type === 'AWS::IAM::Role'
      ? [id, { ...resource, Properties: { ...resource.Properties, RoleName: roleNameOf(id) } }]
      : [id, resource],
  )
  const stack = {
    Conditions: Object.assign({}, ...templates.map(({ Conditions }) => Conditions)) as object,
    Resources: Object.fromEntries(named) as object,
  }
  const rendered = renderTemplate(JSON.stringify(stack), { ...place, parameters: {} })
  const policies = Object.values(rendered.resources('AWS::IAM::Policy')).map((properties) => policy.parse(properties))
  const roles = Object.values(rendered.resources('AWS::IAM::Role')).map((properties) => withPolicies.parse(properties))
  return new Map(
    roles.map(({ RoleName, AssumeRolePolicyDocument: trust, Policies }) => [
      RoleName,
      {
        arn: `arn:aws:iam::${place.accountId}:role/${RoleName}`,
        trust,
        policies: [...Policies, ...policies.filter(({ Roles }) => Roles.includes(RoleName))].map(
          ({ PolicyDocument }) => PolicyDocument,
        ),
      },
    ]),
  )
}

/** `ButtonClickedRole` is the role of `button-clicked`. */
const roleNameOf = (id: string): string =>
  id === 'DeciderRole'
    ? ACCOUNT.deciderRoleName
    : `${INSTALLATION}${id.replace(/Role$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** traffic-shifting is deployed where it checks versions: here, in the joined account. */
const placeOf = (name: FunctionName) => (name === 'traffic-shifting' ? JOINED_ACCOUNT : ACCOUNT)

/** The roles of the functions by access key, and the one with which they decide in the bot's own account. */
export const openFunctionRoles = async (
  signingKeySpec: KeySpec = 'ECC_NIST_P256',
): Promise<{ functions: Map<string, FunctionRole>; decider: Role }> => {
  const resolveVariable = resolveWith(signingKeySpec)
  const own = await botRoles(ACCOUNT, resolveVariable)
  const joined = await botRoles(JOINED_ACCOUNT, resolveVariable)
  const functions = FUNCTION_NAMES.map((name): [string, FunctionRole] => {
    const place = placeOf(name)
    const { arn, policies } = (place === ACCOUNT ? own : joined).get(`${INSTALLATION}-${name}`)!
    return [accessKeyOf(name), { accountId: place.accountId, arn, policies }]
  })
  const decider = own.get(ACCOUNT.deciderRoleName)!
  return {
    functions: new Map(functions),
    decider: { ...decider, accountId, trust: trustingAll(decider.trust) },
  }
}

const trustingAll = (trust: PolicyDocument): PolicyDocument => {
  for (const { Condition } of trust.Statement) Condition['ArnEquals']?.['aws:PrincipalArn']?.push(SHARED)
  return trust
}
