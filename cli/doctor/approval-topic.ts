import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { admits, statementsOf, type Statement } from './policy.ts'
import { deployAgain, nameOf } from './stack-resources.ts'

const GONE = absent('NotFound', 'NotFoundException', 'ResourceNotFoundException')

/** What an approval action notifies reaches approval-requested. */
export const approvalTopic: Check = {
  title: 'Approval topic',
  run: async (installation) => {
    const { connection } = installation
    const sns = new SNSClient(connection)
    const fix = deployAgain(installation)
    const TopicArn = nameOf(await installation.stack(), 'ApprovalTopic')
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn })).catch(GONE)
    if (!topic) return [{ what: `The topic ${TopicArn} is gone.`, fix }]

    const findings: Finding[] = []
    const policy = statementsOf(topic.Attributes?.Policy)
    if (
      !policy.some(
        ({ Effect, Action }) => Effect === 'Allow' && Action?.some((name) => /^sns:(?:Publish|\*)$/i.test(name)),
      )
    )
      findings.push({ what: `The policy of ${TopicArn} lets nobody publish.`, fix })
    if (policy.some(letsEverybodyIn))
      findings.push({ what: `Everybody may publish to ${TopicArn}: approvals could be made up.`, fix })

    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    const target = Subscriptions.find(({ Endpoint }) => Endpoint?.endsWith('-approval-requested'))?.Endpoint
    if (!target) return [...findings, { what: `approval-requested is not subscribed to ${TopicArn}.`, fix }]
    const admitted = await new LambdaClient(connection).send(new GetPolicyCommand({ FunctionName: target })).catch(GONE)
    if (!statementsOf(admitted?.Policy).some((statement) => admits(statement, 'sns.amazonaws.com', TopicArn)))
      findings.push({ what: `approval-requested does not let ${TopicArn} in.`, fix })
    return findings
  },
}

const letsEverybodyIn = ({ Effect, Principal, Condition }: Statement): boolean =>
  Effect === 'Allow' &&
  !Condition &&
  (Principal === '*' || (typeof Principal === 'object' && Boolean(Principal.AWS?.includes('*'))))

/** The key of SNS itself. */
export const AWS_OWN_KEY = /alias\/aws\/sns$/

/** A topic that is encrypted with a key which pipelines cannot use hears nothing. */
export const topicKey: Check = {
  title: 'Encryption of the approval topic',
  run: async ({ connection, stack }) => {
    const TopicArn = nameOf(await stack(), 'ApprovalTopic')
    const topic = await new SNSClient(connection).send(new GetTopicAttributesCommand({ TopicArn })).catch(GONE)
    const key = topic?.Attributes?.KmsMasterKeyId
    if (!key) return []
    // Its policy cannot be changed ("Key management", SNS developer guide).
    if (AWS_OWN_KEY.test(key))
      return [
        {
          what: `${TopicArn} is encrypted with AWS's own key, which no pipeline can be allowed to use.`,
          fix: 'Set topicKeyArn in serverless.yml to a key of your own, or to !Ref AWS::NoValue, and deploy.',
        },
      ]
    const { KeyMetadata } = await new KMSClient(connection).send(new DescribeKeyCommand({ KeyId: key }))
    if (KeyMetadata?.KeyState === 'Enabled') return []
    return [
      {
        what: `The key ${key} of ${TopicArn} is ${KeyMetadata?.KeyState}: nothing can be published.`,
        fix: `aws kms enable-key --key-id ${key} (after cancel-key-deletion, when it is being deleted).`,
      },
    ]
  },
}
