import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { absent } from '../absent.ts'
import { counted } from '../counted.ts'
import { allowedAccountsFrom, type Role, type SpokeRole } from '../../functions/aws/allowed-accounts.ts'
import type { ClientConnection } from '../installation.ts'
import { optionsOf } from '../installation.ts'
import type { Check, Finding } from './check.ts'
import { NotChecked } from './not-checked.ts'
import type { Evidence } from './evidence.ts'
import { forwardsOutsideWork } from './outside-work.ts'
import { statementsOf } from './policy.ts'
import { ownEntry } from '../../functions/own-entry.ts'

/** An account and Region that infra/spoke.yml joined, with credentials that may read there. */
interface Spoke {
  accountId: string
  region: string
  connection: ClientConnection
}

/** The outputs of the bot's stack that name the roles which each role in a joined account trusts. */
const TRUSTED: Record<SpokeRole, string> = { reader: 'ReaderRoleArns', decider: 'DeciderRoleArns' }

/** Each joined account and Region sends approvals and state changes to the bot, and lets the bot act. */
export const spokes: Check = {
  title: 'Joined accounts and Regions',
  run: async (evidence) => {
    const { installation } = evidence
    const FunctionName = `${installation.stackName}-approval-requested`
    await evidence.stack()
    const { Environment, FunctionArn = '' } = await new LambdaClient(await evidence.aws()).send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    )
    const environment = { ...Environment?.Variables, AWS_REGION: installation.region }
    const own = Environment?.Variables?.ACCOUNT_ID
    const joined = (Environment?.Variables?.SPOKES ?? '').split(',').filter(Boolean)
    if (joined.length === 0) return []
    const allowed = allowedAccountsFrom(environment)
    const places = joined.map(placeOf)
    const findings: Finding[] = []
    for (const place of places) {
      const connection = connectionTo(place, own, evidence)
      if (!connection) continue
      const spoke: Spoke = { ...place, connection }
      findings.push(
        ...(await subscribed(spoke, FunctionArn, evidence)),
        ...(await forwards(spoke, evidence)),
        ...(await forwardsOutsideWork(spoke, evidence, place.accountId === own)),
      )
      for (const name of Object.keys(TRUSTED) as SpokeRole[]) {
        const role = allowed.roleIn(spoke, name)
        // In the own account the bot acts through its own roles, which its stack has.
        if (role?.isJoined) findings.push(...(await trusts(spoke, role, TRUSTED[name], evidence)))
      }
    }
    const closed = [
      ...new Set(places.flatMap((place) => (connectionTo(place, own, evidence) ? [] : [place.accountId]))),
    ]
    if (closed.length === 0) return findings
    const missing = closed.map((accountId) => `--spoke-profile ${accountId}=<profile>`).join(' ')
    if (findings.length === 0) throw new NotChecked(`Joined accounts need their own credentials: ${missing}`)
    return [...findings, { what: `Not checked, for lack of credentials: ${closed.join(', ')}.`, fix: `Add ${missing}` }]
  },
}

const placeOf = (joined: string): Pick<Spoke, 'accountId' | 'region'> => {
  const [accountId = '', region = ''] = joined.split('/')
  return { accountId, region }
}

/** null without credentials for the account. */
const connectionTo = (
  { accountId, region }: Pick<Spoke, 'accountId' | 'region'>,
  own: string | undefined,
  { installation: { connection }, spokeProfiles }: Evidence,
): ClientConnection | null => {
  if (accountId === own) return { ...connection, region }
  const profile = ownEntry(spokeProfiles, accountId)
  const { credentials: _, ...rest } = connection
  return profile ? { ...rest, region, profile } : null
}

const fixIn = ({ accountId, region }: Spoke): string =>
  `Deploy infra/spoke.yml again in account ${accountId}, ${region}, with the outputs of the bot's stack (docs/accounts.md).`

const subscribed = async (spoke: Spoke, target: string, { installation }: Evidence): Promise<Finding[]> => {
  const { stackName } = installation
  const partition = target.split(':')[1]
  const TopicArn = `arn:${partition}:sns:${spoke.region}:${spoke.accountId}:${stackName}-approvals`
  const answer = await new SNSClient(spoke.connection)
    .send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    .catch(absent('NotFound', 'NotFoundException'))
  if (!answer) return [{ what: `The topic ${TopicArn} does not exist.`, fix: fixIn(spoke) }]
  if (answer.Subscriptions?.some(({ Endpoint }) => Endpoint === target)) return []
  return [
    {
      what: `The bot is not subscribed to ${TopicArn}.`,
      fix: `npx serverless deploy --force ${optionsOf(installation).serverless}`,
    },
  ]
}

const forwards = async (spoke: Spoke, { installation: { stackName } }: Evidence): Promise<Finding[]> => {
  const Name = `${stackName}-pipeline-changed-forward`
  const rule = await new EventBridgeClient(spoke.connection)
    .send(new DescribeRuleCommand({ Name }))
    .catch(absent('ResourceNotFoundException'))
  const at = `The rule ${Name} in account ${spoke.accountId}, ${spoke.region},`
  if (!rule) return [{ what: `${at} does not exist.`, fix: fixIn(spoke) }]
  return [
    ...(rule.State === 'ENABLED' ? [] : [{ what: `${at} is disabled.`, fix: fixIn(spoke) }]),
    ...(await notForwarded(spoke, Name, at)),
  ]
}

/** State changes that did not reach the bot wait in the dead-letter queue of the rule's target. */
const notForwarded = async (spoke: Spoke, Rule: string, at: string): Promise<Finding[]> => {
  const { Targets } = await new EventBridgeClient(spoke.connection).send(new ListTargetsByRuleCommand({ Rule }))
  const queueArn = Targets?.[0]?.DeadLetterConfig?.Arn
  if (!queueArn) return [{ what: `${at} has no dead-letter queue.`, fix: fixIn(spoke) }]
  const sqs = new SQSClient(spoke.connection)
  const QueueName = queueArn.split(':').at(-1)
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
  const AttributeNames = ['ApproximateNumberOfMessages'] as const
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  )
  const waiting = Number(Attributes?.ApproximateNumberOfMessages ?? 0)
  if (waiting === 0) return []
  return [
    {
      what: `${counted(waiting, 'state change', 'state changes')} of account ${spoke.accountId}, ${spoke.region}, did not reach the bot.`,
      fix: `docs/runbook.md says how to see why, and then: aws sqs purge-queue --region ${spoke.region} --queue-url ${QueueUrl}`,
    },
  ]
}

/** The role trusts the bot's roles and no others, if they give the external ID. */
const trusts = async (spoke: Spoke, role: Role, output: string, { stack }: Evidence): Promise<Finding[]> => {
  const found = await new IAMClient(spoke.connection)
    .send(new GetRoleCommand({ RoleName: role.arn.split('/').at(-1) }))
    .catch(absent('NoSuchEntity', 'NoSuchEntityException'))
  const fix = fixIn(spoke)
  if (!found?.Role) return [{ what: `The role ${role.arn} does not exist.`, fix }]
  const allowed = statementsOf(decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? '')).filter(
    ({ Effect }) => Effect === 'Allow',
  )
  const demanded = (key: string) => allowed.map(({ Condition }) => conditionOf(Condition, key))
  const wanted = ownEntry((await stack()).outputs, output)
    ?.split(',')
    .sort()
    .join()
  const findings: Finding[] = []
  if (!allowed.length || demanded('sts:ExternalId').some((values) => values.join() !== role.externalId))
    findings.push({ what: `The role ${role.arn} requires another external ID than spokeExternalId.`, fix })
  if (demanded('aws:PrincipalArn').some((values) => values.sort().join() !== wanted))
    findings.push({ what: `The role ${role.arn} trusts other roles than ${output} of the bot's stack.`, fix })
  if (role.arn.endsWith('-decider') && !allowed.some(({ Action }) => Action?.includes('sts:SetSourceIdentity')))
    findings.push({
      what: `The role ${role.arn} takes no source identity: in CloudTrail, only its session names who decided.`,
      fix,
    })
  return findings
}

const conditionOf = (condition: Record<string, Record<string, unknown>> | undefined, name: string): string[] =>
  Object.values(condition ?? {}).flatMap((operator) =>
    Object.entries(operator).flatMap(([key, value]) =>
      key.toLowerCase() === name.toLowerCase() ? [value].flat().map(String) : [],
    ),
  )
