import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import type { Check } from './check.ts'
import { nameOf } from './stack-resources.ts'

/** The alarms reach a person or a system. */
export const alarms: Check = {
  title: 'Alarm subscriptions',
  run: async ({ aws, installation: { region }, stack }) => {
    const TopicArn = nameOf(await stack(), 'AlarmTopic')
    const { Subscriptions = [] } = await new SNSClient(await aws()).send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    )
    if (Subscriptions.some(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'))) return []
    return [
      Subscriptions.length > 0
        ? {
            what: `No subscription of ${TopicArn} is confirmed.`,
            fix: 'Follow the link in the message that AWS sent to each address.',
          }
        : {
            what: `${TopicArn} has no subscription, so no one receives the alarms.`,
            fix: `Set alarmSubscriptions in serverless.yml and deploy, or: aws sns subscribe --region ${region} --topic-arn ${TopicArn} --protocol email --notification-endpoint you@example.com`,
          },
    ]
  },
}
