import type { SNSEvent } from 'aws-lambda'
import { parseApprovalNotification } from './aws/approval-notification.ts'
import { performNow } from './flows/effects/perform-effect.ts'
import type { Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** Most of the function's 30 s; what takes longer continues through the queue. */
const BUDGET_MS = 20_000

/**
 * SNS: an approval action has started. Throws on a malformed notification, or one from an account or Region that is not
 * registered with this bot; it then ends in the dead-letter queue.
 */
export const approvalRequested =
  (services: Services & Pick<OpenServices, 'allowedAccounts'>) =>
  async ({ Records }: SNSEvent): Promise<void> => {
    for (const record of Records) {
      const notification = parseApprovalNotification(record)
      services.allowedAccounts.require(notification.where)
      await performNow(services, [{ do: 'request-approval', notification }], BUDGET_MS)
    }
  }

export const handler = asHandler(approvalRequested)
