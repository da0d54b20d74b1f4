import type { CommandAnswer } from './cards.ts'
import type { SlackRefusal } from './slack.ts'

/** CommandAnswers to what people have typed. */
export interface CommandAnswers {
  /** At the address that came with the command, for its person alone. `typed`: what they typed. */
  send(responseUrl: string, answer: CommandAnswer, typed: string): Promise<AnswerOutcome>
}

export type AnswerOutcome = { kind: 'posted' } | SlackRefusal
