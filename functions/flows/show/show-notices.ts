import { noticeContent, staleNotices, withNoticesShown } from '../../domain/kept-notices.ts'
import type { Limited } from '../../domain/slack-turns.ts'
import { changeApproval, readApproval } from '../approval/change-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { noticeCard } from './notice-card.ts'
import { countAnswer, takeTurn } from './slack-turn.ts'

const UPDATE: Limited = { method: 'chat.update' }

/**
 * Story: an approval has changed, and its reminders and escalations still show what it was. Each is written again from the
 * stored approval. Then the function reads the approval once more, so that older content never stays.
 */
export const showNotices = async (services: Services, approvalId: string): Promise<Performed> => {
  const { slack, log } = services
  const approval = await readApproval(services, approvalId)
  const stale = approval ? staleNotices(approval) : []
  if (!approval || stale.length === 0) return done()
  const content = noticeContent(approval)
  const written: string[] = []
  let later: Performed | null = null
  for (const notice of stale) {
    const card = noticeCard(services, approval, notice, { quiet: notice.isQuiet })
    const wait = await takeTurn(services, UPDATE, card)
    const outcome = wait ?? (await slack.update(notice.place, card))
    if (!wait) await countAnswer(services, UPDATE, card, outcome)
    if (outcome.kind === 'busy') later = again(outcome.afterSeconds, 'Slack asks to slow down')
    else if (outcome.kind === 'unclear') later = again(5, `Slack did not answer: ${outcome.because}`)
    else if (outcome.kind === 'refused' && !outcome.isFinal) later = again(60, `Slack refused: ${outcome.because}`)
    else written.push(notice.key)
    if (outcome.kind === 'refused' || outcome.kind === 'lost')
      log.warn('Slack refused the update of a notice', { approval: approvalId, notice: notice.key, ...outcome })
    if (later) break
  }
  const isStale = await changeApproval(services, approvalId, (current) => {
    // What was deleted, or can never be changed again, is left alone from now on.
    const next = withNoticesShown(current, written, content)
    return [next, staleNotices(next).length > 0]
  })
  return later ?? done(isStale ? [{ do: 'show-notices', approval: approvalId }] : [])
}
