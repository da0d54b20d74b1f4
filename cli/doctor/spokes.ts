import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { absent } from '../absent.ts'
import { allowedAccountsFrom, type Role, type SpokeRole } from '../../functions/aws/allowed-accounts.ts'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { NotChecked, type Check, type Finding } from './check.ts'
import type { Installation } from './installation.ts'
import { statementsOf } from './policy.ts'

/** An account and Region that infra/spoke.yml joined, with credentials that may look around there. */
interface Spoke {
  accountId: string
  region: string
  connection: Omit<AwsConnection, 'credentials'> & { profile?: string }
}

/** The outputs of the bot's stack that name whom each role in a spoke trusts. */
const TRUSTED: Record<SpokeRole, string> = { reader: 'ReaderRoleArns', decider: 'DeciderRoleArns' }

/** What is joined tells the bot of approvals and of state changes, and lets it act. */
export const spokes: Check = {
  title: 'Other accounts and Regions',
  run: async (installation) => {
    const FunctionName = `${installation.stackName}-approval-requested`
    await installation.stack()
    const { Environment, FunctionArn = '' } = await new LambdaClient(installation.connection).send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    )
    const environment = { ...Environment?.Variables, AWS_REGION: installation.region }
    const own = Environment?.Variables?.ACCOUNT_ID
    const joined = (Environment?.Variables?.SPOKES ?? '').split(',').filter(Boolean)
    if (joined.length === 0) return []
    const allowedAccounts = allowedAccountsFrom(environment)
    const findings: Finding[] = []
    for (const spoke of joined.map((place) => reached(place, own, installation))) {
      findings.push(...(await hears(spoke, FunctionArn, installation)), ...(await forwards(spoke, installation)))
      for (const name of Object.keys(TRUSTED) as SpokeRole[]) {
        const role = allowedAccounts.roleIn(spoke, name)
        if (role) findings.push(...(await trusts(spoke, role, TRUSTED[name], installation)))
      }
    }
    return findings
  },
}

/** @throws {NotChecked} without credentials for the account. */
const reached = (place: string, own: string | undefined, { connection, spokeProfiles }: Installation): Spoke => {
  const [accountId = '', region = ''] = place.split('/')
  if (accountId === own) return { accountId, region, connection: { ...connection, region } }
  const profile = spokeProfiles[accountId]
  if (!profile)
    throw new NotChecked(`account ${accountId} needs credentials of its own: --spoke-profile ${accountId}=<name>`)
  const { endpoint } = connection
  return { accountId, region, connection: { region, profile, ...(endpoint && { endpoint }) } }
}

const fixIn = ({ accountId, region }: Spoke): string =>
  `Deploy infra/spoke.yml again in account ${accountId}, ${region}, with the outputs of the bot's stack (docs/accounts.md).`

const hears = async (spoke: Spoke, target: string, { stackName, stage, region }: Installation): Promise<Finding[]> => {
  const partition = target.split(':')[1]
  const TopicArn = `arn:${partition}:sns:${spoke.region}:${spoke.accountId}:${stackName}-approvals`
  const answer = await new SNSClient(spoke.connection)
    .send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    .catch(absent('NotFound', 'NotFoundException'))
  if (!answer) return [{ what: `The topic ${TopicArn} is not there.`, fix: fixIn(spoke) }]
  if (answer.Subscriptions?.some(({ Endpoint }) => Endpoint === target)) return []
  return [
    {
      what: `The bot is not subscribed to ${TopicArn}.`,
      fix: `npx serverless deploy --force --stage ${stage} --region ${region}`,
    },
  ]
}

const forwards = async (spoke: Spoke, { stackName }: Installation): Promise<Finding[]> => {
  const Name = `${stackName}-pipeline-changed-forward`
  const rule = await new EventBridgeClient(spoke.connection)
    .send(new DescribeRuleCommand({ Name }))
    .catch(absent('ResourceNotFoundException'))
  if (rule?.State === 'ENABLED') return []
  const state = rule ? 'disabled' : 'not there'
  return [{ what: `The rule ${Name} of account ${spoke.accountId}, ${spoke.region}, is ${state}.`, fix: fixIn(spoke) }]
}

/** The role trusts the bot's roles, and them alone, if they say the external ID. */
const trusts = async (spoke: Spoke, role: Role, output: string, installation: Installation): Promise<Finding[]> => {
  const found = await new IAMClient(spoke.connection)
    .send(new GetRoleCommand({ RoleName: role.arn.split('/').at(-1) }))
    .catch(absent('NoSuchEntity', 'NoSuchEntityException'))
  const fix = fixIn(spoke)
  if (!found?.Role) return [{ what: `The role ${role.arn} is not there.`, fix }]
  const allowed = statementsOf(decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? '')).filter(
    ({ Effect }) => Effect === 'Allow',
  )
  const demanded = (key: string) => allowed.map(({ Condition }) => conditionOf(Condition, key))
  const wanted = (await installation.stack()).outputs[output]?.split(',').sort().join()
  const findings: Finding[] = []
  if (!allowed.length || demanded('sts:ExternalId').some((values) => values.join() !== role.externalId))
    findings.push({ what: `The role ${role.arn} asks for another external ID than spokeExternalId.`, fix })
  if (demanded('aws:PrincipalArn').some((values) => values.sort().join() !== wanted))
    findings.push({ what: `The role ${role.arn} trusts other roles than ${output} of the bot's stack.`, fix })
  return findings
}

const conditionOf = (condition: Record<string, Record<string, unknown>> | undefined, name: string): string[] =>
  Object.values(condition ?? {}).flatMap((operator) =>
    Object.entries(operator).flatMap(([key, value]) =>
      key.toLowerCase() === name.toLowerCase() ? [value].flat().map(String) : [],
    ),
  )
