import type { AnswerOutcome, ToldPerson } from '../../ports/answers.ts'
import type { DueServices } from '../../ports/services.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'

/**
 * Story: what a person asked for has been done, and they are told. If Slack does not take the message, it alone is sent
 * again. If Slack took it and did not say so, the person sees it twice.
 */
export const tellPerson = async (
  { answers, log }: Pick<DueServices, 'answers' | 'log'>,
  told: ToldPerson,
  tried: Tried,
): Promise<Performed> => {
  const outcome = await answers.tell(told)
  return afterAnswer(outcome, tried, () => {
    log.warn('Slack did not take a private message', { user: told.userId, ...outcome })
    log.count('DirectMessageRefused')
  })
}

/** Whether it is sent again. `notTaken` is called if it never reaches its person. */
export const afterAnswer = (outcome: AnswerOutcome, { isLast }: Tried, notTaken: () => void): Performed => {
  if (outcome.kind === 'posted') return done()
  const isFinal = isLast || (outcome.kind === 'refused' && outcome.isFinal)
  if (isFinal) {
    notTaken()
    return done()
  }
  return outcome.kind === 'busy' ? again(outcome.afterSeconds, 'Slack asks to wait') : again(2, outcome.because)
}
