import type { DueServices } from '../../ports/services.ts'
import { answerCommand } from '../command/answer-command.ts'
import { takeCommand } from '../command/take-command.ts'
import { explainFailure } from '../execution/explain-failure.ts'
import { tendFreeze } from '../freeze/tend-freeze.ts'
import { sendDigest } from '../show/send-digest.ts'
import type { QueuedPerform } from './perform-effect.ts'

/** How `effect-due` performs what it alone performs: the other functions are smaller without it. */
export const queuedEffects = ({
  answers,
  delivery,
  failures,
}: Pick<DueServices, 'answers' | 'delivery' | 'failures'>): QueuedPerform => ({
  'explain-failure': (services, { execution, action }) => explainFailure({ ...services, failures }, execution, action),
  'send-digest': (services, { digest }) => sendDigest({ ...services, delivery }, digest),
  'take-command': (services, { command, seal }, tried) => takeCommand({ ...services, answers }, command, seal, tried),
  'answer-command': (services, answer, tried) => answerCommand({ ...services, answers }, answer, tried),
  'tend-freeze': (services, { freeze }) => tendFreeze(services, freeze),
})
