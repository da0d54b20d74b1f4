import { approvalId } from '../../functions/domain/approval-id.ts'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'
import type { Route } from '../../functions/domain/route.ts'
import { checkApproval } from '../../functions/flows/approval/check-approval.ts'
import { readApproval } from '../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../functions/flows/approval/request-approval.ts'
import { performNow } from '../../functions/flows/effects/perform-effect.ts'
import type { Pipelines } from '../../functions/ports/pipelines.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../../local/aws/action-runner.ts'
import type {
  ApprovalNotice,
  CodePipelineEvent,
  PipelineDeclaration,
} from '../../local/aws/codepipeline/codepipeline.ts'
import { createCodePipeline, parsePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import { snsEvent } from '../../local/aws/sns/sns.ts'
import { enginePipelines } from './engine-pipelines.ts'
import { asText } from './as-text.ts'
import { botInMemory } from './bot-in-memory.ts'
import { messageOf } from './memory/slack.ts'
import { DANA, TOPIC, VirtualClock, settled } from './virtual-codepipeline.ts'

export const PIPELINE = 'shop'
const ACCOUNT = { accountId: '111122223333', region: 'eu-west-1' }

/** The next revision of a source, by the name of its action. */
export interface Head {
  outcome: Required<Pick<ActionOutcome, 'outputVariables' | 'revision'>>
}

/** A commit on a connection's branch. */
export const commit = (revisionId: string, author: string, message: string, repository = 'org/src'): Head => ({
  outcome: {
    outputVariables: {
      CommitId: revisionId,
      CommitMessage: message,
      AuthorDisplayName: author,
      AuthorEmail: `${author.toLowerCase()}@example.com`,
      FullRepositoryName: repository,
      ProviderType: 'GitHub',
    },
    revision: {
      revisionId,
      revisionSummary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: message }),
      revisionUrl: `https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections/redirect?FullRepositoryId=${repository}&Commit=${revisionId}`,
      created: 0,
    },
  },
})

export interface Opened {
  route?: Partial<Route>
  onEvent?: (event: CodePipelineEvent) => void
  /** How long an action takes, in milliseconds. */
  takes?: (order: ActionRun) => number
  fails?: (order: ActionRun) => boolean
  /** The revision that a source returns; its head by default. */
  gives?: (order: ActionRun) => Head | undefined
  /** How many runs of actions a page has. */
  runsPage?: number
  /** Changes the answers of the read operations. */
  pipelines?: (answers: Pipelines) => Pipelines
}

/**
 * The real engine on virtual time, and a bot that gets its notifications and reads its state. Sources return their
 * heads, and other actions succeed after a second unless they are in `failing`.
 */
export const deployedPipeline = ({
  route = {},
  onEvent = () => undefined,
  takes = () => 1_000,
  fails = () => false,
  gives,
  runsPage,
  pipelines: differently = (answers) => answers,
}: Opened = {}) => {
  const clock = new VirtualClock()
  const heads = new Map<string, Head>()
  /** `stage/action` of actions that fail. */
  const failing = new Set<string>()
  const notices: ApprovalNotice[] = []
  let atWork = 0

  const working =
    (run: ActionRunner): ActionRunner =>
    async (order) => {
      atWork += 1
      await new Promise<void>((resolve) => clock.at(clock.now() + takes(order), resolve))
      atWork -= 1
      return run(order)
    }
  const isFailing = (order: ActionRun) => failing.has(`${order.stageName}/${order.actionName}`) || fails(order)
  const source = working(async (order) => {
    const head = gives ? gives(order) : heads.get(order.actionName)
    return head && !isFailing(order)
      ? { status: 'Succeeded', ...head.outcome }
      : { status: 'Failed', summary: 'The source cannot be reached' }
  })
  const work = working(async (order) =>
    isFailing(order) ? { status: 'Failed', summary: 'ValidateService exited 1' } : { status: 'Succeeded' },
  )
  const changeSet: ActionRunner = ({ configuration }) =>
    Promise.resolve({
      status: 'Succeeded',
      ...(configuration['ActionMode'] === 'CHANGE_SET_REPLACE' && {
        externalExecutionId: `changeset/detail?changeSetId=${CHANGE_SET_ID}`,
      }),
    })
  const engine = createCodePipeline({
    ...ACCOUNT,
    clock,
    timers: clock,
    runners: {
      ...Object.fromEntries(
        ['CodeStarSourceConnection', 'CodeCommit', 'GitHub', 'S3', 'ECR'].map((name) => [`Source/${name}`, source]),
      ),
      'Build/CodeBuild': work,
      'Test/CodeBuild': work,
      'Deploy/CodeDeploy': work,
      'Deploy/ECS': work,
      'Deploy/CloudFormation': changeSet,
    },
    publishNotice: (_, message) => void notices.push(message),
    putEvent: onEvent,
  })

  const bot = botInMemory(route)
  const answers = enginePipelines(engine, undefined, runsPage)
  const services: Services = {
    ...bot.services,
    configuration: { ...bot.services.configuration, routeFor: (where) => withoutEnvironment(bot.services, where) },
    clock: { ...bot.services.clock, now: clock.now, newId: clock.newId },
    pipelines: differently({
      pipelines: async (...given) => answers.pipelines(...given),
      structure: async (...given) => answers.structure(...given),
      failedRules: async (...given) => answers.failedRules(...given),
      stages: async (...given) => answers.stages(...given),
      actionRuns: async (...given) => answers.actionRuns(...given),
      runs: async (...given) => answers.runs(...given),
      execution: async (...given) => answers.execution(...given),
      executions: async (...given) => answers.executions(...given),
      putApprovalResult: async (...given) => answers.putApprovalResult(...given),
    }),
  }

  /** Lets so many milliseconds pass, from one timer to the next. */
  const advance = async (ms: number): Promise<void> => {
    const until = clock.now() + ms
    await settled()
    while (clock.next <= until) {
      clock.pass(clock.next - clock.now())
      await settled()
    }
    clock.pass(until - clock.now())
  }
  /** Runs the engine until only approvals wait. */
  const rest = async (): Promise<void> => {
    await settled()
    while (atWork > 0) await advance(clock.next - clock.now())
  }
  const read = async (token: string): Promise<Approval> => (await find(token))!
  const find = (token: string): Promise<Approval | null> =>
    readApproval(services, approvalId(ACCOUNT.accountId, ACCOUNT.region, token))

  return {
    engine,
    clock,
    heads,
    failing,
    notices,
    services,
    advance,
    rest,
    read,
    create: (declaration: PipelineDeclaration) => engine.createPipeline(declaration, DANA, { start: false }),
    /** Starts an execution as a push does, a minute later. */
    async start(): Promise<string> {
      clock.pass(60_000)
      const trigger = { triggerType: 'WebhookV2', triggerDetail: '' } as const
      const { pipelineExecutionId } = engine.sourceChanged(PIPELINE, trigger)
      await rest()
      return pipelineExecutionId
    },
    /** Makes the bot request every approval that CodePipeline has requested since. */
    async request(): Promise<Approval[]> {
      const asked = notices.splice(0)
      const approvals: Approval[] = []
      for (const notice of asked) {
        const record = { topicArn: TOPIC, messageId: 'm', message: JSON.stringify(notice), subject: null }
        const { next } = await requestApproval(
          services,
          parseApprovalNotification(snsEvent(record, clock.now()).Records[0]!)!,
        )
        await performNow(services, next, 60_000)
        // CodePipeline may have ended it already.
        const approval = await find(notice.approval.token)
        if (approval) approvals.push(approval)
      }
      return approvals
    },
    /** As the sweep does, some time after the message was shown last. */
    async check({ id, token }: Approval): Promise<Approval> {
      await advance(SHOWN_AGO)
      const { next } = await checkApproval(services, id)
      await performNow(services, next, 60_000)
      return read(token)
    },
    /** Decides in the AWS console. */
    async decide({ token, where }: Approval, status: 'Approved' | 'Rejected' = 'Approved'): Promise<void> {
      const { pipeline: pipelineName, stage: stageName, action: actionName } = where
      engine.putApprovalResult({ pipelineName, stageName, actionName, token, result: { status, summary: '' } }, DANA)
      await rest()
    },
    /** The approval's message as a person reads it. */
    shown: ({ id }: Approval): string => {
      const message = bot.slack.messages.find(({ subject }) => subject === `approval/${id}`)
      if (!message) throw new Error(`Approval ${id} has no message`)
      return asText(messageOf(message.card))
    },
  }
}

/** Stages are called by their names. */
const withoutEnvironment = ({ configuration }: Services, where: StageAction): Route | null => {
  const route = configuration.routeFor(where)
  return route && { ...route, environment: null }
}

/** Longer than the pause between two updates of a message. Milliseconds. */
const SHOWN_AGO = 10_000

type Fields = Record<string, unknown>

const action = (category: string, provider: string, name: string, more: Fields = {}) => ({
  name,
  actionTypeId: { category, owner: provider === 'GitHub' ? 'ThirdParty' : 'AWS', provider, version: '1' },
  ...more,
})

export const sourceOf = (name: string, provider = 'CodeStarSourceConnection') =>
  action('Source', provider, name, { outputArtifacts: [{ name: `${name}Output` }] })
export const approve = (name = 'Approve', more: Fields = {}) =>
  action('Approval', 'Manual', name, { configuration: { NotificationArn: TOPIC }, ...more })
export const deploy = (name = 'Deploy', more: Fields = {}) => action('Deploy', 'ECS', name, { runOrder: 9, ...more })
/** The ARN of the change set that CloudFormation actions make. */
export const CHANGE_SET_ID =
  'arn:aws:cloudformation:eu-west-1:111122223333:changeSet/release/efafbe87-10be-404d-b138-ea0db21934e3'

/** An approval between a change set and its execution. */
export const approvedChangeSet = () => {
  const configuration = { StackName: 'shop', ChangeSetName: 'release' }
  const act = (name: string, ActionMode: string, runOrder: number) =>
    action('Deploy', 'CloudFormation', name, { configuration: { ...configuration, ActionMode }, runOrder })
  return [
    act('Prepare', 'CHANGE_SET_REPLACE', 1),
    approve('Approve', { runOrder: 2 }),
    act('Execute', 'CHANGE_SET_EXECUTE', 3),
  ]
}
export const build = (name: string, more: Fields = {}) => action('Build', 'CodeBuild', name, more)

export const pipelineOf = (sources: object[], stages: [name: string, actions: object[]][], more: Fields = {}) =>
  parsePipeline({
    name: PIPELINE,
    roleArn: 'arn:aws:iam::111122223333:role/p',
    artifactStore: { type: 'S3', location: 'artifacts' },
    pipelineType: 'V2',
    stages: [{ name: 'Source', actions: sources }, ...stages.map(([name, actions]) => ({ name, actions }))],
    ...more,
  })
