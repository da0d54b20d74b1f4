import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { counted } from '../counted.ts'
import { Failure } from '../failure.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { type Installation, installationFrom, optionsOf } from '../installation.ts'
import { problemOf } from '../problem.ts'
import { type DeployedStack, readStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'
import { type Door, type DeadLetter, readDeadLetter } from './dead-letter.ts'
import { FUNCTIONS, QUEUES, type QueueId } from './queues.ts'

export interface RedriveOptions extends InstallationOptions {
  yes?: boolean
  queue?: QueueId[]
}

/** How long a message is hidden from other readers, in seconds: while it is shown, and while it is processed. */
const HIDDEN = { shown: 60, processed: 600 }

/** Longer than any function's timeout in serverless.yml. */
const ANSWER_MS = 90_000

interface Aws {
  sqs: SQSClient
  lambda: LambdaClient
}

/**
 * Shows the messages in the dead-letter queues, or gives each to its function and deletes those that succeed.
 *
 * @throws {Failure} if messages wait at the end.
 */
export const redriveMessages = async (options: RedriveOptions, terminal: Terminal): Promise<void> => {
  const installation = await installationFrom(options, terminal)
  const { connection, stackName, region } = installation
  const stack = await readStack(connection, stackName)
  if (!stack) throw new Failure(`There is no stack ${stackName} in ${region}.`)
  const aws: Aws = {
    sqs: new SQSClient(connection),
    lambda: new LambdaClient({
      ...connection,
      requestHandler: { ...connection.requestHandler, requestTimeout: ANSWER_MS },
      // The function may have begun: a person repeats the command.
      maxAttempts: 1,
    }),
  }
  let waiting = 0
  for (const queue of options.queue ?? QUEUES)
    waiting += await redriveQueue(aws, stack, queue, options.yes ?? false, terminal)
  if (waiting === 0) return terminal.print('No message waits.')
  terminal.print(waitingLine(waiting, options, installation))
  throw new Failure('')
}

const waitingLine = (waiting: number, { yes, queue = [] }: RedriveOptions, installation: Installation): string => {
  const wait = waiting === 1 ? 'waits' : 'wait'
  const messages = counted(waiting, 'message', 'messages')
  if (yes) return `${messages} still ${wait}. docs/runbook.md says how to find the reason.`
  const only = queue.length > 0 ? ` --queue ${queue.join(' ')}` : ''
  return `${messages} ${wait}. Process them again: npx greenlight redrive --yes${only} ${optionsOf(installation).greenlight}`
}

/** Returns how many messages wait at the end. */
const redriveQueue = async (
  aws: Aws,
  stack: DeployedStack,
  queue: QueueId,
  process: boolean,
  { print }: Terminal,
): Promise<number> => {
  const QueueUrl = physicalName(stack, queue)
  const left: string[] = []
  for await (const message of messagesIn(aws.sqs, QueueUrl, process ? HIDDEN.processed : HIDDEN.shown)) {
    const letter = readDeadLetter(
      queue,
      message.Body ?? '',
      message.MessageAttributes?.ERROR_MESSAGE?.StringValue ?? null,
    )
    const result = process ? await tryAgain(aws, stack, queue, letter) : null
    print(lineOf(queue, message, letter, result))
    const ReceiptHandle = message.ReceiptHandle ?? ''
    if (result?.succeeded) await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    else left.push(ReceiptHandle)
  }
  for (const ReceiptHandle of left)
    // A message that is visible again already needs nothing.
    await aws.sqs
      .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
      .catch(() => undefined)
  return left.length
}

/** Each message once. A long poll asks all of SQS's servers, so an empty answer means that the queue is empty. */
const messagesIn = async function* (
  sqs: SQSClient,
  QueueUrl: string,
  VisibilityTimeout: number,
): AsyncGenerator<Message> {
  const seen = new Set<string>()
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        VisibilityTimeout,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['ERROR_MESSAGE'],
      }),
    )
    const unseen = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId))
    if (unseen.length === 0) return
    for (const message of unseen) {
      seen.add(message.MessageId ?? '')
      yield message
    }
  }
}

interface Result {
  succeeded: boolean
  because: string
}

const tryAgain = async (aws: Aws, stack: DeployedStack, queue: QueueId, { door }: DeadLetter): Promise<Result> => {
  if (!door) return { succeeded: false, because: 'left: it cannot be read' }
  try {
    const error = await passThrough(aws, stack, queue, door)
    return error === null
      ? { succeeded: true, because: door.kind === 'effects' ? 'queued again' : 'processed' }
      : { succeeded: false, because: `failed again: ${error}` }
  } catch (error) {
    return { succeeded: false, because: `not tried: ${problemOf(error).sentence}` }
  }
}

/** Null if it succeeded, otherwise the function's error. */
const passThrough = async (
  { sqs, lambda }: Aws,
  stack: DeployedStack,
  queue: QueueId,
  door: Door,
): Promise<string | null> => {
  if (door.kind === 'effects') {
    await sqs.send(new SendMessageCommand({ QueueUrl: physicalName(stack, 'Effects'), MessageBody: door.body }))
    return null
  }
  const FunctionName = physicalName(stack, FUNCTIONS[queue as keyof typeof FUNCTIONS])
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(door.event) }),
  )
  if (!FunctionError) return null
  const { errorMessage } = JSON.parse(Payload?.transformToString() || '{}') as { errorMessage?: unknown }
  return typeof errorMessage === 'string' ? errorMessage : FunctionError
}

/** @throws {Failure} */
const physicalName = ({ name, resources }: DeployedStack, id: string): string => {
  const found = resources.find((resource) => resource.id === id)
  if (!found) throw new Failure(`${name} has no ${id}: it was deployed from another serverless.yml.`)
  return found.name
}

const lineOf = (queue: QueueId, { Attributes }: Message, letter: DeadLetter, result: Result | null): string => {
  const sent = Number(Attributes?.SentTimestamp)
  const when = Number.isFinite(sent) ? new Date(sent).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length) : 'at some time'
  const because = letter.because ? ` (${letter.because})` : ''
  const outcome = result ? `: ${result.because}` : ''
  // A message may hold text from anywhere, and a terminal obeys control characters.
  return `${queue}  ${when}  ${letter.what}${because}${outcome}`.replaceAll(/\p{Cc}+/gu, ' ')
}
