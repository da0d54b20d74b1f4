import type { Approval } from '../../functions/domain/approval.ts'
import { isDeploying } from '../../functions/domain/approval.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import type { Execution, Progress, ProgressOfStage } from '../../functions/domain/execution.ts'
import { staleNotices } from '../../functions/domain/kept-notices.ts'
import type { Place } from '../../functions/domain/showing.ts'
import type { Card } from '../../functions/ports/cards.ts'
import type { Message } from '../support/memory/slack.ts'
import { rendered } from '../support/memory/slack.ts'
import type { Aim } from './buttons-standing.ts'
import { buttonProblems, buttonsOfApproval, buttonsOfExecution } from './buttons-standing.ts'
import { frozenTimes, openAt } from './configuration.ts'
import { isSkipping } from './drawn-conditions.ts'
import type { History } from './history.ts'
import type { Asked, Truth } from './ledger.ts'
import { ACCOUNT } from './ledger.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import { approvalOf } from './stored.ts'

/** Each record agrees with the pipeline, and its one message shows the record. */
export const truthShown = async (history: History): Promise<string[]> => [
  ...(await approvalsShowTheTruth(history)),
  ...(await executionsShowTheTruth(history)),
]

const approvalsShowTheTruth = async (history: History): Promise<string[]> => {
  const { ledger, configuration, slack } = history
  const found: string[] = []
  for (const asked of ledger.asked.values()) {
    const about = `approval ${asked.id.slice(0, 8)}`
    const approval = await approvalOf(history, asked)
    const messages = slack.live(`approval/${asked.id}`)
    if (!approval) {
      if (messages.length > 0) found.push(`${about} has a message and no record`)
      continue
    }
    const truth = ledger.truthOf(asked)
    const difference = differenceFrom(truth, approval, ledger.pipelineDeleted)
    if (difference) found.push(`${about}: ${difference}`)
    const frozen = approval.state.name === 'waiting' ? frozenProblem(history, approval) : null
    if (frozen) found.push(`${about}: ${frozen}`)
    const deployments = deploymentsOf(history, asked, truth)
    if (!deployments.includes(approval.deployment?.name ?? null))
      found.push(`${about}: its deployment is ${approval.deployment?.name}, in truth ${deployments[0]}`)
    found.push(...staleNotices(approval).map(({ key }) => `${about}: ${key} does not show what the approval is`))
    const channel = configuration.approvalsChannelFor(approval.where)
    const card: Card = {
      kind: 'approval',
      approval,
      route: configuration.routeFor(approval.where),
      accountName: configuration.accountName(approval.where.accountId),
      consoleUrl: configuration.consoleUrl(approval.where),
    }
    const buttons = buttonsMeant(history, asked, approval, messages)
    found.push(...messageProblems(history, about, messages, { channel, card, buttons }))
  }
  return found
}

/**
 * Those of a waiting approval must stand. Once it is approved, they may: whether its own stage deploys is known only from the
 * kinds of actions that have run.
 */
const buttonsMeant = (history: History, asked: Asked, approval: Approval, [message]: Message[]): Aim[] => {
  if (approval.state.name === 'waiting') return buttonsOfApproval(history, asked)
  if (!isDeploying(approval) || message?.card.kind !== 'approval') return []
  const { steering = [] } = message.card
  return buttonsOfApproval(history, asked).filter(({ stage }) => steering.some((aim) => aim.stage === stage))
}

/** What a waiting approval says of freezes is true now, or was minutes ago. */
const frozenProblem = ({ configuration, endedAt }: History, { where, resolvedPolicy }: Approval): string | null => {
  const route = configuration.routeFor(where)
  const freezes = route ? frozenTimes(route) : []
  const [now, before] = [openAt(freezes, endedAt), openAt(freezes, endedAt - 3 * 60_000)]
  if ((now === null) !== (before === null)) return null
  return (resolvedPolicy?.frozen ?? null) === null && now !== null
    ? 'it does not say that it is frozen'
    : resolvedPolicy?.frozen && now === null
      ? 'it says that it is frozen, and is not'
      : null
}

interface Meant {
  channel: string | null
  /** Without the buttons that steer the pipeline. */
  card: Extract<Card, { kind: 'approval' | 'execution' }>
  buttons: readonly Aim[] | null
}

const messageProblems = (
  { ledger }: History,
  about: string,
  messages: Message[],
  { channel, card, buttons }: Meant,
): string[] => {
  const { place, shown, truth } = (card.kind === 'execution' ? card.execution : card.approval).showing
  if (channel === null) return messages.length > 0 ? [`${about} has a message though it has no channel`] : []
  // A person deleted it and nothing has changed since, so the bot has not noticed.
  if (messages.length === 0 && place && shown === truth && ledger.deletedByPeople.has(place.ts)) return []
  if (messages.length !== 1) return [`${about} has ${messages.length} messages`]
  const [message] = messages
  if (message?.place.ts !== place?.ts) return [`${about}: its message is not the one on record`]
  const { executionId } = card.kind === 'execution' ? card.execution.key : card.approval
  return [
    ...(rendered(withoutButtons(message!.card)) === rendered(card)
      ? []
      : [`${about}: its message does not show its record`]),
    ...(buttons ? buttonProblems(message!.card, executionId, buttons) : []).map((problem) => `${about}: ${problem}`),
  ]
}

const withoutButtons = (card: Card): Card => {
  if (card.kind !== 'execution' && card.kind !== 'approval') return card
  const { steering: _, ...rest } = card
  return rest
}

const differenceFrom = (truth: Truth, { state }: Approval, pipelineDeleted: boolean): string | null => {
  const said = state.name === 'settled' ? saidOf(state.outcome) : state.name
  // The pipeline can no longer say how it ended.
  const meant = [...meantBy(truth), ...(pipelineDeleted ? ['pipeline-edited'] : [])]
  return meant.includes(said) ? null : `it says "${said}", in truth "${meant[0]}"`
}

const saidOf = (outcome: Outcome): string => {
  switch (outcome.how) {
    case 'slack':
      return `slack ${outcome.verdict}`
    case 'console':
      return `console ${outcome.verdict} by ${outcome.by ?? 'a person'}: ${outcome.summary ?? ''}`
    case 'stopped':
      return `stopped: ${outcome.reason ?? ''}`
    case 'expired':
    case 'pipeline-edited':
    case 'unknown':
      return outcome.how
  }
}

/** The right word first; then what may be shown if AWS could not give all of it. */
const meantBy = (truth: Truth): string[] => {
  switch (truth.kind) {
    case 'pending':
      return ['waiting']
    case 'decided':
      return truth.by === 'bot'
        ? [`slack ${truth.verdict}`]
        : ['dana', 'a person'].map((who) => `console ${truth.verdict} by ${who}: ${truth.summary}`)
    case 'stopped':
      return ['stopped: Not now', 'stopped: ']
    case 'expired':
    case 'pipeline-edited':
      return [truth.kind]
  }
}

const DEPLOYMENT: Record<string, string> = {
  STARTED: 'running',
  RESUMED: 'running',
  STOPPING: 'running',
  SUCCEEDED: 'live',
  FAILED: 'failed',
}

/**
 * The right one first. If the stage was retried and approval requested again, the earlier approval has its own attempt.
 */
const deploymentsOf = ({ ledger }: History, asked: Asked, truth: Truth): (string | null)[] => {
  if (ledger.pipelineDeleted) return ['stopped', 'live', 'failed', null]
  if (truth.kind !== 'decided' || truth.verdict === 'Rejected') return [null]
  const deployment = DEPLOYMENT[ledger.stateOf(asked.executionId).overall] ?? 'stopped'
  const askedAnew = [...ledger.asked.values()].filter(
    ({ executionId, where }) =>
      executionId === asked.executionId && where.stage === asked.where.stage && where.action === asked.where.action,
  )
  return askedAnew.at(-1) === asked ? [deployment] : [deployment, 'failed', 'stopped']
}

const PROGRESS: Record<string, Progress> = {
  STARTED: 'running',
  RESUMED: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'canceled',
  SUPERSEDED: 'superseded',
  STOPPING: 'stopping',
  STOPPED: 'stopped',
}

const executionsShowTheTruth = async (history: History): Promise<string[]> => {
  const { ledger, tables, slack, configuration } = history
  const found: string[] = []
  for (const executionId of ledger.executionIds()) {
    const about = `execution ${executionId.slice(-4)}`
    const execution = await tables.executions.read({ ...ACCOUNT, pipeline: PIPELINE, executionId })
    // If every event of it was lost, the bot does not know it.
    if (!execution) continue
    found.push(...progressProblems(history, about, executionId, execution))
    const approvalPlaces = new Map<string, Place>()
    for (const [where, { id }] of execution.approvals) {
      const approval = await tables.approvals.read(id)
      if (approval?.kind === 'approval' && approval.showing.place) approvalPlaces.set(where, approval.showing.place)
    }
    const card: Card = {
      kind: 'execution',
      execution,
      accountName: configuration.accountName(ACCOUNT.accountId),
      consoleUrl: configuration.consoleUrl(execution.key),
      approvalPlaces,
    }
    const messages = slack.live(`execution/${executionId}`)
    const channel = configuration.statusChannelFor(execution.key)
    // CodePipeline forgot with the pipeline what the bot had not heard: buttons stand for what it knew.
    const buttons = history.ledger.pipelineDeleted ? null : buttonsOfExecution(history, executionId)
    found.push(...messageProblems(history, about, messages, { channel, card, buttons }))
  }
  return found
}

const progressProblems = (
  { ledger, failedRules, stagesNow }: History,
  about: string,
  executionId: string,
  { overall, stages }: Execution,
): string[] => {
  const truth = ledger.stateOf(executionId)
  const said = progressByPart(overall.progress, stages, ({ progress }) => progress)
  const skipped = failedRules.filter((rule) => rule.executionId === executionId && isSkipping(rule.rule))
  const meant = progressByPart(PROGRESS[truth.overall], truth.stages, (state, stage) =>
    // No event tells the end of a stage that was skipped, and no answer once an edit has removed the stage.
    skipped.some((rule) => rule.stage === stage)
      ? stagesNow.includes(stage)
        ? 'skipped'
        : stages.get(stage)?.progress
      : PROGRESS[state],
  )
  if (ledger.pipelineDeleted)
    return overall.progress === 'running' ? [`${about} is said to be running, in truth its pipeline is deleted`] : []
  const differing = [...new Set([...said.keys(), ...meant.keys()])].filter((part) => said.get(part) !== meant.get(part))
  return differing.map((part) => `${about}: ${part} is said to be ${said.get(part)}, in truth it is ${meant.get(part)}`)
}

const progressByPart = <T>(
  execution: Progress | undefined,
  stages: ReadonlyMap<string, T>,
  progressOf: (stage: T, name: string) => ProgressOfStage | undefined,
): Map<string, ProgressOfStage | undefined> =>
  new Map([
    ['the execution', execution],
    ...[...stages].map(([name, stage]) => [`stage ${name}`, progressOf(stage, name)] as const),
  ])
