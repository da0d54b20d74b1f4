import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT } from './account.ts'
import { WorkspaceClock } from './clock.ts'
import { handleCodePipeline } from './codepipeline/api.ts'
import { createCodePipeline, type CodePipeline } from './codepipeline/engine.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import type { Disturbances } from './disturbances.ts'
import type { Doors, DoorsSettings } from './doors.ts'
import { type Answer, listen } from './http-server.ts'
import type { DeadLetter } from './lambda/dead-letters.ts'
import { openLambda } from './lambda/open-lambda.ts'
import { LiveUpdates } from './live-updates.ts'
import { openAws } from './open-aws.ts'
import type { PageBundle } from './page/bundle.ts'
import type { Snapshot } from './page/contract.ts'
import { routes } from './routes.ts'
import { RunningActions } from './running-actions.ts'
import { openSlack } from './slack/open-slack.ts'
import { PEOPLE } from './slack/people.ts'

export interface WorkspaceOptions {
  /** 0 takes any free port. */
  port: number
  botToken: string
  signingSecret: string
  /** Opens what the pipeline runs on, with a directory to work in. */
  openDelivery: (settings: DeliverySettings) => Promise<Delivery>
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
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
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
    const delivery = await options.openDelivery({ clock, url, directory, changed })
    const actions = new RunningActions()
    stopRunning.push(() => delivery.close())
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

    const engine = createCodePipeline({
      accountId: ACCOUNT.accountId,
      region: ACCOUNT.region,
      clock,
      timers: clock,
      runners: actions.observe(delivery.runners),
      publishNotice: (topicArn, notice) => {
        const message = JSON.stringify(notice).replaceAll(AWS_CONSOLE, `${url}/console`)
        aws.topic.publish({ topicArn, message })
      },
      putEvent: (event) => aws.eventBus.emit(event),
      workDirectory: join(directory, 'artifacts'),
    })
    const aws = await openAws({
      clock,
      url,
      codePipeline: (target, input, callerArn) => handleCodePipeline(engine, target, input, callerArn),
      noticePublished: (notice) => lambda.noticePublished(notice),
    })
    closers.push(() => aws.close())

    const environment = {
      ACCOUNT_ID: ACCOUNT.accountId,
      AWS_ENDPOINT_URL: `${url}/aws`,
      AWS_REGION: ACCOUNT.region,
      AWS_ACCESS_KEY_ID: ACCOUNT.botAccessKeyId,
      AWS_SECRET_ACCESS_KEY: 'workspace',
      SLACK_API_URL: `${url}/slack/api/`,
      SLACK_BOT_TOKEN: token,
      SLACK_SIGNING_SECRET: signingSecret,
      TABLE_NAME: ACCOUNT.tableName,
      QUEUE_URL: aws.effects.url,
    }
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
    closers.push(engine.onChange(changed))
    stopRunning.unshift(() => {
      closing = true
      abandonAll(engine)
    })

    const snapshot = (): Snapshot => ({
      now: clock.now(),
      clockAheadMs: clock.aheadByMs,
      people: [...PEOPLE],
      pipelines: engine.view(),
      channels: slack.transcript.channels(),
      modals: slack.modals.views(),
      notRun: delivery.notRun,
      application: delivery.application(),
    })
    answer = routes({ page, aws, slack, lambda, engine, delivery, clock, updates, snapshot }).fetch
    engine.createPipeline(delivery.pipeline, `arn:aws:iam::${ACCOUNT.accountId}:user/workspace`)
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

/** Ends every execution, so that what runs for it is told to stop. */
function abandonAll(engine: CodePipeline): void {
  for (const { name, executions } of engine.view())
    for (const { id, status } of executions)
      if (status === 'InProgress' || status === 'Stopping')
        engine.stopPipelineExecution({ pipelineName: name, pipelineExecutionId: id, abandon: true })
}
