import { NO_PERMISSIONS } from '../support/plain-route.ts'
import type { EventBridgeEvent, SQSEvent } from 'aws-lambda'
import type { Act, Actor } from '../../functions/domain/act.ts'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { approvalId } from '../../functions/domain/approval-id.ts'
import { allowedAccountsFrom } from '../../functions/aws/allowed-accounts.ts'
import { effectDue } from '../../functions/effect-due.ts'
import { actOnApproval, considerAct } from '../../functions/flows/approval/act-on-approval.ts'
import type { Members, Route } from '../../functions/domain/route.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { DueServices, Services } from '../../functions/ports/services.ts'
import { performNow } from '../../functions/flows/effects/perform-effect.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import type { CodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import { snsEvent } from '../../local/aws/sns/sns.ts'
import { Chance } from './chance.ts'
import type { Climate } from './climate.ts'
import { CALM, someClimate } from './climate.ts'
import { DIGESTS } from './drawn-digests.ts'
import type { Delivery } from './deliveries.ts'
import { deliver, invokeAsynchronously } from './deliveries.ts'
import { enginePipelines } from '../support/engine-pipelines.ts'
import type { Ended } from './invocation.ts'
import { Invocation } from './invocation.ts'
import { ACCOUNT, Ledger } from './ledger.ts'
import type { messageOf } from '../support/memory/slack.ts'
import { memoryObjections } from '../support/memory/objections.ts'
import { memoryTurns } from '../support/memory/turns.ts'
import { MemorySlack } from '../support/memory/slack.ts'
import type { Requests, Tables } from '../support/memory/table.ts'
import { commandStatement } from '../../functions/domain/command.ts'
import { sealedSteering } from '../../functions/domain/steering.ts'
import { severalStatement } from '../../functions/domain/several.ts'
import type { Freeze } from '../../functions/domain/freeze.ts'
import { MemoryTable, memoryTables } from '../support/memory/table.ts'
import { RECORDED_AS } from '../support/recorded-as.ts'
import type { Absence } from '../../functions/domain/absence.ts'
import type { Mutes } from '../../functions/domain/mute.ts'
import type { TypedAbsence } from './drawn-absences.ts'
import { drawSeveral } from './drawn-several.ts'
import type { Pressing } from './ledger.ts'
import { DrawnSteering, typedFor } from './drawn-steering.ts'
import { drawnMutes } from './drawn-mutes.ts'
import { DrawnAbsences } from './drawn-absences.ts'
import { Outages } from './outages.ts'
import { People } from './people.ts'
import { PIPELINE, TOPIC, somePipeline } from './pipeline-under-test.ts'
import type { World } from './services-under-fire.ts'
import { servicesUnderFire } from './services-under-fire.ts'
import { DECIDER_ROLE, chainOf } from './steering-port.ts'
import { steeredFor } from '../../functions/aws/steering-session.ts'
import type { Commit } from './commit.ts'
import { someConfiguration } from './configuration.ts'
import type { DrawnRoutes, SecondRoute } from './drawn-routes.ts'
import type { Outbound } from './train.ts'
import { openTrain } from './train.ts'
import type { QueuedMessage } from './virtual-queue.ts'
import { VirtualQueue } from './virtual-queue.ts'
import { VirtualTime } from './virtual-time.ts'
import { approvalToken } from '../support/secret.ts'

const MINUTE = 60_000
/** How long faults happen, and how long it then takes at most until every invariant holds. */
const ROUGH = 40 * MINUTE
const THEN_CALM = 150 * MINUTE

const ENVIRONMENT = { ACCOUNT_ID: ACCOUNT.accountId, AWS_REGION: ACCOUNT.region }
const allowedAccounts = allowedAccountsFrom(ENVIRONMENT)
const DECIDER = `arn:aws:iam::${ACCOUNT.accountId}:role/${DECIDER_ROLE}`
const steered = steeredFor(allowedAccountsFrom({ ...ENVIRONMENT, DECIDER_ROLE: DECIDER }))
const steererOf = (arn: string): string | null => steered(ACCOUNT, arn)

/** What a test changes, so that an invariant breaks. */
export interface Differently {
  /** Replaces the table. */
  tables?: (requests: Requests) => Tables
  tableIsConditional?: boolean
  /** Changes the services of one run of a function. */
  services?: (
    services: DueServices,
    name: string,
  ) => Services & Partial<Pick<DueServices, 'answers' | 'pipelineSteering'>>
  /** What the bot's client sends to CodePipeline to steer a pipeline. */
  sends?: World['sends']
  /** Renders messages differently. */
  render?: typeof messageOf
  climate?: Climate
  /** Settings that every route has. */
  route?: Partial<Route>
  /** There is a second route, with a drawn `match`: any, or one with this setting. */
  secondRoute?: SecondRoute
  /** CodePipeline leaves something out of its answers. */
  leavesOut?: boolean
  /** All that is pushed. */
  commits?: readonly Commit[]
  /** The pipeline deploys by a change set, and nothing else. */
  hasChangeSets?: boolean
  /** Whether a channel gets digests; else by chance. */
  hasDigests?: boolean
  /** Whether stages have conditions; drawn if it is left out. */
  hasConditions?: boolean
  /** Whether approvers may choose a time; drawn if it is left out. */
  hasLater?: boolean
  /** How likely people set freezes in Slack. */
  freezes?: number
  /** Whether people name stand-ins; drawn if it is left out. */
  hasAbsences?: boolean
  /** Whether people have muted pipelines; drawn if it is left out. */
  hasMutes?: boolean
  /** Whether people answer several approvals with one form; drawn if it is left out. */
  hasSeveral?: boolean
  /** Whether people steer the pipeline from Slack; drawn if it is left out. */
  hasSteering?: boolean
  /** Milliseconds of calm at the end. */
  thenCalm?: number
}

/** A rule of a stage condition that was not met. */
export interface FailedRule {
  executionId: string
  stage: string
  rule: string
  /** When it failed. Epoch milliseconds. */
  at: number
  /** The name of the person who overrode it. */
  overriddenBy: string | null
}

export interface History {
  seed: number
  trace: string[]
  ledger: Ledger
  slack: MemorySlack
  queue: VirtualQueue
  configuration: Configuration
  /** The routes that may apply to an approval in truth. */
  routesOf: DrawnRoutes['routesOf']
  /** Every route of the configuration. */
  routes: readonly Route[]
  /** What CodePipeline shows of the pipeline at the end; null if it was deleted. */
  stateNow: ReturnType<CodePipeline['getPipelineState']> | null
  /** Whether nothing but a change set waits behind each approval. */
  hasChangeSets: boolean
  /** The rules of stage conditions that failed, the newest of an execution first; none if the pipeline was deleted. */
  failedRules: FailedRule[]
  /** The stages of the pipeline as it is at the end. */
  stagesNow: string[]
  /** The approval actions of a stage, by the definition that the execution has. */
  approvalActionsOf: (executionId: string, stage: string) => string[]
  /** The faults it had. */
  climate: Climate
  /** Every freeze that a person has set in Slack, as it ended. */
  freezes: Freeze[]
  /** Every absence, as it ended, and what people typed of absences. */
  absences: Absence[]
  typedAbsences: readonly TypedAbsence[]
  /** What people had muted when it began. */
  mutes: Mutes
  /** Reads the table, without faults. */
  tables: Tables
  /** Faults happened until then. */
  roughUntil: number
  endedAt: number
}

/**
 * Runs one history: executions, people, and functions that crash, on a network that loses, repeats and delays. After a
 * rough time comes a calm one, at whose end every invariant must hold. The same seed gives the same history.
 */
export const letHappen = async (seed: number, differently: Differently = {}): Promise<History> => {
  const [setting, network, events] = [new Chance(seed), new Chance(seed + 0x1000000), new Chance(seed + 0x2000000)]
  const time = new VirtualTime()
  const begun = time.now()
  const roughUntil = begun + ROUGH
  const rough = differently.climate ?? someClimate(setting)
  const climate = () => (time.now() < roughUntil ? rough : CALM)
  const trace: string[] = []
  const tell = (line: string) => {
    trace.push(`${((time.now() - begun) / 1000).toFixed(3).padStart(9)}  ${line}`)
  }

  const telling = new Chance(seed + 0x3000000)
  const asking = new Chance(seed + 0x4000000)
  const matching = new Chance(seed + 0x5000000)
  const hasLater = differently.hasLater ?? new Chance(seed + 0x9000000).is(0.25)
  const absences = new MemoryTable()
  const away = new DrawnAbsences(seed, differently.hasAbsences, () => absences.all() as Absence[])
  const mutes = drawnMutes(seed, differently.hasMutes, begun)
  const steering = new DrawnSteering(seed, differently.hasSteering)
  const isDirect = new Chance(seed + 0xa000000).is(0.15)
  const direct = (notify: Route['notify']): Route['notify'] => (isDirect ? 'direct' : notify)
  const hasChangeSets = matching.is(0.2) || differently.hasChangeSets === true
  const {
    configuration: drawn,
    routesOf,
    routesOfUntold,
    routes,
  } = someConfiguration(
    setting,
    matching,
    { hasChangeSets, secondRoute: differently.secondRoute },
    {
      ask: asking.is(0.25) ? ['topic', 'events'] : ['topic'],
      deployments: telling.pick(['all', 'all', 'changes', 'failures', 'none'] as const),
      onCall: { people: ['U0GUS'], groups: [] },
      review: telling.is(0.6) ? { within: 9 * MINUTE, people: [], groups: [], ...telling.pick(REVIEWERS) } : null,
      notify: direct(telling.pick(['approvers', 'none'] as const)),
      consoleApprovals: telling.pick(['report', 'report', 'allow'] as const),
      later: hasLater ? { within: 30 * MINUTE } : null,
      standIns: away.standIns,
      ...steering.route,
      ...(telling.is(0.3) && { tickets: { pattern: 'n[ow]{2}', url: 'https://tickets.example/{ticket}' } }),
      ...differently.route,
    },
  )
  const freezing = new Chance(seed + 0x6000000)
  const mayFreeze = {
    name: 'routes.0',
    may: { ...NO_PERMISSIONS, freeze: FREEZERS },
    approvals: 'C0FREEZES',
  }
  const hasDigests = differently.hasDigests ?? new Chance(seed + 0x8000000).is(0.15)
  const configuration = { ...drawn, routesTouching: () => [mayFreeze], digests: hasDigests ? DIGESTS : [] }
  const conditioning = new Chance(seed + 0x7000000)
  const hasConditions = conditioning.is(0.25) ? differently.hasConditions !== false : differently.hasConditions === true
  const { declaration, edits } = somePipeline(setting, hasChangeSets, hasConditions ? conditioning : null)
  const ledger = new Ledger()
  const slack = new MemorySlack(time.now, differently.render)
  const table = new MemoryTable({
    indexLater: (update) => void time.in(network.between(0, climate().lag + 1), update),
    conditional: differently.tableIsConditional ?? true,
  })
  const tables = differently.tables ?? ((requests: Requests) => memoryTables(table, requests))
  const readAtOnce: Requests = { read: async (_, land) => land(), write: async (_, land) => land() }
  if (Object.keys(mutes.by).length > 0)
    await tables(readAtOnce).mutes.change('mutes', () => [mutes, null], { fresh: () => mutes })
  const delivery: Delivery = { time, chance: events, climate }
  const queue = new VirtualQueue(
    time,
    events,
    () => climate().duplicate,
    async (batch) => {
      const ended = await run('effect-due', 30_000, (services) => effectDue(services)(sqsEvent(batch)))
      if (ended.kind !== 'answered') return null
      const failures = new Set(ended.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      return batch.filter(({ id }) => failures.has(String(id)))
    },
  )

  let ids = 0
  const chances = new Chance(seed ^ 0x1d5)
  const newId = () =>
    `${chances
      .between(0, 2 ** 32)
      .toString(16)
      .padStart(8, '0')}-${++ids}`
  let invocations = 0
  const run = <T>(name: string, timeoutMs: number, door: (services: DueServices) => Promise<T>): Promise<Ended<T>> => {
    const around = { time, chance: network, climate, newId, trace: tell }
    const invocation = new Invocation(`${name} ${++invocations}`, around)
    const services = servicesUnderFire(world, invocation)
    return invocation.run(timeoutMs, () => door({ ...services, ...differently.services?.(services, name) }))
  }

  const people = new People({
    time,
    chance: events,
    ledger,
    slack,
    engine: () => engine,
    edits,
    overridesRules: hasConditions,
    standIn: () => away.someone(time.now()),
    until: roughUntil,
    trace: tell,
    click: (approvalId, userId, act) =>
      void run('button-clicked', 10_000, async (services) => {
        ledger.asking.push({ approvalId, userId })
        const considered = await considerAct(
          services,
          approvalId,
          actorOf(userId),
          act.do === 'vote' ? act.verdict : act.do,
        )
        if (considered.kind === 'refused') ledger.answered.push({ approvalId, userId, what: 'refused' })
        if (considered.kind === 'may-act')
          time.in(events.delay(200, 8_000), () => void run('button-clicked', 10_000, send(approvalId, userId, act)))
      }),
  })
  const send = (approvalId: string, userId: string, act: Act) => async (services: Services) => {
    ledger.asking.push({ approvalId, userId })
    ledger.clicks.push({ approvalId, userId, act, at: time.now() })
    const acted = await actOnApproval(services, { approvalId, who: actorOf(userId), act })
    if (acted.kind === 'unknown') return
    if (acted.kind !== 'done') ledger.answered.push({ approvalId, userId, what: RECORDED_AS[acted.kind] })
    else {
      const { attempted } = acted
      ledger.answered.push({ approvalId, userId, what: RECORDED_AS[attempted.kind] })
      if (attempted.kind === 'counted' && acted.approval.state.name !== 'waiting' && attempted.ruling.kind !== 'open')
        ledger.decided.push({
          approvalId,
          userId,
          verdict: attempted.ruling.kind === 'granted' ? 'Approved' : 'Rejected',
        })
    }
    await performNow(services, acted.effects, 2_000)
  }

  const notify = (message: object, token: string) => {
    const event = snsEvent(
      { topicArn: TOPIC, messageId: token, message: JSON.stringify(message), subject: null },
      time.now(),
    )
    deliver(delivery, () => {
      const invoke = () =>
        run('approval-requested', 30_000, (services) => approvalRequested({ ...services, allowedAccounts })(event))
      void invokeAsynchronously(time, invoke, () => ledger.deadNotifications.add(token))
    })
  }
  const outbound: Outbound = {
    notice: (_, message, asked) => {
      // Some approval actions have no topic, and only events tell of them.
      const isTold = !configuration.mayAskByEvents(ACCOUNT) || asking.is(0.4)
      const to = isTold ? '' : ', without a topic'
      tell(`CodePipeline asks: ${asked.where.stage}/${asked.where.action} ${asked.id.slice(0, 8)}${to}`)
      if (isTold) notify(message, asked.token)
      people.wereAsked(asked)
    },
    event: (event) => {
      const { stage, action, state } = event.detail
      const lost = events.is(climate().lost)
      tell(
        `CodePipeline: ${[stage, action].filter(Boolean).join('/') || 'execution'} ${String(state)}${lost ? ' (lost)' : ''}`,
      )
      if (event['detail-type'].includes('Stage') && state === 'FAILED')
        for (const noticed of [people, steering])
          noticed.stageFailed(String(stage), String(event.detail['execution-id']))
      if (lost) return
      if (event['detail-type'].includes('Stage') && state === 'FAILED')
        ledger.heardFailures.push({
          executionId: String(event.detail['execution-id']),
          stage: String(stage),
          at: time.now(),
        })
      deliver(delivery, () => {
        const eventBridge = event as unknown as EventBridgeEvent<string, unknown>
        const invoke = () =>
          run('pipeline-changed', 30_000, (services) => pipelineChanged({ ...services, allowedAccounts })(eventBridge))
        void invokeAsynchronously(time, invoke, () => {})
      })
    },
  }
  const engine = openTrain(
    { time, chance: events, ledger, fails: steering.has ? 0.45 : 0.25 },
    declaration,
    outbound,
    differently.commits,
  )
  const freezes = new MemoryTable()
  let typings = 0
  const type = (userId: string, text: string, sent?: (id: string, responseUrl: string, at: number) => void) =>
    void run('button-clicked', 10_000, async ({ clock, queue: sqs, seals }) => {
      tell(`${userId} types /greenlight ${text}`)
      const who = actorOf(userId)
      const responseUrl = `https://hooks.slack.com/${++typings}`
      const command = { id: clock.newId(), text, who, at: clock.now(), responseUrl }
      sent?.(command.id, responseUrl, command.at)
      const seal = await seals.seal(commandStatement(command))
      await sqs.send({ effect: { do: 'take-command', command, seal }, attempt: 1 }, 0)
    })
  const freezeBySomeone = (text: string) => type(freezing.pick([...FREEZERS.people, 'U0ANA']), text)
  if (freezing.is(differently.freezes ?? 0.3))
    for (let times = freezing.between(1, 4); times > 0; times--) {
      const at = freezing.between(0, ROUGH * 0.8)
      const names = freezing.pick(['*', `${PIPELINE.slice(0, 4)}*`, PIPELINE, 'another'])
      time.in(at, () => freezeBySomeone(`freeze ${names} for ${freezing.between(3, 40)}m because incident`))
      if (freezing.is(0.4))
        time.in(at + freezing.between(0, 20) * MINUTE, () => freezeBySomeone(`lengthen ${names} for 50m`))
      if (freezing.is(0.4)) time.in(at + freezing.between(0, 20) * MINUTE, () => freezeBySomeone(`lift ${names}`))
    }
  away.begin(time, type)
  let presses = 0
  const press = (pressing: Pressing) => {
    const { userId, isTyped, ...asked } = pressing
    const note = (id: string, from: string, at: number) => ledger.pressed.set(chainOf(id), { ...pressing, from, at })
    if (isTyped) return type(userId, typedFor(pressing), note)
    return void run('button-clicked', 10_000, async ({ clock, queue: sqs, seals }) => {
      tell(
        `${userId} presses ${asked.act} of ${asked.stage ?? 'the pipeline'}, ${asked.execution.executionId.slice(-4)}`,
      )
      const who = { ...actorOf(userId), from: `C0PRESS${++presses}` }
      const request = { ...asked, who, id: clock.newId(), at: clock.now() }
      note(request.id, who.from, request.at)
      const seal = await seals.seal(sealedSteering(request))
      await sqs.send({ effect: { do: 'steer-pipeline', request, seal }, attempt: 1 }, 0)
    })
  }
  const { may = NO_PERMISSIONS } = { ...steering.route, ...differently.route }
  steering.begin({ time, ledger, engine: () => engine, may, press })
  let forms = 0
  drawSeveral(seed, differently.hasSeveral, {
    time,
    ledger,
    send: ({ userId, ...given }) =>
      void run('button-clicked', 10_000, async ({ clock, queue: sqs, seals }) => {
        tell(`${userId} answers ${given.verdict} to ${given.approvals.map((id) => id.slice(0, 8)).join(', ')}`)
        const who = { ...actorOf(userId), from: `C0FORM${++forms}` }
        const answers = { ...given, who, id: clock.newId(), at: clock.now() }
        ledger.chosen.set(answers.id, answers)
        const seal = await seals.seal(severalStatement(answers))
        await sqs.send({ effect: { do: 'answer-several', answers, seal }, attempt: 1 }, 0)
      }),
  })
  const world: World = {
    chance: network,
    climate,
    outages: new Outages(time.now, setting, rough.outage, roughUntil),
    ledger,
    pipelines: enginePipelines(engine, () => time.now() - network.between(0, climate().lag + 1), undefined, steererOf),
    slack,
    turns: memoryTurns(time.now),
    queue,
    objections: memoryObjections(),
    freezes,
    absences,
    tables,
    operations: () => engine,
    sends: differently.sends ?? ((input) => input),
    configuration,
  }

  const everyMinute = () => {
    time.in(MINUTE, everyMinute)
    void run('minute-passed', 50_000, (services) => minutePassed({ ...services, allowedAccounts })())
  }
  everyMinute()
  for (let pushes = setting.between(1, 4); pushes > 0; pushes--)
    time.in(setting.between(0, ROUGH / 2), () => people.push())
  if (setting.is(0.1))
    time.in(setting.between(0, ROUGH), () => {
      tell('a person publishes a notification of an approval that does not exist')
      ledger.forged.add(approvalId(ACCOUNT.accountId, ACCOUNT.region, FORGED_TOKEN))
      notify(FORGED_NOTICE, FORGED_TOKEN)
    })
  if (setting.is(0.05))
    time.in(setting.between(0, ROUGH), () => {
      tell('a person deletes the pipeline')
      engine.deletePipeline({ name: PIPELINE })
      ledger.deletePipeline()
    })
  await time.runUntil(roughUntil)
  tell('calm from here')
  await time.runUntil(roughUntil + (differently.thenCalm ?? THEN_CALM))
  return {
    seed,
    trace,
    ledger,
    slack,
    queue,
    configuration,
    routesOf: differently.leavesOut ? routesOfUntold : routesOf,
    routes,
    stateNow: ledger.pipelineDeleted ? null : engine.getPipelineState({ name: PIPELINE }),
    hasChangeSets,
    failedRules: ledger.pipelineDeleted ? [] : ledger.executionIds().flatMap((id) => failedRulesOf(engine, id)),
    stagesNow: ledger.pipelineDeleted
      ? []
      : engine.getPipeline({ name: PIPELINE }).pipeline.stages.map(({ name }) => name),
    approvalActionsOf: (executionId, stage) => approvalActionsOf(engine, executionId, stage),
    climate: rough,
    freezes: freezes.all() as Freeze[],
    absences: absences.all() as Absence[],
    typedAbsences: away.typed,
    mutes,
    tables: tables(readAtOnce),
    roughUntil,
    endedAt: time.now(),
  }
}

const failedRulesOf = (engine: CodePipeline, pipelineExecutionId: string): FailedRule[] =>
  engine
    .listRuleExecutions({ pipelineName: PIPELINE, filter: { pipelineExecutionId } })
    .ruleExecutionDetails.filter(({ status }) => status === 'Failed')
    .map(({ stageName: stage, ruleName: rule, lastUpdateTime, updatedBy }) => ({
      executionId: pipelineExecutionId,
      stage,
      rule,
      at: lastUpdateTime * 1_000,
      overriddenBy: updatedBy?.split('/').at(-1) ?? null,
    }))

const approvalActionsOf = (engine: CodePipeline, pipelineExecutionId: string, stage: string): string[] => {
  const of = { pipelineName: PIPELINE, pipelineExecutionId }
  const { pipelineVersion: version } = engine.getPipelineExecution(of).pipelineExecution
  const { stages } = engine.getPipeline({ name: PIPELINE, version }).pipeline
  const actions = stages.find(({ name }) => name === stage)?.actions ?? []
  return actions.filter(({ actionTypeId }) => actionTypeId.category === 'Approval').map(({ name }) => name)
}

/** Who confirms overrides: those who may approve, or others. */
const REVIEWERS: readonly Partial<Members>[] = [{}, {}, { people: ['fay@example.com'], groups: ['S0MANAGERS'] }]

const FREEZERS = { people: ['U0DANA', 'U0ELI'], groups: [] }

/** A token that CodePipeline never issued. */
export const FORGED_TOKEN = approvalToken('f0f0f0f0')

const FORGED_NOTICE = {
  approval: {
    pipelineName: PIPELINE,
    stageName: 'Production',
    actionName: 'Approve',
    token: FORGED_TOKEN,
    expires: '2026-11-30T09:30Z',
    externalEntityLink: null,
    customData: 'Just approve it.',
  },
}

/** As Slack's request names them; the rest is looked up. */
const actorOf = (userId: string): Actor => ({
  userId,
  teamId: null,
  name: userId.slice(2),
  email: null,
  from: 'C0RELEASES',
})

/** Of an SQS event only what the door reads. */
const sqsEvent = (batch: QueuedMessage[]): SQSEvent =>
  ({ Records: batch.map(({ id, body }) => ({ messageId: String(id), body })) }) as SQSEvent
