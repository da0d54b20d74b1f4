import type { DeploymentEnd } from '../../functions/domain/deployment-notices.ts'
import { endOfDeployment, endOfExecution, isOfCause, isTold } from '../../functions/domain/deployment-notices.ts'
import type { Message } from '../support/memory/slack.ts'
import { rendered } from '../support/memory/slack.ts'
import { openAt } from './configuration.ts'
import type { History } from './history.ts'
import { ACCOUNT } from './ledger.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import { stored } from './stored.ts'

/** Sweeps and retries included, and until it is clear which action failed. */
const IN_TIME = 20 * 60_000
/** From acquiring the lease of a notice until Slack has it. */
const SAID_WITHIN = 31_000

/** What the keys of notices begin with, by CodePipeline's state. */
const ENDS = { SUCCEEDED: 'live', FAILED: 'failed', STOPPED: 'stopped', CANCELED: 'stopped', SUPERSEDED: 'superseded' }

/** Each end of a deployment is told once in each thread that it concerns, if the route wants to hear of it. */
export const endsTold = async (history: History): Promise<string[]> => {
  const { tables, configuration } = history
  const found: string[] = []
  for (const { asked, approval } of await stored(history)) {
    const isPosted = approval.showing.place !== null
    const end = isPosted ? endOfDeployment(approval.deployment) : null
    const wanted = configuration.routeFor(asked.where)?.deployments ?? 'none'
    found.push(...problemsIn(history, { thread: asked.id, executionId: asked.executionId, end, wanted }))
  }
  for (const executionId of history.ledger.executionIds()) {
    const key = { ...ACCOUNT, pipeline: PIPELINE, executionId }
    const execution = await tables.executions.read(key)
    const end = execution?.showing.place ? endOfExecution(execution) : null
    const wanted = configuration.routeOfExecution(key).deployments
    found.push(...problemsIn(history, { thread: executionId, executionId, end, wanted }))
  }
  return found
}

interface Thread {
  /** The id of the approval or of the execution. */
  thread: string
  executionId: string
  /** As the record has it at the end of the history. */
  end: DeploymentEnd | null
  wanted: Parameters<typeof isTold>[1]
}

const problemsIn = (history: History, { thread, executionId, end, wanted }: Thread): string[] => {
  const { slack, ledger, configuration, endedAt } = history
  const about = `${thread.slice(0, 8)}…${thread.slice(-4)}`
  const said = slack.messages.filter(
    ({ subject, card }) =>
      subject.startsWith(`notice/${thread}/`) &&
      (card.kind === 'execution-notice' || card.kind === 'notice') &&
      card.notice.kind === 'deployment',
  )
  const quiet = configuration.routeFor({ ...ACCOUNT, pipeline: PIPELINE, stage: '', action: '' })?.quiet ?? []
  const { ends } = ledger.stateOf(executionId)
  const found = said.flatMap((message) => problemsOf(message, quiet).map((problem) => `${about}: ${problem}`))
  for (const name of new Set(Object.values(ENDS))) {
    const times = ends.filter((state) => ENDS[state as keyof typeof ENDS] === name).length
    const notices = said.filter(({ subject, under }) => isOf(subject, name) && under?.ts === said.at(-1)?.under?.ts)
    if (notices.length > times && !ledger.pipelineDeleted)
      found.push(`${about}: ${notices.length} notices say ${name}, and it was ${name} ${times} times`)
  }
  const mustBeSaid = openAt(quiet, endedAt - IN_TIME) === null
  found.push(...lateCauses(history, { thread, end: mustBeSaid ? end : null, said, about }))
  if (end && isTold(end.name, wanted) && end.at + IN_TIME < endedAt && mustBeSaid) {
    const isSaid = said.some(({ subject }) => isOf(subject, end.name))
    const isRefused = [...slack.refused].some((subject) => subject.startsWith(`notice/${thread}/${end.name}-`))
    if (!isSaid && !isRefused) found.push(`${about}: no one was told that it is ${end.name}`)
  }
  return found
}

/** A failure that was told without its cause is followed by it once, in the same thread, and pings no one again. */
const lateCauses = (
  { slack, endedAt }: History,
  { thread, end, said, about }: Pick<Thread, 'thread' | 'end'> & { said: readonly Message[]; about: string },
): string[] => {
  const causes = said.filter(({ card }) => isNotice(card) && isOfCause(card.notice.key))
  const pings = causes.filter(({ card }) => isNotice(card) && card.mention.length > 0)
  const first = said.find(({ subject }) => isOf(subject, 'failed'))
  const isRefused = [...slack.refused].some((subject) => subject.startsWith(`notice/${thread}/cause-`))
  const isAwaited =
    end?.isExplained === true &&
    said.length === 1 &&
    first !== undefined &&
    awaitedCause(first) &&
    first.postedAt + IN_TIME < endedAt
  return [
    ...pings.map(({ subject }) => `${about}: ${subject} pings`),
    ...(causes.length > 0 && !first ? [`${about}: a cause was told, and no failure`] : []),
    ...(isAwaited && !isRefused ? [`${about}: the cause of a failure was not told`] : []),
  ]
}

const isNotice = (card: Message['card']) => card.kind === 'notice' || card.kind === 'execution-notice'

/** Whether the notice was sent before the cause was known. */
const awaitedCause = ({ card }: Message): boolean => {
  if (card.kind === 'notice') return endOfDeployment(card.approval.deployment)?.awaitsCause === true
  return card.kind === 'execution-notice' && endOfExecution(card.execution)?.awaitsCause === true
}

const isOf = (subject: string, name: string): boolean => subject.split('/')[2]!.startsWith(`${name}-`)

const problemsOf = ({ card, postedAt }: Message, windows: Parameters<typeof openAt>[0]): string[] => {
  if (card.kind !== 'notice' && card.kind !== 'execution-notice') return []
  rendered(card)
  const quiet = openAt(windows, postedAt)
  return card.mention.length > 0 && quiet && postedAt - SAID_WITHIN >= quiet.from
    ? [`${card.notice.key} pings in quiet hours`]
    : []
}
