import {
  CodePipelineClient,
  GetPipelineCommand,
  paginateListPipelines,
  type ActionDeclaration,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline'
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { configurationFrom } from '../../functions/config/configuration.ts'
import type { AccountRegion } from '../../functions/domain/pipeline.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import { AWS_OWN_KEY } from './approval-topic.ts'
import type { Check, Finding } from './check.ts'
import { NotChecked } from './not-checked.ts'
import { statementsOf } from './policy.ts'
import { nameOf } from './stack-resources.ts'

/** Each pipeline takes two calls, and IAM answers slowly: with more pipelines, the doctor would take minutes. */
const MOST = 200

/**
 * At least one approval action is matched by a route that asks by events, or notifies the approval topic; and each that
 * notifies it is allowed to. CodePipeline publishes with the role of the approval action if it has one, as in CDK;
 * otherwise with the pipeline's service role. No stage that asks is retried by itself.
 */
export const pipelines: Check = {
  title: 'Pipelines that request approval',
  run: async ({ aws, stack, caller, configuration, installation }) => {
    const connection = await aws()
    const topic = nameOf(await stack(), 'ApprovalTopic')
    const declared = await readPipelines(connection)
    const requesters = requestersByRole(declared, topic)
    const there = { accountId: (await caller()).account, region: installation.region }
    if (requesters.size === 0 && !asksByEvents(configurationFrom(await configuration()), there, declared))
      return [
        {
          what: 'No approval action of this account and Region matches a route that asks by events, and none notifies the approval topic.',
          fix: 'Add a route to greenlight.yml that matches the pipeline and its stage (docs/existing-pipeline.md).',
        },
      ]
    const key = await keyOf(connection, topic)
    const findings: Finding[] = askedAgain(declared)
    for (const [role, names] of requesters) {
      const rights = [
        [topic, ['sns:Publish']] as const,
        ...(key && !key.users.includes(role) ? [[key.arn, ['kms:GenerateDataKey', 'kms:Decrypt']] as const] : []),
      ]
      for (const [resource, actions] of rights) {
        const lacking = await denied(connection, role, actions, resource)
        if (lacking.length > 0)
          findings.push({
            what: `${names.join(', ')} cannot request approval: the role ${role.split('/').at(-1)} lacks ${lacking.join(' and ')} on ${resource}.`,
            fix: 'Allow it in the policy of that role (docs/existing-pipeline.md).',
          })
      }
    }
    return findings
  },
}

/** The topic's key, and the roles that its policy names; null without a key of your own. Another check covers AWS's own key. */
const keyOf = async (connection: Connection, topic: string): Promise<{ arn: string; users: string[] } | null> => {
  const { Attributes } = await new SNSClient(connection).send(new GetTopicAttributesCommand({ TopicArn: topic }))
  const id = Attributes?.KmsMasterKeyId
  if (!id || AWS_OWN_KEY.test(id)) return null
  const kms = new KMSClient(connection)
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }))
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: 'default' }))
  const allowed = statementsOf(Policy).filter(({ Effect }) => Effect === 'Allow')
  const users = allowed.flatMap(({ Principal }) => (typeof Principal === 'object' ? (Principal.AWS ?? []) : []))
  return { arn: KeyMetadata?.Arn ?? id, users }
}

type Connection = ConstructorParameters<typeof CodePipelineClient>[0] & object

const readPipelines = async (connection: Connection): Promise<PipelineDeclaration[]> => {
  const client = new CodePipelineClient(connection)
  const names: string[] = []
  for await (const page of paginateListPipelines({ client }, {}))
    names.push(...(page.pipelines ?? []).flatMap(({ name }) => name ?? []))
  if (names.length > MOST)
    throw new NotChecked(`There are ${names.length} pipelines, and the doctor checks at most ${MOST}`)
  const found: PipelineDeclaration[] = []
  for (const name of names) {
    const { pipeline } = await client.send(new GetPipelineCommand({ name }))
    if (pipeline) found.push(pipeline)
  }
  return found
}

/** A rejection fails its stage, which CodePipeline then runs again by itself, and so it asks again. */
export const askedAgain = (pipelines: readonly PipelineDeclaration[]): Finding[] =>
  pipelines.flatMap(({ name: pipeline, stages = [] }) =>
    stages
      .filter(({ onFailure, actions = [] }) => onFailure?.result === 'RETRY' && actions.some(isApproval))
      .map(({ name: stage }) => ({
        what: `${pipeline} › ${stage} asks again after every first rejection: its OnFailure has the result RETRY.`,
        fix: 'Put the approval action into a stage of its own, without automatic retry (docs/existing-pipeline.md).',
      })),
  )

const isApproval = ({ actionTypeId }: ActionDeclaration): boolean => actionTypeId?.category === 'Approval'

/** Whether a route that asks by events matches an approval action of these pipelines. */
export const asksByEvents = (
  configuration: Pick<Configuration, 'mayAskByEvents'>,
  there: AccountRegion,
  pipelines: readonly PipelineDeclaration[],
): boolean =>
  pipelines.some(({ name: pipeline = '', stages = [] }) =>
    stages.some(({ name: stage = '', actions = [] }) =>
      actions.some(
        ({ name: action = '', actionTypeId }) =>
          actionTypeId?.category === 'Approval' && configuration.mayAskByEvents({ ...there, pipeline, stage, action }),
      ),
    ),
  )

/**
 * Role → what notifies the topic with this role: a pipeline by its name, an action with a role of its own as
 * pipeline › stage › action.
 */
export const requestersByRole = (pipelines: PipelineDeclaration[], topic: string): Map<string, string[]> => {
  const byRole = new Map<string, Set<string>>()
  for (const { name: pipeline = '', roleArn = '', stages = [] } of pipelines)
    for (const { name: stage = '', actions = [] } of stages)
      for (const action of actions.filter(({ configuration }) => configuration?.NotificationArn === topic)) {
        const [role, requester] = action.roleArn
          ? [action.roleArn, `${pipeline} › ${stage} › ${action.name}`]
          : [roleArn, pipeline]
        byRole.set(role, new Set(byRole.get(role)).add(requester))
      }
  return new Map([...byRole].map(([role, requesters]) => [role, [...requesters]]))
}

const denied = async (
  connection: Connection,
  role: string,
  actions: readonly string[],
  resource: string,
): Promise<string[]> => {
  const { EvaluationResults = [] } = await new IAMClient(connection).send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: role, ActionNames: [...actions], ResourceArns: [resource] }),
  )
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed').map(
    ({ EvalActionName }) => EvalActionName ?? '',
  )
}
