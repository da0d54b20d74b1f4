import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { openAws } from '../../../support/aws-endpoint.ts'

let aws: Awaited<ReturnType<typeof openAws>>
let sqs: SQSClient
let QueueUrl: string
beforeEach(async () => {
  aws = await openAws()
  sqs = new SQSClient(aws.client)
  QueueUrl = (await sqs.send(new GetQueueUrlCommand({ QueueName: 'effects' }))).QueueUrl ?? ''
})
afterEach(() => aws.close())

const receive = async () =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? []

describe('a queue', () => {
  test('hides a delayed message until the workspace’s clock has reached its time', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }))
    expect(await receive()).toEqual([])
    await aws.clock.moveAhead(899_000)
    expect(await receive()).toEqual([])
    await aws.clock.moveAhead(1000)
    expect(await receive()).toMatchObject([{ Body: 'later' }])
  })

  test('shows a received message again after its visibility timeout, until it is deleted', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }))
    expect(await receive()).toHaveLength(1)
    expect(await receive()).toHaveLength(0)
    await aws.clock.moveAhead(30_000)
    const [second] = await receive()
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }))
    await aws.clock.moveAhead(30_000)
    expect(await receive()).toHaveLength(0)
    expect(aws.dead.messages()).toHaveLength(0)
  })

  test('moves a message that was received too often to the dead-letter queue', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }))
    for (const attempt of [1, 2]) {
      expect(await receive()).toHaveLength(1)
      expect(aws.effects.messages()[0]?.receiveCount).toBe(attempt)
      await aws.clock.moveAhead(30_000)
    }
    expect(await receive()).toHaveLength(0)
    expect(aws.dead.messages()).toMatchObject([{ body: 'poison' }])
  })

  test('lets a receiver return a message at once', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'back' }))
    const [message] = await receive()
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }),
    )
    expect(await receive()).toMatchObject([{ Body: 'back' }])
  })

  test('wakes a receiver that waits', async () => {
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'here' }))
    expect((await waiting).Messages).toMatchObject([{ Body: 'here' }])
  })

  test('takes a batch entry by entry', async () => {
    const answer = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'good' },
          { Id: 'bad', MessageBody: 'bad', DelaySeconds: 901 },
        ],
      }),
    )
    expect(answer.Successful).toMatchObject([{ Id: 'good' }])
    expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidParameterValue' }])
  })

  test('counts its messages', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 60 }))
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      RedrivePolicy: expect.stringContaining('"maxReceiveCount":2'),
    })
  })

  test('refuses what SQS refuses', async () => {
    const tooLate = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 }))
    await expect(tooLate).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    const nowhere = sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))
    await expect(nowhere).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  })
})
