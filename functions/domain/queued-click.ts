import type { Act, Actor } from './act.ts'
import type { Approval, DeferredClick } from './approval.ts'
import { withEntry } from './approval.ts'
import { withDeferredClick } from './attempt.ts'
import { canonical } from './canonical.ts'
import { ownEntry } from '../own-entry.ts'
import type { RecordedRefusal } from './recorded.ts'

/** A click that was refused before its form opened, while many others wrote to the approval: the queue has its entry. */
export interface RefusedClick {
  who: Actor
  act: Act['do']
  refusal: RecordedRefusal
  /** Epoch milliseconds. */
  at: number
  /** Shows that the function wrote it that saw the click. */
  seal: string
}

/** The text that the refusal of a click is sealed with. */
export const refusedStatement = (approval: string, { who, act, refusal, at }: Omit<RefusedClick, 'seal'>): string =>
  canonical({ approval, who, act, refusal, at })

/**
 * The approval with a click that the queue had. One after which its person has clicked again is only recorded. A click that
 * comes again changes nothing.
 */
export const withTakenClick = (approval: Approval, click: DeferredClick): Approval =>
  once(approval, click, () => {
    const { who, act, at } = click
    const later = [
      ...approval.deferredClicks.filter((other) => other.who.userId === who.userId),
      ...approval.votes.filter(({ userId }) => userId === who.userId),
      { at: ownEntry(approval.withdrawn ?? {}, who.userId) ?? -Infinity },
    ].some((other) => other.at > at)
    return later ? withEntry(approval, at, { what: 'noted', who, act: act.do }) : withDeferredClick(approval, click)
  })

/** The approval with the entry of a refusal that the queue had, once. */
export const withQueuedRefusal = (approval: Approval, refused: RefusedClick): Approval =>
  once(approval, refused, () => {
    const { who, act, refusal, at } = refused
    return withEntry(approval, at, { what: 'refused', who, act, refusal })
  })

/** What the queue had of a person: every click of theirs has its own time. */
type QueuedTime = Pick<DeferredClick, 'who' | 'at'>

const queuedNameOf = ({ who, at }: QueuedTime): string => `${who.userId} ${at}`

/** Whether a click that the queue had is recorded already, whatever became of it. */
export const hasQueuedClick = ({ queuedClicks = [] }: Pick<Approval, 'queuedClicks'>, click: QueuedTime): boolean =>
  queuedClicks.includes(queuedNameOf(click))

/**
 * SQS may deliver a click again when its entry is filed, and neither in the approval nor its votes. So the approval keeps
 * which clicks the queue had, by person and time, in the write that records them.
 */
export const withQueuedClick = (approval: Approval, click: QueuedTime): Approval => ({
  ...approval,
  queuedClicks: [...(approval.queuedClicks ?? []), queuedNameOf(click)].slice(-MOST_QUEUED_CLICKS),
})

const once = (approval: Approval, click: QueuedTime, recorded: () => Approval): Approval =>
  hasQueuedClick(approval, click) ? approval : withQueuedClick(recorded(), click)

/** About 25 bytes each. SQS repeats within minutes, and for as long as an approval waits few of its clicks meet so many others. */
const MOST_QUEUED_CLICKS = 1_000
