import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT, SPOKE } from './account.ts'
import { publish } from '../aws/sns/topic.ts'
import { botEnvironment } from './bot-environment.ts'
import { WorkspaceClock } from '../clock.ts'
import { createCodePipeline, type CodePipeline } from '../aws/codepipeline/engine.ts'
import type { CodePipelineEvent } from '../aws/codepipeline/events.ts'
import { CodePipelines, type Place } from './codepipelines.ts'
import { Deliveries } from './deliveries.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import type { Disturbances } from '../disturbances.ts'
import type { Doors, DoorsSettings } from './doors.ts'
import { type Answer, listen } from '../http-server.ts'
import type { DeadLetter } from '../aws/lambda/dead-letters.ts'
import { openLambda } from '../aws/lambda/open-lambda.ts'
import { LiveUpdates } from '../web/live-updates.ts'
import { openAws } from './open-aws.ts'
import type { PageBundle } from '../page/bundle.ts'
import type { Snapshot } from '../page/contract.ts'
import { routes } from '../web/routes.ts'
import { RunningActions } from './running-actions.ts'
import { openSlack } from '../slack/open-slack.ts'
import { GROUPS, PEOPLE } from '../slack/people.ts'

export interface WorkspaceOptions {
  /** 0 takes any free port. */
  port: number
  botToken: string
  signingSecret: string
  /** Opens what the pipeline runs on, with a directory to work in. */
  openDelivery: (settings: DeliverySettings) => Promise<Delivery>
  /** The same for the account that is joined to the bot's; without it, that one has no pipeline of the workspace's. */
  openSpokeDelivery?: (settings: DeliverySettings) => Promise<Delivery>
  /** Opens the bot, as deployed functions are: from environment variables. */
  openDoors: (environment: Record<string, string>, settings: DoorsSettings) => Promise<Doors>
  /** Builds the page. */
  openPage: () => Promise<PageBundle>
  clock?: WorkspaceClock
  /** How long a click waits for the bot; three seconds, as Slack does, when left out. */
  slackPatienceMs?: number
  /** Told of failures, a line each. */
  report?: (line: string) => void
}

export interface Workspace {
  url: string
  clock: WorkspaceClock
  /** CodePipeline in the bot's own account. */
  engine: CodePipeline
  snapshot(): Snapshot
  /** Troubles to order for the AWS endpoint and for Slack's Web API, by operation and by method. */
  disturb: { aws: Disturbances; slack: Disturbances }
  /** What was given up. */
  deadLetters: readonly DeadLetter[]
  /** Resolves when no function of the bot is running. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Where links into CodePipeline's console begin; here they lead to the workspace's own stand-in. */
const AWS_CONSOLE = 'https://console.aws.amazon.com/codesuite/codepipeline'

/** Opens the whole of Greenlight on this machine. Rejects with a sentence when the port cannot be had. */
export const openWorkspace = async (options: WorkspaceOptions): Promise<Workspace> => {
  const { clock = new WorkspaceClock(), report = () => {}, botToken: token, signingSecret } = options
  const closers: (() => Promise<unknown> | void)[] = []
  // What runs on the machine goes first: it must not outlive a workspace that is given little time to close.
  const stopRunning: (() => Promise<unknown> | void)[] = []
  const close = async () => {
    for (const stop of stopRunning.splice(0)) await stop()
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  let closing = false
  try {
    let answer: Answer = () => new Response('Starting\n', { status: 503 })
    const server = await listen((request) => answer(request), options.port)
    const { url } = server
    closers.push(() => server.close())

    const directory = await mkdtemp(join(tmpdir(), 'greenlight-'))
    closers.push(() => rm(directory, { recursive: true, force: true }))
    closers.push(() => clock.stop())

    const updates = new LiveUpdates()
    const changed = () => updates.changed()
    const page = await options.openPage()
    const spokeDirectory = join(directory, 'spoke')
    await mkdir(spokeDirectory)
    const [delivery, spokeDelivery] = await Promise.all([
      options.openDelivery({ clock, url, directory, changed, report }),
      options.openSpokeDelivery?.({ clock, url, directory: spokeDirectory, changed, report }),
    ])
    const deliveries = new Deliveries({ [ACCOUNT.accountId]: delivery, [SPOKE.accountId]: spokeDelivery })
    const actions = new RunningActions()
    stopRunning.push(() => deliveries.close())
    stopRunning.push(() => actions.ended())
    const slack = await openSlack({
      token,
      signingSecret,
      clock,
      url: () => url,
      changed,
      ...(options.slackPatienceMs !== undefined && { patienceMs: options.slackPatienceMs }),
    })
    closers.push(() => slack.close())

    const codePipelineIn = (place: Place, runners: Delivery['runners'], putEvent: (event: CodePipelineEvent) => void) =>
      createCodePipeline({
        ...place,
        clock,
        timers: clock,
        runners: actions.observe(runners),
        publishNotice: (topicArn, notice) => {
          const message = JSON.stringify(notice).replaceAll(AWS_CONSOLE, `${url}/console`)
          publish(aws.topics, { topicArn, message })
        },
        putEvent,
        workDirectory: join(directory, 'artifacts'),
      })
    const home = { accountId: ACCOUNT.accountId, region: ACCOUNT.region }
    const spoke = { accountId: SPOKE.accountId, region: SPOKE.region }
    const engine = codePipelineIn(home, delivery.runners, (event) => aws.eventBus.emit(event))
    const spokeEngine = codePipelineIn(spoke, spokeDelivery?.runners ?? {}, (event) => {
      if (aws.spoke.forwards(event)) aws.eventBus.emit(event)
    })
    const pipelines = new CodePipelines([
      { place: home, engine },
      { place: spoke, engine: spokeEngine },
    ])
    const aws = await openAws({
      clock,
      url,
      secrets: { botToken: token, signingSecret },
      codePipeline: (...call) => pipelines.answer(...call),
      noticePublished: (notice) => lambda.noticePublished(notice),
      ...(spokeDelivery?.shifting && { shifting: spokeDelivery.shifting }),
    })

    const environment = botEnvironment({ url, queueUrl: aws.effects.url, botToken: token, signingSecret })
    const doors = await options.openDoors(environment, { clock, url, directory, report })
    const lambda = openLambda({
      doors,
      clock,
      accountId: ACCOUNT.accountId,
      region: ACCOUNT.region,
      effects: aws.effects,
      report,
    })
    closers.push(() => lambda.stop())
    aws.eventBus.addRule({
      name: 'greenlight-pipeline-changed',
      matches: ({ source }) => source === 'aws.codepipeline' && !closing,
      deliver: (event) => lambda.pipelineChanged(event),
    })
    closers.push(pipelines.onChange(changed))
    stopRunning.unshift(() => {
      closing = true
      pipelines.abandonAll()
    })

    const snapshot = (): Snapshot => ({
      now: clock.now(),
      clockAheadMs: clock.aheadByMs,
      people: [...PEOPLE],
      pipelines: deliveries.shownIn(pipelines.view()),
      channels: slack.transcript.channels(),
      userGroups: GROUPS.map(({ id, handle, users }) => ({ id, handle, members: [...users] })),
      modals: slack.modals.views(),
      notRun: deliveries.notRun(),
      application: delivery.application(),
    })
    answer = routes({ page, aws, slack, lambda, pipelines, deliveries, clock, updates, snapshot }).fetch
    engine.createPipeline(delivery.pipeline, `arn:aws:iam::${ACCOUNT.accountId}:user/workspace`)
    // Left waiting for its first commit: two first builds at once would keep a newcomer waiting for either.
    if (spokeDelivery)
      spokeEngine.createPipeline(spokeDelivery.pipeline, `arn:aws:iam::${SPOKE.accountId}:user/workspace`, {
        start: false,
      })
    return {
      url,
      clock,
      engine,
      snapshot,
      disturb: { aws: aws.disturbances, slack: slack.disturbances },
      deadLetters: lambda.deadLetters,
      settled: () => lambda.settled(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
