import type { Effect } from '../../domain/effect.ts'
import type { DueServices } from '../../ports/services.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { afterAnswer } from './tell-person.ts'

/**
 * Story: what a person typed is done, or failed, and they are told. If Slack does not take the answer, the answer alone is
 * sent again: the command is not done again. If Slack took it and did not say so, the person sees it twice.
 */
export const answerCommand = async (
  { answers, log }: Pick<DueServices, 'answers' | 'log'>,
  { userId, responseUrl, message }: Omit<Extract<Effect, { do: 'answer-command' }>, 'do'>,
  tried: Tried,
): Promise<Performed> => {
  const outcome = await answers.send(responseUrl, message)
  return afterAnswer(outcome, tried, () =>
    log.warn('Slack did not take the answer to a command', { user: userId, ...outcome }),
  )
}
