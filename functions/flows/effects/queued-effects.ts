import type { CommandAnswers } from '../../ports/answers.ts'
import { takeCommand } from '../command/take-command.ts'
import { tendFreeze } from '../freeze/tend-freeze.ts'
import type { QueuedPerform } from './perform-effect.ts'

/** How `effect-due` performs what it alone performs: the other functions are smaller without it. */
export const queuedEffects = (answers: CommandAnswers): QueuedPerform => ({
  'take-command': (services, { command, seal }) => takeCommand({ ...services, answers }, command, seal),
  'tend-freeze': (services, { freeze }) => tendFreeze(services, freeze),
})
