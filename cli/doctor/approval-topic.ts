import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { admits, statementsOf, type Statement } from './policy.ts'
import { nameOf, restore } from './stack-resources.ts'

const GONE = absent('NotFound', 'NotFoundException', 'ResourceNotFoundException')

/** The notifications of approval actions reach approval-requested. */
export const approvalTopic: Check = {
  title: 'Approval topic',
  run: async ({ aws, installation, stack }) => {
    const connection = await aws()
    const sns = new SNSClient(connection)
    const fix = restore(installation)
    const TopicArn = nameOf(await stack(), 'ApprovalTopic')
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn })).catch(GONE)
    if (!topic) return [{ what: `The topic ${TopicArn} is gone.`, fix }]

    const findings: Finding[] = []
    const policy = statementsOf(topic.Attributes?.Policy)
    if (
      !policy.some(
        ({ Effect, Action }) => Effect === 'Allow' && Action?.some((name) => /^sns:(?:Publish|\*)$/i.test(name)),
      )
    )
      findings.push({ what: `The policy of ${TopicArn} allows no one to publish.`, fix })
    if (policy.some(allowsEveryone))
      findings.push({ what: `Everyone may publish to ${TopicArn}, so approval requests could be forged.`, fix })

    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    const target = Subscriptions.find(({ Endpoint }) => Endpoint?.endsWith('-approval-requested'))?.Endpoint
    if (!target) return [...findings, { what: `approval-requested is not subscribed to ${TopicArn}.`, fix }]
    const admitted = await new LambdaClient(connection).send(new GetPolicyCommand({ FunctionName: target })).catch(GONE)
    if (!statementsOf(admitted?.Policy).some((statement) => admits(statement, 'sns.amazonaws.com', TopicArn)))
      findings.push({ what: `approval-requested does not allow ${TopicArn} to start it.`, fix })
    return findings
  },
}

const allowsEveryone = ({ Effect, Principal, Condition }: Statement): boolean =>
  Effect === 'Allow' &&
  !Condition &&
  (Principal === '*' || (typeof Principal === 'object' && Boolean(Principal.AWS?.includes('*'))))

/** The key that SNS itself manages. */
export const AWS_OWN_KEY = /alias\/aws\/sns$/

/** If pipelines cannot use the topic's encryption key, no notification arrives. */
export const topicKey: Check = {
  title: 'Encryption of the approval topic',
  run: async ({ aws, stack }) => {
    const connection = await aws()
    const TopicArn = nameOf(await stack(), 'ApprovalTopic')
    const topic = await new SNSClient(connection).send(new GetTopicAttributesCommand({ TopicArn })).catch(GONE)
    const key = topic?.Attributes?.KmsMasterKeyId
    if (!key) return []
    // The policy of this key cannot be changed ("Key management", SNS developer guide).
    if (AWS_OWN_KEY.test(key))
      return [
        {
          what: `${TopicArn} is encrypted with AWS's own key, and pipelines cannot be allowed to use that key.`,
          fix: 'Set topicKeyArn in serverless.yml to a key of your own, or to !Ref AWS::NoValue, and deploy.',
        },
      ]
    const { KeyMetadata } = await new KMSClient(connection).send(new DescribeKeyCommand({ KeyId: key }))
    if (KeyMetadata?.KeyState === 'Enabled') return []
    return [
      {
        what: `The key ${key} of ${TopicArn} is ${KeyMetadata?.KeyState}, so nothing can be published.`,
        fix: `aws kms enable-key --key-id ${key} (if the key is being deleted, first: aws kms cancel-key-deletion --key-id ${key})`,
      },
    ]
  },
}
