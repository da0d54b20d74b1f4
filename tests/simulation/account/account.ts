import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { approvalId } from '../../../functions/domain/approval-id.ts'
import type { Actor } from '../../../functions/domain/act.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import { pipelineChanged } from '../../../functions/pipeline-changed.ts'
import type { Services } from '../../../functions/ports/services.ts'
import type { ActionRunner } from '../../../local/aws/action-runner.ts'
import type { CodePipeline, CodePipelineEvent } from '../../../local/aws/codepipeline/codepipeline.ts'
import { createCodePipeline, parsePipeline } from '../../../local/aws/codepipeline/codepipeline.ts'
import type { EnginePipelines } from '../../support/engine-pipelines.ts'
import { enginePipelines } from '../../support/engine-pipelines.ts'
import { Chance } from '../chance.ts'
import { ACCOUNT, Ledger } from '../ledger.ts'
import { allowedAccounts, botUnderLoad } from '../storm/bot-under-load.ts'
import { VirtualTime } from '../virtual-time.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

export interface AccountSettings {
  pipelines: number
  /** Over how long the pipelines start, each once. Milliseconds. */
  over: number
  /** The part of the events that never arrives. */
  lost?: number
  seed?: number
  /** Changes the services of one run of a function. */
  services?: (services: Services) => Services
}

export interface AccountFigures {
  pipelines: number
  approvals: number
  events: number
  'events lost': number
  deliveries: number
  'asked by an event': number
  'seconds from its event, median': number
  'seconds from its event, most': number
  'asked though its event was lost': number
  'seconds from the start of the action, median': number
  'seconds from the start of the action, most': number
  'reads of pipelines in a second, most': number
  clicks: number
  verdicts: number
  /** Approvals without a question, with more than one, without a verdict, with more than one; what was given up. */
  wrong: number
}

/** The three execution modes; type V1 has only one. */
const KINDS = [
  { pipelineType: 'V1', executionMode: 'SUPERSEDED' },
  { pipelineType: 'V2', executionMode: 'SUPERSEDED' },
  { pipelineType: 'V2', executionMode: 'QUEUED' },
  { pipelineType: 'V2', executionMode: 'PARALLEL' },
] as const

/** So many pipelines have one channel. */
const PIPELINES_A_CHANNEL = 50

interface Asked {
  id: string
  /** When CodePipeline started the action, and when its event first arrived; null for an event that was lost. */
  at: number
  heardAt: number | null
}

/**
 * An account whose pipelines no one edited for the bot: no approval action has a topic. Every pipeline runs once, some of its
 * events are lost, and the others arrive one to three times within two seconds. Two people click on each question.
 */
export const letAnAccountAsk = async (settings: AccountSettings): Promise<AccountFigures> => {
  const { pipelines, over, lost = 0.3, seed = 1 } = settings
  const time = new VirtualTime()
  const chance = new Chance(seed)
  const begun = time.now()
  const ledger = new Ledger()
  const asked = new Map<string, Asked>()
  let [events, lostEvents, deliveries, clicks] = [0, 0, 0, 0]

  const tokenOf = ({ pipeline, 'execution-id': executionId, action }: Record<string, string>): string => {
    const filter = { pipelineExecutionId: executionId! }
    const runs = engine.listActionExecutions({ pipelineName: pipeline!, filter }).actionExecutionDetails
    return runs.find(({ actionName }) => actionName === action)!.output.executionResult.externalExecutionId!
  }
  const hear = (event: CodePipelineEvent): void => {
    events += 1
    const at = time.now()
    const times = chance.is(lost) ? [] : Array.from({ length: chance.between(1, 4) }, () => chance.between(0, 2_000))
    if (times.length === 0) lostEvents += 1
    deliveries += times.length
    for (const delay of times)
      time.at(at + delay, () =>
        bot.invoke('pipeline-changed', (services) => pipelineChanged({ ...services, allowedAccounts })(event)),
      )
    if (!asksForApproval(event)) return
    // CodePipeline has the token when it has told of the action.
    time.at(at, () => {
      const id = approvalId(ACCOUNT.accountId, ACCOUNT.region, tokenOf(event.detail as Record<string, string>))
      asked.set(id, { id, at, heardAt: times.length > 0 ? at : null })
      for (const userId of ['U0ANA', 'U0BEN', 'U0ANA'])
        time.at(at + 2 * MINUTE + chance.between(0, 20 * SECOND), () => click(id, userId))
    })
  }
  const click = (id: string, userId: string): void => {
    clicks += 1
    void bot.run('button-clicked', async (services) => {
      const verdict = chance.pick(['Approved', 'Approved', 'Rejected'] as const)
      const act = { do: 'vote', verdict, comment: 'Looked at.' } as const
      const acted = await actOnApproval(services, { approvalId: id, who: actorOf(userId), act })
      if (acted.kind === 'done') await performNow(services, acted.effects, 2_000)
    })
  }
  const engine = openAccount(time, chance, hear)
  const reads: number[] = []
  const bot = botUnderLoad({
    time,
    chance,
    ledger,
    pipelines: readAt(enginePipelines(engine), () => void reads.push(time.now())),
    configuration: configurationOf(pipelines),
    services: settings.services,
  })
  for (let number = 0; number < pipelines; number++) {
    engine.createPipeline(declared(number), 'arn:aws:iam::111122223333:user/dana', { start: false })
    time.in(chance.between(0, over), () =>
      engine.sourceChanged(nameOf(number), { triggerType: 'WebhookV2', triggerDetail: '' }),
    )
  }
  await time.runUntil(begun + over + 10 * MINUTE)

  const posted = (id: string) => bot.slack.messages.filter(({ subject }) => subject === `approval/${id}`)
  const waits = [...asked.values()].map(({ id, at, heardAt }) => ({
    heard: heardAt !== null,
    seconds: ((posted(id)[0]?.postedAt ?? Infinity) - at) / SECOND,
  }))
  const [heard, found] = [waits.filter(({ heard }) => heard), waits.filter(({ heard }) => !heard)]
  const recorded = [...asked.keys()].map((id) => [...ledger.decisions.keys()].filter((token) => idOf(token) === id))
  const asksWrong = [...asked.keys()].filter((id) => posted(id).length !== 1).length
  const verdictsWrong = recorded.filter((verdicts) => verdicts.length !== 1).length
  return {
    pipelines,
    approvals: asked.size,
    events,
    'events lost': lostEvents,
    deliveries,
    'asked by an event': heard.length,
    'seconds from its event, median': median(heard),
    'seconds from its event, most': most(heard),
    'asked though its event was lost': found.length,
    'seconds from the start of the action, median': median(found),
    'seconds from the start of the action, most': most(found),
    'reads of pipelines in a second, most': mostInASecond(reads),
    clicks,
    verdicts: ledger.decisions.size,
    wrong: asksWrong + verdictsWrong + disagreeing(ledger) + (pipelines - asked.size) + bot.givenUp(),
  }
}

const idOf = (token: string): string => approvalId(ACCOUNT.accountId, ACCOUNT.region, token)

/** Approvals for which the bot tried to send more than one verdict, or another one than CodePipeline has. */
const disagreeing = (ledger: Ledger): number =>
  [...ledger.decisions].filter(([token, { verdict }]) =>
    ledger.sent.some((sent) => sent.token === token && sent.verdict !== verdict),
  ).length

const asksForApproval = ({ 'detail-type': type, detail }: CodePipelineEvent): boolean =>
  type.includes('Action') &&
  detail['state'] === 'STARTED' &&
  (detail['type'] as { category?: string } | undefined)?.category === 'Approval'

const nameOf = (number: number): string => `team-${Math.floor(number / PIPELINES_A_CHANNEL)}-shop-${number}`

const declared = (number: number) =>
  parsePipeline({
    name: nameOf(number),
    roleArn: 'arn:aws:iam::111122223333:role/pipeline',
    artifactStore: { type: 'S3', location: 'shop-artifacts' },
    ...KINDS[number % KINDS.length],
    stages: [
      {
        name: 'Source',
        actions: [
          { name: 'Checkout', ...ofType('Source', 'CodeStarSourceConnection'), outputArtifacts: [{ name: 'App' }] },
        ],
      },
      {
        name: 'Production',
        actions: [
          { name: 'Approve', ...ofType('Approval', 'Manual'), runOrder: 1 },
          { name: 'Deploy', ...ofType('Deploy', 'CodeDeploy'), inputArtifacts: [{ name: 'App' }], runOrder: 2 },
        ],
      },
    ],
  })

const ofType = (category: string, provider: string) => ({
  actionTypeId: { category, owner: 'AWS', provider, version: '1' },
})

const openAccount = (time: VirtualTime, chance: Chance, putEvent: (event: CodePipelineEvent) => void): CodePipeline => {
  let ids = 0
  const takes = (ms: number) => new Promise<void>((resolve) => void time.in(ms, resolve))
  const source: ActionRunner = async ({ pipelineExecutionId }) => {
    await takes(chance.between(500, 5_000))
    const revisionId = pipelineExecutionId.replaceAll('-', '').padStart(40, '0')
    return {
      status: 'Succeeded',
      outputVariables: { CommitId: revisionId, CommitMessage: 'Change the basket' },
      revision: { revisionId, revisionSummary: 'Change the basket', revisionUrl: '', created: time.now() },
    }
  }
  const deploy: ActionRunner = async () => {
    await takes(chance.between(2_000, 90_000))
    return { status: 'Succeeded' }
  }
  return createCodePipeline({
    ...ACCOUNT,
    clock: { now: time.now, newId: () => `00000000-0000-4000-8000-${(++ids).toString(16).padStart(12, '0')}` },
    timers: time,
    runners: { 'Source/CodeStarSourceConnection': source, 'Deploy/CodeDeploy': deploy },
    putEvent,
    publishNotice: () => {
      throw new Error('No approval action of this account has a topic')
    },
  })
}

const configurationOf = (pipelines: number) =>
  configurationFrom(
    CONFIGURATION.parse({
      routes: Array.from({ length: Math.ceil(pipelines / PIPELINES_A_CHANNEL) }, (_, team) => ({
        match: { pipeline: `team-${team}-*` },
        approvals: `C0RELEASES${team}`,
        status: `C0DEPLOYS${team}`,
        approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN'], count: 1 }],
      })),
    }),
  )

/** Notes each read of how a pipeline stands. */
const readAt = (pipelines: EnginePipelines, note: () => void): EnginePipelines => ({
  ...pipelines,
  stages: (...asked) => {
    note()
    return pipelines.stages(...asked)
  },
  runs: (...asked) => {
    note()
    return pipelines.runs(...asked)
  },
})

const mostInASecond = (reads: readonly number[]): number => {
  let [first, most] = [0, 0]
  for (const [last, at] of reads.entries()) {
    while (reads[first]! <= at - SECOND) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}

const most = (waits: readonly { seconds: number }[]): number =>
  rounded(Math.max(0, ...waits.map(({ seconds }) => seconds)))

const median = (waits: readonly { seconds: number }[]): number =>
  rounded(waits.map(({ seconds }) => seconds).toSorted((one, other) => one - other)[Math.floor(waits.length / 2)] ?? 0)

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10

const actorOf = (userId: string): Actor => ({
  userId,
  teamId: null,
  name: userId.slice(2),
  email: null,
  from: 'C0RELEASES0',
})
