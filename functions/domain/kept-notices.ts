import type { Approval } from './approval.ts'
import type { Notice, NoticeKind, SaidNotice } from './notice.ts'
import type { Place } from './showing.ts'

/** A notice that asks people for an approval, and so has to be true for as long as it can be read. */
export interface KeptNotice extends Notice {
  place: Place
  isQuiet: boolean
}

/** Their keys begin with the kind. */
const KINDS_KEPT: readonly NoticeKind[] = ['direct', 'reminder', 'turn', 'escalation', 'overtaken', 'last-call']

/** What a notice of this approval shows when it is up to date. Nothing changes in it after the end. */
export const noticeContent = ({ state, showing }: Approval): number | 'closed' =>
  state.name === 'settled' ? 'closed' : showing.truth

/** The notices that show something else than the approval. */
export const staleNotices = (approval: Approval): KeptNotice[] =>
  Object.entries(approval.notices).flatMap(([key, delivery]) => {
    const kind = KINDS_KEPT.find((one) => key.startsWith(one))
    if (!kind || delivery.name !== 'said' || !delivery.place || delivery.shown === noticeContent(approval)) return []
    const { place, at, isQuiet = false } = delivery
    const channel = kind === 'direct' || key === 'escalation-channel' ? place.channel : null
    return [{ kind, key, dueAt: at, channel, place, isQuiet }]
  })

/** These notices show that content now. */
export const withNoticesShown = (
  approval: Approval,
  keys: readonly string[],
  shown: NonNullable<SaidNotice['shown']>,
): Approval => ({
  ...approval,
  notices: Object.fromEntries(
    Object.entries(approval.notices).map(([key, delivery]) => [
      key,
      delivery.name === 'said' && keys.includes(key) ? { ...delivery, shown } : delivery,
    ]),
  ),
})
