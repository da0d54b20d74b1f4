import type { Effect } from '../../domain/effect.ts'
import type { SteeringAnswer, SteeringRequest } from '../../domain/steering.ts'
import { steeringOf } from '../../domain/steering.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import { answerCommand } from '../command/answer-command.ts'
import { tendAbsence } from '../absence/tend-absence.ts'
import { answerSeveral } from '../command/answer-several.ts'
import { tellPerson } from '../command/tell-person.ts'
import { takeCommand } from '../command/take-command.ts'
import { explainFailure } from '../execution/explain-failure.ts'
import { tendFreeze } from '../freeze/tend-freeze.ts'
import { showHomes } from '../home/show-homes.ts'
import { checkOutside } from '../outside/check-outside.ts'
import { claimDeployment } from '../outside/claim-deployment.ts'
import { sendDigest } from '../show/send-digest.ts'
import { steerPipeline } from '../steer/steer-pipeline.ts'
import type { QueuedPerform } from './perform-effect.ts'

/**
 * Who typed a command is told at the address that Slack gave with it; who sent a form, in the channel or the thread of the button, or
 * directly if it has none, as in the Home tab.
 */
const steeringAnswered =
  (answers: DueServices['answers'], answerTo: string | undefined) =>
  (request: SteeringRequest, answer: SteeringAnswer): Effect => {
    const message = answers.messageFor({ kind: 'steered', steering: steeringOf(request), ...answer }, '')
    const { who, thread } = request
    const { userId, from } = who
    return answerTo === undefined
      ? { do: 'tell-person', userId, channel: from, ...(thread !== undefined && { thread }), message }
      : { do: 'answer-command', userId, responseUrl: answerTo, message }
  }

/** How `effect-due` performs what it alone performs: the other functions are smaller without it. */
export const queuedEffects = ({
  answers,
  delivery,
  failures,
  homeTabs,
  outsideWorks,
  pipelineSteering,
}: Omit<DueServices, keyof Services>): QueuedPerform => ({
  'explain-failure': (services, { execution, action }) => explainFailure({ ...services, failures }, execution, action),
  'steer-pipeline': (services, { request, seal, answerTo }, tried) =>
    steerPipeline({ ...services, pipelineSteering, tell: steeringAnswered(answers, answerTo) }, request, seal, tried),
  'send-digest': (services, { digest }) => sendDigest({ ...services, delivery }, digest),
  'take-command': (services, { command, seal }, tried) => takeCommand({ ...services, answers }, command, seal, tried),
  'answer-command': (services, answer, tried) => answerCommand({ ...services, answers }, answer, tried),
  'answer-several': (services, { answers: given, seal }, tried) =>
    answerSeveral({ ...services, answers }, given, seal, tried),
  'tell-person': (services, told, tried) => tellPerson({ ...services, answers }, told, tried),
  'show-homes': (services, shown, tried) => showHomes({ ...services, homeTabs }, shown, tried),
  'tend-freeze': (services, { freeze }) => tendFreeze(services, freeze),
  'tend-absence': (services, { absence }) => tendAbsence(services, absence),
  'check-outside': (services, effect) => checkOutside({ ...services, outsideWorks }, effect),
  'claim-deployment': claimDeployment,
})
