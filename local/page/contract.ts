/**
 * What the workspace sends to its page, and the requests of the page.
 *
 * `GET /local/events` is a Server-Sent Events stream: each `state` event has a whole {@link Snapshot} as JSON, sent at
 * once on connecting and after every change (at most about 20 a second). `GET /local/state` returns the same once. `GET
 * /local/logs/:actionExecutionId` returns the log of one action run as text/plain. `GET /local/audit` is the audit
 * record of every approval, as JSON Lines, and `GET /local/announcements` the bot's own events.
 *
 * Every request below is a JSON POST that returns `{ ok: true }` or `{ ok: false, error }`, the error a sentence for
 * the person on the page.
 */
export interface Snapshot {
  /** Another one each time the workspace starts: it keeps everything in memory. */
  run: string
  /** Workspace time, epoch milliseconds, and how far it is ahead of the machine's. */
  now: number
  clockAheadMs: number
  people: Person[]
  pipelines: PipelineView[]
  channels: ChannelView[]
  /** Slack user groups, so that `<!subteam^S…>` reads as its handle. */
  userGroups: { id: string; handle: string; members: string[] }[]
  /** Open modals, at most one stack a person; the last is on top. */
  modals: ModalView[]
  /** The bot's Home tab of each person for whom it has published one. */
  homes: { userId: string; view: unknown }[]
  /** What cannot run for real on this machine, and why. Empty on a fully equipped one. */
  notRun: { what: string; why: string }[]
  /** The deployed application, once something has been deployed. */
  application: ApplicationView | null
}

export interface ApplicationView {
  url: string
  version: string
  healthy: boolean
  /** While another version is installed on its machine, it may not answer. */
  deploying?: boolean
  /** The version that traffic is being shifted to, and its current share. */
  next?: { version: string; percent: number } | null
}

export interface Person {
  id: string
  /** Slack handle, without @. */
  name: string
  realName: string
  /** What they are here, such as "Release manager" or "Contractor, not an approver". */
  title: string
  email: string
  /** A CSS color for the avatar with initials. */
  color: string
}

export type Status =
  | 'NotStarted'
  | 'InProgress'
  | 'Succeeded'
  | 'Failed'
  | 'Stopping'
  | 'Stopped'
  | 'Superseded'
  | 'Cancelled'
  | 'Abandoned'
  | 'Skipped'

export interface PipelineView {
  name: string
  accountId: string
  /** What people call the account, where it has such a name. */
  accountName?: string
  region: string
  stages: {
    name: string
    transitionEnabled: boolean
    actions: { name: string; category: string; provider: string }[]
  }[]
  /** Newest first. */
  executions: ExecutionView[]
  /**
   * Set if the workspace has the repository and runs the deployment: commits can be pushed. `outside`: a build can be
   * started without the pipeline.
   */
  delivery?: { application: ApplicationView | null; outside?: true }
}

export interface ExecutionView {
  id: string
  status: Status
  startedAt: number
  endedAt: number | null
  startedBy: string
  /** Null until the source action has succeeded. */
  revision: { id: string; title: string; author: string; url: string } | null
  stages: StageView[]
}

export interface StageView {
  name: string
  status: Status
  /** True when this execution waits in front of the stage because another one is in it. */
  waitingToEnter: boolean
  actions: ActionView[]
}

export interface ActionView {
  name: string
  category: string
  provider: string
  status: Status
  startedAt: number | null
  endedAt: number | null
  summary: string
  actionExecutionId: string | null
  hasLog: boolean
  /** On an approval that waits. */
  approval: { token: string; expiresAt: number } | null
}

export interface ChannelView {
  id: string
  name: string
  topic: string
  /** The person whose conversation with the app it is; null for a channel that everyone sees. */
  onlyFor: string | null
  /** Oldest first, thread replies included (threadTs set). */
  messages: MessageView[]
}

export interface MessageView {
  ts: string
  /** Workspace time at which it was posted, epoch milliseconds. */
  at: number
  editedAt: number | null
  /** Shown name of the sender ("Greenlight"), and whether it is the app. */
  from: string
  isApp: boolean
  text: string
  /** Slack Block Kit, as posted. */
  blocks: unknown[]
  threadTs: string | null
  /** Set when only this person sees it (chat.postEphemeral, response_url). */
  onlyFor: string | null
}

export interface ModalView {
  userId: string
  viewId: string
  /** Slack's view object, as opened. */
  view: unknown
  /** block_id → message, after a submission answered with response_action "errors". */
  errors: Record<string, string>
}

/** The account of the pipeline; the bot's own if left out. */
export interface InAccount {
  accountId?: string
}

/** POST /local/push: a commit on a pipeline's branch. */
export interface PushRequest extends InAccount {
  userId: string
  /** `good` changes a text of the app; `broken` makes the app crash at start; `failing-test` fails the build. */
  kind: 'good' | 'broken' | 'failing-test'
  /** First line of the commit message; a default for the kind if left out. */
  message?: string
}

/** POST /local/slack/click: a button of a message, as one person. Answered when Slack would have its answer (3 s). */
export interface ClickRequest {
  userId: string
  channelId: string
  ts: string
  blockId: string
  actionId: string
}

/** POST /local/slack/home: a person opens the bot's Home tab. */
export interface HomeRequest {
  userId: string
}

/** POST /local/slack/home-click: a button of it. */
export type HomeClickRequest = Omit<ClickRequest, 'channelId' | 'ts'>

/** POST /local/slack/submit: the top modal's primary button. `values` is Slack's view.state.values. */
export interface SubmitRequest {
  userId: string
  viewId: string
  values: Record<string, Record<string, unknown>>
}

/** POST /local/slack/close */
export interface CloseRequest {
  userId: string
  viewId: string
}

/** POST /local/slack/command: what a person types behind `/greenlight` in a channel. */
export interface CommandRequest {
  userId: string
  channelId: string
  text: string
}

/** POST /local/slack/shortcut: a shortcut of the bot in the menu of a message. */
export interface ShortcutRequest {
  userId: string
  channelId: string
  ts: string
  callbackId: string
}

/** POST /local/console/decide: a decision in the AWS console. Permissions are not checked. */
export interface ConsoleDecisionRequest extends InAccount {
  userId: string
  pipelineName: string
  stageName: string
  actionName: string
  token: string
  status: 'Approved' | 'Rejected'
  summary: string
}

/** POST /local/console/stop */
export interface ConsoleStopRequest extends InAccount {
  userId: string
  pipelineName: string
  executionId: string
  abandon: boolean
}

/** POST /local/console/start, POST /local/console/retry (the failed actions of the failed stage) */
export interface ConsoleStartRequest extends InAccount {
  userId: string
  pipelineName: string
}
export interface ConsoleRetryRequest extends ConsoleStartRequest {
  executionId: string
  stageName: string
}

/** POST /local/console/build: builds the newest commit without the pipeline. */
export interface OutsideRequest extends InAccount {
  userId: string
}

/** POST /local/clock: moves the workspace's clock forward; timers that are due by then fire. */
export interface ClockRequest {
  aheadByMs: number
}
