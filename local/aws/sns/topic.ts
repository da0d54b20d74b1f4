import { randomUUID } from 'node:crypto'
import { AwsError } from '../aws-error.ts'

export interface Notice {
  messageId: string
  topicArn: string
  subject: string | null
  message: string
}

export interface Publication {
  topicArn: string
  message: string
  subject?: string | null
}

const MAX_MESSAGE_BYTES = 262_144

/** An approval topic. What is published is handed to its one subscriber; publishing means accepted, not handled. */
export class Topic {
  readonly arn: string
  readonly #subscriber: (notice: Notice) => void

  constructor(arn: string, subscriber: (notice: Notice) => void) {
    this.arn = arn
    this.#subscriber = subscriber
  }

  /** Publishes a message and returns its id. Throws AwsError as SNS's Publish does. */
  publish(publication: Omit<Publication, 'topicArn'>): string {
    const { message } = publication
    if (message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message')
    if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES)
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long')
    const messageId = randomUUID()
    this.#subscriber({ messageId, topicArn: this.arn, subject: publication.subject ?? null, message })
    return messageId
  }
}

/** Publishes to the topic that is named. Throws AwsError also when there is none. */
export const publish = (topics: readonly Topic[], publication: Publication): string => {
  const topic = topics.find(({ arn }) => arn === publication.topicArn)
  if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404)
  return topic.publish(publication)
}
