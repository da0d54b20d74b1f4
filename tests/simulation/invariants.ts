import type { Approval, Outcome } from '../../functions/domain/approval.ts'
import type { Execution, Progress } from '../../functions/domain/execution.ts'
import type { Card } from '../../functions/ports/cards.ts'
import type { Asked, Truth } from './ledger.ts'
import { ACCOUNT } from './ledger.ts'
import { decidedInFreeze, unauthorised } from './authority.ts'
import type { History } from './history.ts'
import { FORGED_TOKEN } from './history.ts'
import type { Message } from '../support/memory/slack.ts'
import { rendered } from '../support/memory/slack.ts'
import { noticeProblems } from './notices-said.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import { recordProblems } from './record-kept.ts'
import { openAt } from './configuration.ts'

/** Every way in which a history breaks what must always hold (docs/decisions name the invariants); empty when none. */
export const violations = async (history: History): Promise<string[]> => [
  ...(await authorised(history)),
  ...oneVerdict(history),
  ...(await recorded(history)),
  ...(await approvalsShowTheTruth(history)),
  ...(await executionsShowTheTruth(history)),
  ...(await nothingLost(history)),
  ...(await itIsQuiet(history)),
]

/** I1: whoever approved truly could. */
const authorised = async (history: History): Promise<string[]> => {
  const { ledger, slack, tables } = history
  const found = [...ledger.asked.values()].flatMap((asked) => unauthorised(history, asked))
  for (const id of ledger.forged)
    if ((await tables.approvals.read(id)) || slack.messages.some(({ subject }) => subject === `approval/${id}`))
      found.push(`I1: people were asked about ${id}, which CodePipeline never asked for`)
  return found
}

/** I1, I8 and I9, by what each approval's record tells. */
const recorded = async (history: History): Promise<string[]> => {
  const found: string[] = []
  for (const asked of history.ledger.asked.values()) {
    const approval = await approvalOf(history, asked)
    if (!approval) continue
    const entries = await history.tables.entriesOf(asked.id)
    for (const { happened, at } of entries)
      if (happened.what === 'decided' && happened.verdict === 'Approved')
        found.push(...decidedInFreeze(history, asked, approval, at))
    found.push(...noticeProblems(history, asked, approval, entries))
    found.push(...recordProblems(history, asked, approval, entries))
  }
  return found
}

/** I2: at most one verdict is ever sent for a token. */
const oneVerdict = ({ ledger }: History): string[] =>
  [...ledger.asked.values()].flatMap(({ token, id }) => {
    const sent = new Set(
      ledger.sent.filter((one) => one.token === token).map(({ verdict, summary }) => `${verdict} "${summary}"`),
    )
    return sent.size > 1 ? [`I2: ${sent.size} verdicts were sent for ${id}: ${[...sent].join(' and ')}`] : []
  })

/** I3, of approvals: the record is the pipeline's truth, and the one message is the record. */
const approvalsShowTheTruth = async (history: History): Promise<string[]> => {
  const { ledger, configuration, slack } = history
  const found: string[] = []
  for (const asked of ledger.asked.values()) {
    const about = `I3: approval ${asked.id.slice(0, 8)}`
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
    const releases = releasesOf(history, asked, truth)
    if (!releases.includes(approval.release?.name ?? null))
      found.push(`${about}: its release is ${approval.release?.name}, in truth ${releases[0]}`)
    const channel = configuration.approvalsChannelFor(approval.where)
    const card: Card = {
      kind: 'approval',
      approval,
      route: configuration.routeFor(approval.where),
      accountName: configuration.accountName(approval.where.accountId),
      consoleUrl: configuration.consoleUrl(approval.where),
    }
    found.push(...messageProblems(history, about, messages, channel, card))
  }
  return found
}

/** What a waiting approval says of freezes holds now, or has held minutes ago. */
const frozenProblem = ({ configuration, endedAt }: History, { where, resolvedPolicy }: Approval): string | null => {
  const freezes = configuration.routeFor(where)?.freezes ?? []
  const [now, before] = [openAt(freezes, endedAt), openAt(freezes, endedAt - 3 * 60_000)]
  if ((now === null) !== (before === null)) return null
  return (resolvedPolicy?.frozen ?? null) === null && now !== null
    ? 'it does not say that it is frozen'
    : resolvedPolicy?.frozen && now === null
      ? 'it says that it is frozen, and is not'
      : null
}

const messageProblems = (
  { ledger }: History,
  about: string,
  messages: Message[],
  channel: string | null,
  card: Card,
): string[] => {
  const { place, shown, truth } = (card.kind === 'execution' ? card.execution : card.approval).showing
  if (channel === null) return messages.length > 0 ? [`${about} has a message though it has no channel`] : []
  // Nothing has changed since somebody deleted it, so nobody has noticed.
  if (messages.length === 0 && place && shown === truth && ledger.deletedByPeople.has(place.ts)) return []
  if (messages.length !== 1) return [`${about} has ${messages.length} messages`]
  const [message] = messages
  if (message?.place.ts !== place?.ts) return [`${about}: its message is not the one on record`]
  return rendered(message!.card) === rendered(card) ? [] : [`${about}: its message does not show its record`]
}

const differenceFrom = (truth: Truth, { state }: Approval, pipelineDeleted: boolean): string | null => {
  const said = state.name === 'settled' ? saidOf(state.outcome) : state.name
  // Nobody can be asked any more how it ended.
  const meant = [...meantBy(truth), ...(pipelineDeleted ? ['pipeline-edited'] : [])]
  return meant.includes(said) ? null : `it says "${said}", in truth "${meant[0]}"`
}

const saidOf = (outcome: Outcome): string => {
  switch (outcome.how) {
    case 'slack':
      return `slack ${outcome.verdict}`
    case 'console':
      return `console ${outcome.verdict} by ${outcome.by ?? 'somebody'}: ${outcome.summary ?? ''}`
    case 'stopped':
      return `stopped: ${outcome.reason ?? ''}`
    case 'expired':
    case 'pipeline-edited':
      return outcome.how
  }
}

/** The right word first; then what may be said where AWS could not be asked for all of it. */
const meantBy = (truth: Truth): string[] => {
  switch (truth.kind) {
    case 'pending':
      return ['waiting']
    case 'decided':
      return truth.by === 'bot'
        ? [`slack ${truth.verdict}`]
        : ['dana', 'somebody'].map((who) => `console ${truth.verdict} by ${who}: ${truth.summary}`)
    case 'stopped':
      return ['stopped: Not now', 'stopped: ']
    case 'expired':
    case 'pipeline-edited':
      return [truth.kind]
  }
}

const RELEASE: Record<string, string> = {
  STARTED: 'running',
  RESUMED: 'running',
  STOPPING: 'running',
  SUCCEEDED: 'live',
  FAILED: 'failed',
}

/** The right one first. Where the stage was retried and asked anew, the earlier approval tells of its own attempt. */
const releasesOf = ({ ledger }: History, asked: Asked, truth: Truth): (string | null)[] => {
  if (ledger.pipelineDeleted) return ['stopped', 'live', 'failed', null]
  if (truth.kind !== 'decided' || truth.verdict === 'Rejected') return [null]
  const release = RELEASE[ledger.stateOf(asked.executionId).overall] ?? 'stopped'
  const askedAnew = [...ledger.asked.values()].filter(
    ({ executionId, where }) =>
      executionId === asked.executionId && where.stage === asked.where.stage && where.action === asked.where.action,
  )
  return askedAnew.at(-1) === asked ? [release] : [release, 'failed', 'stopped']
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

/** I3, of status cards: the record is the pipeline's truth, and the one message is the record. */
const executionsShowTheTruth = async (history: History): Promise<string[]> => {
  const { ledger, tables, slack, configuration } = history
  const found: string[] = []
  for (const executionId of ledger.executionIds()) {
    const about = `I3: execution ${executionId.slice(-4)}`
    const execution = await tables.executions.read({ ...ACCOUNT, pipeline: PIPELINE, executionId })
    // When every event of it was lost, nobody knows of it.
    if (!execution) continue
    found.push(...progressProblems(history, about, executionId, execution))
    const card: Card = {
      kind: 'execution',
      execution,
      accountName: configuration.accountName(ACCOUNT.accountId),
      consoleUrl: configuration.consoleUrl(execution.key),
      approvalPlaces: {},
    }
    for (const [where, { id }] of Object.entries(execution.approvals)) {
      const approval = await tables.approvals.read(id)
      if (approval?.kind === 'approval' && approval.showing.place) card.approvalPlaces[where] = approval.showing.place
    }
    const messages = slack.live(`execution/${executionId}`)
    found.push(...messageProblems(history, about, messages, configuration.statusChannelFor(execution.key), card))
  }
  return found
}

const progressProblems = (
  { ledger }: History,
  about: string,
  executionId: string,
  { overall, stages }: Execution,
): string[] => {
  const truth = ledger.stateOf(executionId)
  const said = { execution: overall.progress, ...mapValues(stages, ({ progress }) => progress) }
  const meant = {
    execution: PROGRESS[truth.overall],
    ...mapValues(Object.fromEntries(truth.stages), (state) => PROGRESS[state]),
  }
  if (ledger.pipelineDeleted)
    return overall.progress === 'running' ? [`${about} is said to be running, in truth its pipeline is deleted`] : []
  const differing = Object.keys({ ...said, ...meant }).filter(
    (part) => said[part as keyof typeof said] !== meant[part as keyof typeof meant],
  )
  return differing.map(
    (part) =>
      `${about}: ${part} is said to be ${said[part as keyof typeof said]}, in truth it is ${meant[part as keyof typeof meant]}`,
  )
}

const mapValues = <T, R>(of: Record<string, T>, map: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]))

/** I4: nothing that was accepted is lost. */
const nothingLost = async (history: History): Promise<string[]> => {
  const { ledger } = history
  const found: string[] = []
  for (const id of ledger.forged) {
    const dead = ledger.deadNotifications.has(FORGED_TOKEN) || isGivenUp(history, id)
    if (!dead && !ledger.pipelineDeleted) found.push(`I4: nobody hears of the forged notification ${id}`)
  }
  for (const asked of ledger.asked.values()) {
    const approval = await approvalOf(history, asked)
    const truth = ledger.truthOf(asked)
    const dead = ledger.deadNotifications.has(asked.token) || isGivenUp(history, asked.id)
    if (truth.kind === 'pending' && !approval && !dead) found.push(`I4: nobody hears of the approval ${asked.id}`)
    if (approval && approval.deferredClicks.length > 0)
      found.push(`I4: a click on ${asked.id} was noted and never weighed`)
    for (const { approvalId, userId, verdict } of ledger.decided) {
      if (approvalId !== asked.id) continue
      if (truth.kind === 'pending') found.push(`I4: ${verdict} on ${asked.id} never reached CodePipeline`)
      if (truth.kind === 'decided' && truth.by === 'bot' && truth.verdict !== verdict)
        found.push(`I4: ${userId} decided ${verdict} on ${asked.id}, and CodePipeline was told ${truth.verdict}`)
    }
  }
  return found
}

const isGivenUp = ({ queue }: History, id: string): boolean =>
  queue.dead.some(({ effect }) => effect.do === 'request-approval' && effect.notification.id === id)

const HOUR = 3_600_000
const LAST_CHECKS = 900_000

/** Sweeps and retries come to rest: no effect breeds effects, and what is over is left alone. */
const itIsQuiet = async ({ ledger, queue, tables, endedAt }: History): Promise<string[]> => {
  const since = endedAt - HOUR
  const wasAtWork = (executionId: string) => {
    const { overall, changedAt } = ledger.stateOf(executionId)
    return RELEASE[overall] === 'running' || changedAt > since - LAST_CHECKS
  }
  // What is at work is compared with the pipeline: an approval every five minutes, an execution every ten.
  const approvals = [...ledger.asked.values()].filter(({ executionId }) => wasAtWork(executionId)).length
  const executions = ledger.executionIds().filter(wasAtWork).length
  // A freeze that begins or ends, a notice, and what is to be shown and filed of them come on top.
  const most = approvals * 21 + executions * 7
  const sent = queue.sentAt.filter((at) => at > since).length
  const found = sent > most ? [`${sent} effects were queued in the last hour, where ${most} are enough`] : []
  const due = (await tables.attention.due(endedAt)).length
  return due > approvals + executions ? [...found, `${due} records still want attention`] : found
}

const approvalOf = async ({ tables }: History, { id }: Asked): Promise<Approval | null> => {
  const record = await tables.approvals.read(id)
  return record?.kind === 'approval' ? record : null
}
