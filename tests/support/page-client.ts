import type { Block } from '../../local/slack/transcript.ts'
import type { MessageView, ModalView, Snapshot } from '../../local/page/contract.ts'
import { readView } from '../../local/page/slack/block-kit.ts'
import { type Filled, stateValues } from '../../local/page/slack/modal-values.ts'

/** The page of a workspace, without a browser: what it receives and what it can request. */
export const pageClient = (url: string) => {
  /** Follows the page's stream until a snapshot matches. */
  const seen = async (wanted: (snapshot: Snapshot) => boolean): Promise<Snapshot> => {
    const stream = await fetch(`${url}/local/events`)
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of stream.body as ReadableStream<Uint8Array>) {
      const events = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^event: state\ndata: (.*)$/.exec(event)?.[1]
        if (!data) continue
        const snapshot = JSON.parse(data) as Snapshot
        if (wanted(snapshot)) return snapshot
      }
    }
    throw new Error('The stream ended')
  }
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as { ok: boolean; error?: string } }
  }
  return { seen, post }
}

export const newestExecution = (snapshot: Snapshot) => snapshot.pipelines[0]?.executions[0]

/** The approval that waits in the newest execution, if there is one. */
export const waitingApproval = (snapshot: Snapshot) =>
  newestExecution(snapshot)
    ?.stages.flatMap((stage) => stage.actions)
    .find((action) => action.approval)?.approval

/** The messages of a person's conversation with the app. */
export const directMessages = (snapshot: Snapshot, userId: string): MessageView[] =>
  snapshot.channels.filter(({ onlyFor }) => onlyFor === userId).flatMap(({ messages }) => messages)

export const messagesIn = (snapshot: Snapshot, channelId: string): MessageView[] =>
  snapshot.channels.find(({ id }) => id === channelId)?.messages ?? []

/** The newest message of a channel that is no reply in a thread: how a deployment ended is told in its card's thread. */
export const newestIn = (snapshot: Snapshot, channelId: string): MessageView | undefined =>
  messagesIn(snapshot, channelId).findLast(({ threadTs }) => threadTs === null)

/** The block that holds a button of a message, or undefined when there is no such button. */
export const blockWith = (message: MessageView | undefined, actionId: string): Block | undefined =>
  (message?.blocks as Block[] | undefined)?.find((block) =>
    block.elements?.some((element) => element.action_id === actionId),
  )

/** What Slack sends of a form: each of its inputs, filled in by block id or as the form first shows it. */
export const formValues = ({ view }: ModalView, filled: Filled = {}): ReturnType<typeof stateValues> => {
  const read = readView(view)
  if (!read) throw new Error('The page cannot show this form')
  return stateValues(read.blocks, filled)
}
