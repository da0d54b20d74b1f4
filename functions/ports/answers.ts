import type { Effect } from '../domain/effect.ts'
import type { CommandAnswer } from './cards.ts'
import type { SlackRefusal } from './slack.ts'

/** Answers to what people have typed. */
export interface CommandAnswers {
  /** The answer in the form in which Slack takes it. `typed`: what the person typed, so that nothing of it is lost. */
  messageFor(answer: CommandAnswer, typed: string): string
  /** Sends such a message to the address that came with the command, for its person alone. */
  send(responseUrl: string, message: string): Promise<AnswerOutcome>
  /** Sends such a message to the person alone: in that channel if they can see it there, else as a direct message. */
  tell(told: ToldPerson): Promise<AnswerOutcome>
}

export type ToldPerson = Omit<Extract<Effect, { do: 'tell-person' }>, 'do'>

export type AnswerOutcome = { kind: 'posted' } | SlackRefusal
