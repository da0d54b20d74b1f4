import type { Deployment } from './outcome.ts'
import type { ActionProgress, Execution } from './execution.ts'
import { isOver, lastFailure, stagesFailedByRule } from './execution.ts'
import { causeOf, isUnexplained } from './explanation.ts'
import { saysSomething } from './failure-cause.ts'
import type { DueNotice, ExecutionNoticeKind, Notice, NoticeDelivery } from './notice.ts'
import { DAY, MINUTE } from './time-units.ts'
import { watchNotices } from './watching.ts'
import { ownEntry } from '../own-entry.ts'

/** How a deployment has ended. Times are epoch milliseconds. */
export interface DeploymentEnd {
  name: 'live' | 'failed' | 'stopped' | 'superseded'
  at: number
  /** When its last stage began: a retry begins one later. */
  startedAt: number
  /** False while the action that failed is not known: its event may still come. */
  isClear: boolean
  /** The service that ran the action has not said yet why it failed. */
  awaitsCause?: true
  /** It has said why. */
  isExplained?: true
}

/** Which ends of deployments a route wants to hear of. */
export type DeploymentNotices = 'all' | 'changes' | 'failures' | 'none'

/** An end as people are told of it: a deployment that is live may end a time in which deployments failed. */
export type ToldEnd = DeploymentEnd['name'] | 'recovered' | 'restored'

const TOLD: Record<DeploymentNotices, readonly ToldEnd[]> = {
  all: ['failed', 'stopped', 'recovered', 'restored', 'live', 'superseded'],
  changes: ['failed', 'stopped', 'recovered', 'restored'],
  failures: ['failed'],
  none: [],
}

export const isTold = (end: ToldEnd, wanted: DeploymentNotices): boolean => TOLD[wanted].includes(end)

/** After a day, an end is no longer news. */
export const NEWS_FOR = DAY

/** By then the sweep has read the execution, and the action that failed is known if any is. */
const UNTIL_CLEAR = 5 * MINUTE

/** People wait for a failure, and a little for its cause. */
const UNTIL_EXPLAINED = MINUTE

/**
 * The notice of an end. A later event may correct the time of an end that a notice was begun for, so the notice of the
 * same attempt keeps its key.
 */
export const endNotice = (
  { name, at, startedAt, isClear, awaitsCause }: DeploymentEnd,
  notices: Readonly<Record<string, NoticeDelivery>>,
): Notice => {
  const [beginning, since] = [`${name}-`, wholeSeconds(startedAt)]
  const known = Object.keys(notices).find(
    (key) => key.startsWith(beginning) && Number(key.slice(beginning.length)) >= since,
  )
  return {
    kind: 'deployment',
    key: known ?? `${beginning}${wholeSeconds(at)}`,
    dueAt: at + (isClear ? (awaitsCause ? UNTIL_EXPLAINED : 0) : UNTIL_CLEAR),
    channel: null,
  }
}

const CAUSE_OF = 'cause-'

/**
 * The notice that follows one of a failure which was sent before its cause was known: why it failed. Due at once when the
 * cause is read; null before that, and if the first notice said it.
 */
const laterCauseNotice = (
  { isExplained }: DeploymentEnd,
  { key }: Notice,
  notices: Readonly<Record<string, NoticeDelivery>>,
): Notice | null => {
  const first = ownEntry(notices, key)
  return isExplained && first?.name === 'said' && first.lacksCause
    ? { kind: 'deployment', key: `${CAUSE_OF}${key}`, dueAt: first.at, channel: null }
    : null
}

/** The notices of an end: how it ended, and why, if that was not known then. */
export const endNotices = (end: DeploymentEnd, notices: Readonly<Record<string, NoticeDelivery>>): Notice[] => {
  const first = endNotice(end, notices)
  return [first, laterCauseNotice(end, first, notices)].filter((notice) => notice !== null)
}

/** Whether a notice with this key follows one of a failure, and says why it failed. */
export const isOfCause = (key: string): boolean => key.startsWith(CAUSE_OF)

/** What the delivery of an end's notice keeps: whether it says nothing of a cause that may still be read. */
export const causeLeftOut = (key: string, end: DeploymentEnd | null): { lacksCause?: true } =>
  isOfFailure(key) && end?.awaitsCause ? { lacksCause: true } : {}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1000)

/** Whether a notice with this key tells of a failure. */
export const isOfFailure = (key: string): boolean => key.startsWith('failed-')

/** The end of an approved deployment; null while it runs, and for one that a later approval ended. */
export const endOfDeployment = (deployment: Deployment | null): DeploymentEnd | null => {
  if (!deployment || deployment.name === 'running' || deployment.rejectedIn !== undefined) return null
  // An earlier version stored it, and no one was told then.
  if (deployment.startedAt === undefined || deployment.told === 'elsewhere') return null
  const { name, at, startedAt, failedIn, isSuperseded } = deployment
  return {
    name: isSuperseded ? 'superseded' : name,
    at,
    startedAt,
    isClear: name !== 'failed' || failedIn !== undefined,
    ...(deployment.awaitsCause && { awaitsCause: true as const }),
    ...(deployment.cause && { isExplained: true as const }),
  }
}

/** The end of an execution; null while it runs, and if an approval ended it: the approval tells that. */
export const endOfExecution = (execution: Execution): DeploymentEnd | null => {
  if (!isOver(execution)) return null
  const { overall } = execution
  const failure = overall.progress === 'failed' ? lastFailure(execution) : null
  if (failure?.category === 'Approval') return null
  return {
    name: END_OF_PROGRESS[overall.progress as keyof typeof END_OF_PROGRESS],
    at: overall.at,
    startedAt: lastBeginning(execution),
    isClear: overall.progress !== 'failed' || failure !== null || stagesFailedByRule(execution).length > 0,
    ...(failure && isUnexplained(execution, failure) && { awaitsCause: true as const }),
    ...(failure && isExplained(execution, failure) && { isExplained: true as const }),
  }
}

const isExplained = (execution: Execution, failure: ActionProgress): boolean => {
  const cause = causeOf(execution, failure)
  return cause !== null && saysSomething(cause)
}

const END_OF_PROGRESS = {
  succeeded: 'live',
  failed: 'failed',
  stopped: 'stopped',
  canceled: 'stopped',
  superseded: 'superseded',
} as const

/** When the execution's last stage began. */
export const lastBeginning = ({ overall, stages }: Execution): number =>
  Math.max(0, ...[overall, ...stages.values()].map(({ startedAt }) => startedAt ?? 0))

type OfExecution = DueNotice<ExecutionNoticeKind>

/**
 * The notices of the execution's end that a function must send: the next one of its thread, and those of the people who asked
 * for it. None before an end.
 */
export const endNoticesOf = (execution: Execution): OfExecution[] => {
  const end = endOfExecution(execution)
  const { notices } = execution
  const open = ({ key }: Notice<string>): boolean => !isDelivered(ownEntry(notices, key))
  const [next] = end ? endNotices(end, notices).filter(open) : []
  const watched = watchNotices(execution, end ? endNotice(end, notices).dueAt : execution.overall.at).filter(open)
  return [...(next ? [next as Notice<'deployment'>] : []), ...watched].flatMap((notice): OfExecution[] => {
    const delivery = ownEntry(notices, notice.key)
    const news = Math.max(notice.dueAt, heldUntil(delivery) ?? -Infinity)
    const dueAt = delivery?.name === 'refused' ? Math.max(news, delivery.until) : news
    const usefulUntil = news + NEWS_FOR
    return dueAt < usefulUntil ? [{ ...notice, dueAt, usefulUntil }] : []
  })
}

const isDelivered = (delivery: NoticeDelivery | undefined): boolean =>
  delivery?.name === 'said' || delivery?.name === 'skipped'

/** Until when the notice waited for the end of quiet hours; undefined if it did not. */
export const heldUntil = (delivery: NoticeDelivery | undefined): number | undefined => {
  if (delivery?.name === 'held') return delivery.until
  return delivery && 'heldUntil' in delivery ? delivery.heldUntil : undefined
}

/** When a function must send the next of them, or look after its delivery; null for never. */
export const endNoticeAt = (execution: Execution): number | null => {
  const times = endNoticesOf(execution).map(({ key, dueAt }) => {
    const delivery = ownEntry(execution.notices, key)
    return delivery?.name === 'begun' ? Math.max(dueAt, delivery.until) : dueAt
  })
  return times.length === 0 ? null : Math.min(...times)
}
