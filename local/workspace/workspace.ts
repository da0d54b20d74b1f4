import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SOURCE } from '../../functions/aws/announcements.ts'
import type { KeySpec } from '../../functions/aws/kms.ts'
import { DECIDED } from '../../functions/flows/effects/announce-verdict.ts'
import type { CodePipeline } from '../aws/codepipeline/codepipeline.ts'
import { createWorkspaceClock, type WorkspaceClock } from '../clock.ts'
import type { Disturbances } from '../disturbances.ts'
import { type Answer, listen } from '../http-server.ts'
import { openSlack } from '../slack/open-slack.ts'
import type { Account } from '../web/account.ts'
import type { PageBundle } from '../web/bundle-page.ts'
import { createLiveUpdates } from '../web/live-updates.ts'
import { routes } from '../web/routes.ts'
import { snapshotOf } from '../web/snapshot.ts'
import { ACCOUNT, JOINED_ACCOUNT } from './account.ts'
import { answerCodePipeline } from './answer-codepipeline.ts'
import { auditRecord } from './audit-record.ts'
import { botEnvironment } from './bot-environment.ts'
import { type BotFunctions, type DeadLetter, openBotFunctions } from './bot-functions.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import type { Doors, DoorsSettings } from './doors.ts'
import { abandonAll, openAccount } from './open-account.ts'
import { endLeftOver, ownDirectory } from './left-over.ts'
import { openAws } from './open-aws.ts'
import { openRecordDesk } from './record-desk.ts'
import { createRunningActions } from './running-actions.ts'

export interface WorkspaceOptions {
  /** 0 takes any free port. */
  port: number
  botToken: string
  signingSecret: string
  /** Of the key that signs what people decide; ECC_NIST_P256 if left out. */
  signingKeySpec?: KeySpec
  /** Opens what the pipeline of the bot's own account runs on. */
  openDelivery: (settings: DeliverySettings) => Promise<Delivery>
  /** The same for the joined account; without it, the workspace has no pipeline there. */
  openJoinedDelivery?: (settings: DeliverySettings) => Promise<Delivery>
  /** Opens the bot, with environment variables as deployed functions have them. */
  openDoors: (environment: Record<string, string>, settings: DoorsSettings) => Promise<Doors>
  /** Builds the page. */
  openPage: () => Promise<PageBundle>
  clock?: WorkspaceClock
  /** How long a click waits for the bot; three seconds, as Slack does, if left out. */
  slackPatienceMs?: number
  /** Called with failures, a line each. */
  report?: (line: string) => void
}

export interface Workspace {
  url: string
  clock: WorkspaceClock
  /** CodePipeline in the bot's own account. */
  codePipeline: CodePipeline
  /** Answers a request to the AWS endpoint, as the server at `url` does. */
  answerAws(request: Request): Promise<Response>
  /** The current content of the page. */
  snapshot(): ReturnType<typeof snapshotOf>
  /** Faults to order for the AWS endpoint and for Slack's Web API, by operation and by method. */
  disturb: { aws: Disturbances; slack: Disturbances }
  /** The events that were given up. */
  deadLetters: readonly DeadLetter[]
  /** Resolves when no function of the bot is running. */
  settled(): Promise<void>
  close(): Promise<void>
}

type Closer = () => Promise<unknown> | void

/** Opens the whole of Greenlight on this machine. Rejects with a sentence if the port is taken. */
export const openWorkspace = async (options: WorkspaceOptions): Promise<Workspace> => {
  const {
    clock = createWorkspaceClock(),
    report = () => {},
    botToken,
    signingSecret,
    signingKeySpec = 'ECC_NIST_P256',
  } = options
  const closers: Closer[] = []
  // The programs on this machine stop first: they must not outlive a workspace that has little time to close.
  const stopRunning: Closer[] = []
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

    const ended = await endLeftOver(tmpdir())
    if (ended > 0)
      report(`Removed what ${ended === 1 ? 'a workspace' : `${ended} workspaces`} left behind that could not stop.`)
    const directory = await ownDirectory(tmpdir())
    closers.push(() => rm(directory, { recursive: true, force: true }))
    closers.push(() => clock.stop())

    const updates = createLiveUpdates()
    const { changed } = updates
    closers.push(clock.onMove(changed))
    const page = await options.openPage()
    let accounts: Account[] = []
    const aws = await openAws({
      clock,
      url,
      secrets: { botToken, signingSecret },
      signingKeySpec,
      codePipeline: answerCodePipeline(() => accounts),
      artifact: (bucket, key) =>
        accounts.map(({ codePipeline }) => codePipeline.artifact(bucket, key)).find((found) => found !== null) ?? null,
      noticePublished: (event) => bot.noticePublished(event),
    })
    const joinedDirectory = join(directory, 'joined')
    await mkdir(joinedDirectory)
    const settings = { clock, url, aws, changed, report }
    const [delivery, joinedDelivery] = await Promise.all([
      options.openDelivery({ ...settings, directory }),
      options.openJoinedDelivery?.({ ...settings, directory: joinedDirectory }),
    ])
    const actions = createRunningActions()
    stopRunning.push(() => Promise.all([delivery.close(), joinedDelivery?.close()]))
    stopRunning.push(() => aws.builds.close())
    stopRunning.push(() => actions.ended())
    const slack = await openSlack({
      token: botToken,
      signingSecret,
      clock,
      url: () => url,
      changed,
      ...(options.slackPatienceMs !== undefined && { patienceMs: options.slackPatienceMs }),
    })
    closers.push(() => slack.close())

    const common = { clock, url, workDirectory: join(directory, 'artifacts'), actions, sns: aws.sns }
    const home = openAccount({ ...common, place: ACCOUNT, delivery, putEvent: aws.eventBus.emit })
    const joined = openAccount({
      ...common,
      place: JOINED_ACCOUNT,
      delivery: joinedDelivery,
      putEvent: aws.joinedEventBus.emit,
    })
    accounts = [home, joined]
    for (const { codePipeline } of accounts) closers.push(codePipeline.onChange(changed))

    const environment = botEnvironment({ url, queueUrl: aws.effects.url, botToken, signingSecret, signingKeySpec })
    const doors = await options.openDoors(environment, { clock, url, directory, report })
    const bot: BotFunctions = openBotFunctions({ ...aws, doors, clock, accountId: ACCOUNT.accountId, report })
    closers.push(() => bot.stop())
    aws.eventBus.addRule({
      name: 'greenlight-pipeline-changed',
      pattern: { source: ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'] },
      deliver: (event) => {
        if (!closing) bot.pipelineChanged(event)
      },
    })
    aws.eventBus.addRule({
      name: 'greenlight-approval-decided',
      pattern: DECIDED_HERE,
      deliver: (event) => {
        if (!closing) bot.approvalDecided(event)
      },
    })
    stopRunning.unshift(() => {
      closing = true
      accounts.forEach(abandonAll)
    })

    const began = clock.now()
    const recordDirectory = join(directory, 'record')
    await mkdir(recordDirectory)
    const parts = {
      run: clock.newId(),
      page,
      clock,
      slack,
      accounts,
      updates,
      answerAws: aws.answer,
      answerSlackEvent: bot.answerSlack,
      deadLetters: bot.deadLetters,
      announcements: () => aws.eventBus.events.filter(({ source }) => source === SOURCE),
      buildLog: aws.logs.ofStream,
      record: openRecordDesk({
        awsUrl: `${url}/aws`,
        directory: recordDirectory,
        began,
        now: () => clock.now(),
      }),
      auditRecord: () => auditRecord(`${url}/aws`, { from: began, now: clock.now() }),
    }
    answer = routes(parts).fetch
    home.codePipeline.createPipeline(delivery.pipeline, workspaceUser(ACCOUNT))
    // It waits for its first commit: two first builds at once would make a newcomer wait for either.
    if (joinedDelivery)
      joined.codePipeline.createPipeline(joinedDelivery.pipeline, workspaceUser(JOINED_ACCOUNT), { start: false })
    return {
      url,
      clock,
      codePipeline: home.codePipeline,
      answerAws: aws.answer,
      snapshot: () => snapshotOf(parts),
      disturb: { aws: aws.disturbances, slack: slack.disturbances },
      deadLetters: bot.deadLetters,
      settled: bot.settled,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** As infra/attestations.yml has it. */
const DECIDED_HERE = {
  source: [SOURCE],
  'detail-type': [DECIDED],
  detail: { how: ['slack'], verdict: ['Approved'] },
}

/** Who creates the pipelines. */
const workspaceUser = ({ accountId }: { accountId: string }): string => `arn:aws:iam::${accountId}:user/workspace`
