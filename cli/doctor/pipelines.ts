import {
  CodePipelineClient,
  GetPipelineCommand,
  paginateListPipelines,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline'
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { AWS_OWN_KEY } from './approval-topic.ts'
import { NotChecked, type Check, type Finding } from './check.ts'
import { statementsOf } from './policy.ts'
import { nameOf } from './stack-resources.ts'

/** Two calls a pipeline, and IAM answers slowly: more than these would make a doctor that nobody waits for. */
const MOST = 200

/**
 * Some pipeline asks, and each that does may: CodePipeline publishes as the role of the approval action where that has
 * one, as CDK's do, and as the pipeline's service role otherwise.
 */
export const pipelines: Check = {
  title: 'Pipelines that ask',
  run: async ({ connection, stack }) => {
    const topic = nameOf(await stack(), 'ApprovalTopic')
    const asking = askersByRole(await readPipelines(connection), topic)
    if (asking.size === 0)
      return [
        {
          what: 'No pipeline of this account and region notifies the approval topic.',
          fix: `Set NotificationArn of an approval action to ${topic} (docs/install.md).`,
        },
      ]
    const key = await keyOf(connection, topic)
    const findings: Finding[] = []
    for (const [role, names] of asking) {
      const rights = [
        [topic, ['sns:Publish']] as const,
        ...(key && !key.users.includes(role) ? [[key.arn, ['kms:GenerateDataKey', 'kms:Decrypt']] as const] : []),
      ]
      for (const [resource, actions] of rights) {
        const lacking = await denied(connection, role, actions, resource)
        if (lacking.length > 0)
          findings.push({
            what: `${names.join(', ')} cannot ask: its role ${role.split('/').at(-1)} lacks ${lacking.join(' and ')} on ${resource}.`,
            fix: 'Allow it in the policy of that role (docs/existing-pipeline.md).',
          })
      }
    }
    return findings
  },
}

/** The topic's key, and who its policy names; null without one, or with AWS's own, of which another check speaks. */
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
  if (names.length > MOST) throw new NotChecked(`there are ${names.length} pipelines, more than ${MOST}`)
  const found: PipelineDeclaration[] = []
  for (const name of names) {
    const { pipeline } = await client.send(new GetPipelineCommand({ name }))
    if (pipeline) found.push(pipeline)
  }
  return found
}

/**
 * Role → who asks as it, of what notifies the topic: a pipeline by its name, an action with a role of its own as
 * pipeline › stage › action.
 */
export const askersByRole = (pipelines: PipelineDeclaration[], topic: string): Map<string, string[]> => {
  const byRole = new Map<string, Set<string>>()
  for (const { name: pipeline = '', roleArn = '', stages = [] } of pipelines)
    for (const { name: stage = '', actions = [] } of stages)
      for (const action of actions.filter(({ configuration }) => configuration?.NotificationArn === topic)) {
        const [role, asker] = action.roleArn
          ? [action.roleArn, `${pipeline} › ${stage} › ${action.name}`]
          : [roleArn, pipeline]
        byRole.set(role, new Set(byRole.get(role)).add(asker))
      }
  return new Map([...byRole].map(([role, askers]) => [role, [...askers]]))
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
