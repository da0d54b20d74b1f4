import type { Effect } from '../../domain/effect.ts'
import type { DueServices } from '../../ports/services.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'

/**
 * Story: what a person typed is done, or failed, and they are told. If Slack does not take the answer, the answer alone is
 * sent again: the command is not done again. If Slack took it and did not say so, the person sees it twice.
 */
export const answerCommand = async (
  { answers, log }: Pick<DueServices, 'answers' | 'log'>,
  { userId, responseUrl, message }: Omit<Extract<Effect, { do: 'answer-command' }>, 'do'>,
  { isLast }: Tried,
): Promise<Performed> => {
  const outcome = await answers.send(responseUrl, message)
  if (outcome.kind === 'posted') return done()
  const isFinal = isLast || (outcome.kind === 'refused' && outcome.isFinal)
  if (isFinal) {
    log.warn('Slack did not take the answer to a command', { user: userId, ...outcome })
    return done()
  }
  return outcome.kind === 'busy' ? again(outcome.afterSeconds, 'Slack asks to wait') : again(2, outcome.because)
}
