import type { SNSEvent } from 'aws-lambda'
import { parseApprovalNotification } from './aws/approval-notification.ts'
import { performNow } from './flows/effects/perform-effect.ts'
import type { Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** Most of the function's 30 s; what takes longer continues through the queue. */
const BUDGET_MS = 20_000

/**
 * SNS: an approval action has started. Any identity that may publish to the topic can send other messages: they are
 * counted and ignored. Throws on what may be a notification in an unknown form, or on one from an account or Region that is
 * not registered with this bot; it then ends in the dead-letter queue.
 */
export const approvalRequested =
  (services: Services & Pick<OpenServices, 'allowedAccounts'>) =>
  async ({ Records }: SNSEvent): Promise<void> => {
    const { log } = services
    for (const record of Records) {
      const notification = parseApprovalNotification(record)
      if (!notification) {
        log.warn('Ignored a message that is no approval notification', { messageId: record.Sns.MessageId })
        log.count('NotificationIgnored')
        continue
      }
      services.allowedAccounts.require(notification.where)
      await performNow(services, [{ do: 'request-approval', notification }], BUDGET_MS)
    }
  }

export const handler = asHandler(approvalRequested)
