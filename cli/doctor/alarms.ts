import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import type { Check } from './check.ts'
import { nameOf } from './stack-resources.ts'

/** An alarm that nobody hears is none. */
export const alarms: Check = {
  title: 'Somebody hears the alarms',
  run: async ({ connection, region, stack }) => {
    const TopicArn = nameOf(await stack(), 'AlarmTopic')
    const { Subscriptions = [] } = await new SNSClient(connection).send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    )
    if (Subscriptions.some(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'))) return []
    return [
      Subscriptions.length > 0
        ? {
            what: `Nobody has confirmed a subscription of ${TopicArn}.`,
            fix: 'Follow the link in the message that AWS sent to each address.',
          }
        : {
            what: `Nobody is subscribed to ${TopicArn}.`,
            fix: `Set alarmSubscriptions in serverless.yml and deploy, or: aws sns subscribe --region ${region} --topic-arn ${TopicArn} --protocol email --notification-endpoint you@example.com`,
          },
    ]
  },
}
