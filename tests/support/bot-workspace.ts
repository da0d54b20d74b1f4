import type { MessageView, Snapshot } from '../../local/page/contract.ts'
import type { Disturbance } from '../../local/disturbances.ts'
import { openDoorsWith } from '../../local/workspace/open-doors.ts'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { type WorkspaceOptions, openWorkspace } from '../../local/workspace/workspace.ts'
import { reachDirectly } from './direct-dynamodb.ts'
import { hurried } from './hurried.ts'
import { blockWith, messagesIn, newestExecution, pageClient, waitingApproval } from './page-client.ts'
import { stillDelivery } from './still-delivery.ts'
import { botToken, signingSecret } from './secret.ts'

export const RELEASES = 'C0RELEASES'
export const APPROVAL = { pipelineName: 'flask-app', stageName: 'Production', actionName: 'Approve' }
export const BOT_TOKEN = botToken('doors')
const SIGNING_SECRET = signingSecret('doors')
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals'

const ONE_APPROVAL = new URL('../local/workspace/one-approval.yml', import.meta.url)
/** The same, requested by notifications only. */
export const BY_TOPIC = new URL('../local/workspace/by-topic.yml', import.meta.url)
/** A release manager and an engineer. */
export const TWO_APPROVALS = new URL('../local/workspace/two-approvals.yml', import.meta.url)

type OpenDelivery = WorkspaceOptions['openDelivery']

export type BotWorkspace = Awaited<ReturnType<typeof openBotWorkspace>>

/** The real bot in a workspace whose pipeline's actions end at once, and requests to its handlers from outside. */
export const openBotWorkspace = async (
  routes = ONE_APPROVAL,
  openDelivery: OpenDelivery = stillDelivery,
  openDoors = openDoorsWith(routes),
  signingKeySpec: WorkspaceOptions['signingKeySpec'] = 'ECC_NIST_P256',
) => {
  const reported: string[] = []
  const workspace = await openWorkspace({
    port: 0,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    signingKeySpec,
    openDelivery,
    openDoors,
    openPage: () => Promise.resolve({ html: '', assets: {} }),
    report: (line) => reported.push(line),
  })
  const { url, clock, disturb } = workspace
  const faults = { areOrdered: false }
  const endDirect = reachDirectly(url, { answer: workspace.answerAws, isStill: () => !faults.areOrdered })
  const { seen, post } = pageClient(url)
  const until = (wanted: (snapshot: Snapshot) => boolean) => hurried(clock, seen(wanted))

  /** POSTs to the bot's request URL, signed as Slack signs it unless `headers` say otherwise. */
  const send = async (body: string, { headers = {}, agedSeconds = 0 }: Sending = {}) => {
    const response = await fetch(`${url}/slack/events`, {
      method: 'POST',
      headers: { ...signedHeaders(SIGNING_SECRET, clock.now() - agedSeconds * 1000, body), ...headers },
      body,
    })
    return { status: response.status, body: await response.text() }
  }

  /** What the pipeline's service role does with a topic, and what any principal could do that may publish to it. */
  const publish = async (message: string) => {
    const published = await fetch(`${url}/aws/`, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=pipeline/20261123/eu-west-1/sns/aws4_request' },
      body: new URLSearchParams({ Action: 'Publish', TopicArn: TOPIC, Message: message }),
    })
    if (!published.ok) throw new Error(`SNS answered ${published.status}`)
  }

  const push = (title: string) => post('/local/push', { userId: 'U0ANA', kind: 'good', message: title })

  /** Waits until an approval can be decided in Slack; starts a new execution if none waits. */
  const ask = async (title = 'A change') => {
    if (executionStatus(workspace.snapshot()) !== 'InProgress') await push(title)
    await until(
      (current) =>
        waitingApproval(current) !== undefined &&
        blockWith(shown(current), 'approve') !== undefined &&
        wordsOf(shown(current)).includes(newestRevision(current)),
    )
    // A new message names the missing approvers a moment after it was posted.
    await workspace.settled()
    const snapshot = workspace.snapshot()
    const message = shown(snapshot)
    const token = waitingApproval(snapshot)?.token
    if (!message || !token) throw new Error('Nobody is asked')
    return { message, token, approvalId: approvalIdIn(message) }
  }

  return {
    ...workspace,
    close: async () => {
      await workspace.close()
      endDirect()
    },
    disturb: {
      slack: disturb.slack,
      aws: {
        ...disturb.aws,
        order: (disturbance: Disturbance) => {
          faults.areOrdered = true
          disturb.aws.order(disturbance)
        },
      },
    },
    reported,
    until,
    post,
    send,
    publish,
    ask,
    push,
    untilText: (text: RegExp) => until((snapshot) => text.test(shown(snapshot)?.text ?? '')),
    /** Lets the bot finish, and moves the clock through everything that is due within `ms`. */
    pass: (ms: number) => clock.moveAhead(ms),
  }
}

interface Sending {
  headers?: Record<string, string>
  /** How long ago the signature was made. */
  agedSeconds?: number
}

/** The newest message in #releases that everyone there sees, without replies in its thread. */
export const shown = (snapshot: Snapshot): MessageView | undefined => forEveryone(snapshot).at(-1)

export const forEveryone = (snapshot: Snapshot): MessageView[] =>
  messagesIn(snapshot, RELEASES).filter((message) => message.onlyFor === null && !isReply(message))

/** The replies in the thread of the newest message. */
export const saidUnder = (snapshot: Snapshot): MessageView[] =>
  messagesIn(snapshot, RELEASES).filter((message) => isReply(message) && message.threadTs === shown(snapshot)?.ts)

const isReply = ({ threadTs, ts }: MessageView): boolean => threadTs !== null && threadTs !== ts

const newestRevision = (snapshot: Snapshot): string => newestExecution(snapshot)?.revision?.id.slice(0, 7) ?? ''

export const executionStatus = (snapshot: Snapshot) => newestExecution(snapshot)?.status

/** All the words of a message, as they are in its blocks. */
export const wordsOf = (message: MessageView | undefined): string => JSON.stringify(message?.blocks ?? [])

export const approvalIdIn = (message: MessageView): string => {
  const elements = blockWith(message, 'approve')?.elements as { action_id: string; value?: string }[] | undefined
  return elements?.find(({ action_id }) => action_id === 'approve')?.value ?? ''
}

/** An approval action's notification ("JSON data format for manual approval notifications in CodePipeline"). */
export const notification = (approval: Record<string, unknown>) => ({
  region: 'eu-west-1',
  consoleLink: 'https://console.example/',
  approval: {
    ...APPROVAL,
    expires: '2030-01-01T00:00Z',
    externalEntityLink: null,
    approvalReviewLink: 'https://console.example/',
    customData: 'Check the basket page first.',
    ...approval,
  },
})
