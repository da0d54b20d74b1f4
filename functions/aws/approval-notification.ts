import * as z from 'zod/mini'
import type { SNSEventRecord } from 'aws-lambda'
import type { ApprovalNotification } from '../domain/effect.ts'
import { approvalId } from '../domain/approval-id.ts'
import { Malformed, parseAs } from '../malformed.ts'

const NAME = z.string().check(z.regex(/^[A-Za-z0-9.@_-]{1,100}$/))
const APPROVAL_TOKEN = z.string().check(z.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))

/**
 * "JSON data format for manual approval notifications in CodePipeline", CodePipeline user guide. Its custom data and
 * its link are read from CodePipeline, because any identity that may publish to the topic can write them.
 */
const NOTIFICATION = z.object({
  approval: z.object({
    pipelineName: NAME,
    stageName: NAME,
    actionName: NAME,
    token: APPROVAL_TOKEN,
    // Minute precision, without seconds: 2016-07-07T20:22Z
    expires: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'not a date')),
  }),
})

const TOPIC = /^arn:[a-z-]+:sns:([a-z0-9-]+):(\d{12}):/

/**
 * The sign that CodePipeline may have sent a message, also in a form that is not documented: an approval with a token.
 * Any other message to the topic is no approval notification.
 */
const MIGHT_BE_ONE = z.object({ approval: z.object({ token: z.string() }) })

/**
 * Reads an approval action's SNS notification; null for any other message to the topic. The account is only in the
 * topic's ARN, and an approval's topic is in the pipeline's own account and Region.
 *
 * @throws {Malformed}
 */
export const parseApprovalNotification = ({ Sns }: Pick<SNSEventRecord, 'Sns'>): ApprovalNotification | null => {
  const what = 'The approval notification'
  const [, region, accountId] = TOPIC.exec(Sns.TopicArn) ?? []
  if (!region || !accountId) throw new Malformed(what, ['TopicArn: not the ARN of a topic'])
  const message = jsonIn(Sns.Message)
  if (!z.safeParse(MIGHT_BE_ONE, message).success) return null
  const { approval } = parseAs(NOTIFICATION, message, what)
  return {
    id: approvalId(accountId, region, approval.token),
    gate: 'manual-approval',
    told: 'topic',
    where: {
      accountId,
      region,
      pipeline: approval.pipelineName,
      stage: approval.stageName,
      action: approval.actionName,
    },
    token: approval.token,
    expiresAt: Date.parse(approval.expires),
  }
}

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
