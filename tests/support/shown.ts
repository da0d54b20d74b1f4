import type { Approval } from '../../functions/domain/approval.ts'
import { acquireShowing, wasShown } from '../../functions/domain/showing.ts'
import { START } from './records.ts'

/** The approval with a message in Slack that shows all of it. */
export const shown = (of: Approval, at = START): Approval => {
  const taken = acquireShowing(of.showing, 'me', at)
  if (taken.kind !== 'acquired') throw new Error(taken.kind)
  const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
  return { ...of, showing: wasShown(taken.showing, 'me', of.showing.truth, place, at) }
}
