import type { History } from './history.ts'
import { FORGED_TOKEN } from './history.ts'
import { approvalOf } from './stored.ts'

/** What the bot accepted took effect, or lies in a dead-letter queue. */
export const nothingLost = async (history: History): Promise<string[]> => {
  const { ledger } = history
  const found: string[] = []
  for (const id of ledger.forged) {
    const dead = ledger.deadNotifications.has(FORGED_TOKEN) || isGivenUp(history, id)
    if (!dead && !ledger.pipelineDeleted) found.push(`no one is told of the forged notification ${id}`)
  }
  for (const asked of ledger.asked.values()) {
    const approval = await approvalOf(history, asked)
    const truth = ledger.truthOf(asked)
    const dead = ledger.deadNotifications.has(asked.token) || isGivenUp(history, asked.id)
    if (truth.kind === 'pending' && !approval && !dead) found.push(`no one is told of the approval ${asked.id}`)
    if (approval && approval.deferredClicks.length > 0) found.push(`a click on ${asked.id} was noted and never weighed`)
    for (const { approvalId, userId, verdict } of ledger.decided) {
      if (approvalId !== asked.id || (verdict === 'Approved' && (await isAskedAgain(history, asked.id)))) continue
      if (truth.kind === 'pending') found.push(`${verdict} on ${asked.id} never reached CodePipeline`)
      if (truth.kind === 'decided' && truth.by === 'bot' && truth.verdict !== verdict)
        found.push(`${userId} decided ${verdict} on ${asked.id}, and CodePipeline was told ${truth.verdict}`)
    }
  }
  return found
}

/** A freeze began before the verdict was sent: the approval waits again, and I18 looks at what becomes of it. */
const isAskedAgain = async ({ tables }: History, id: string): Promise<boolean> =>
  (await tables.entriesOf(id)).some(
    ({ happened }) => happened.what === 'not-sent' && happened.because.startsWith('the change freeze'),
  )

const isGivenUp = ({ queue }: History, id: string): boolean =>
  queue.dead.some(({ effect }) => effect.do === 'request-approval' && effect.notification.id === id)
