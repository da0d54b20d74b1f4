import type { CommandAnswers } from '../../ports/answers.ts'
import { answerCommand } from '../command/answer-command.ts'
import { takeCommand } from '../command/take-command.ts'
import { tendFreeze } from '../freeze/tend-freeze.ts'
import type { QueuedPerform } from './perform-effect.ts'

/** How `effect-due` performs what it alone performs: the other functions are smaller without it. */
export const queuedEffects = (answers: CommandAnswers): QueuedPerform => ({
  'take-command': (services, { command, seal }, tried) => takeCommand({ ...services, answers }, command, seal, tried),
  'answer-command': (services, answer, tried) => answerCommand({ ...services, answers }, answer, tried),
  'tend-freeze': (services, { freeze }) => tendFreeze(services, freeze),
})
