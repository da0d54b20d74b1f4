import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Actor } from './domain/act.ts'
import type { TypedCommand } from './domain/command.ts'
import { commandStatement } from './domain/command.ts'
import type { Effect } from './domain/effect.ts'
import type { Offer, SeveralAnswers } from './domain/several.ts'
import { severalStatement } from './domain/several.ts'
import type { SteeringAim, SteeringRequest } from './domain/steering.ts'
import { sealedSteering } from './domain/steering.ts'
import type { ActRequest } from './flows/approval/act-on-approval.ts'
import { actOnApproval, considerAct } from './flows/approval/act-on-approval.ts'
import { isOwnOffer, judgeOffered, routesOfAwaited } from './flows/approval/offer-several.ts'
import { within } from './flows/within.ts'
import { performNow } from './flows/effects/perform-effect.ts'
import type { WatchedMessage } from './flows/execution/watch-execution.ts'
import { watchExecution } from './flows/execution/watch-execution.ts'
import { whyNotSteered } from './flows/steer/judge-steering.ts'
import { describedLastGood } from './flows/steer/last-good.ts'
import type { Deciding } from './slack/bolt-app.ts'
import { boltReceiver } from './slack/bolt-app.ts'
import { paragraph, spoken } from './slack/block-kit.ts'
import { say } from './slack/sentence.ts'
import { typedParts } from './slack/typed-command.ts'
import { COMMAND } from './slack/words/command-words.ts'
import { readSlackRequest } from './slack/slack-request.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** What may take longer is left to effect-due. */
const CONSIDER_MS = 900

/** Slack gives up after three seconds; a cold start and the network need the rest. */
const BUDGET_MS = 2_000

/** HTTP API: a person has clicked in Slack. The function checks the signature, then Bolt routes the request. */
export const buttonClicked = (services: OpenServices) => {
  const { secrets, slackApiUrl, clock, log } = services
  const begin = () => {
    const giveUpAt = clock.now() + BUDGET_MS
    const perform = (effects: readonly Effect[]) => performNow(services, effects, giveUpAt - clock.now())
    return {
      consider: async (...[approvalId, who, aim]: Parameters<Deciding['consider']>) => {
        const considered = await considerAct(services, approvalId, who, aim)
        if (considered.kind === 'refused') await perform(considered.effects)
        return considered
      },
      act: async (request: ActRequest) => {
        const acted = await actOnApproval(services, request)
        if (acted.kind !== 'unknown') await perform([...acted.effects, ...ownHome(request.who)])
        return acted
      },
      considerSteering: (aim: SteeringAim, userId: string) =>
        // Slack may be slow to list a group: effect-due judges again.
        within(clock, CONSIDER_MS, whyNotSteered(services, aim, userId)),
      findLastGood: (aim: SteeringAim) => within(clock, CONSIDER_MS, describedLastGood(services, aim)),
      steer: async (asked: Omit<SteeringRequest, 'id' | 'at'>) => {
        const request = { ...asked, id: clock.newId(), at: clock.now() }
        const seal = await services.seals.seal(sealedSteering(request))
        await services.queue.send({ effect: { do: 'steer-pipeline', request, seal }, attempt: 1 }, 0)
        const { act, who, execution } = request
        log.info('A steering act was requested', { act, user: who.userId, execution: execution.executionId })
      },
      isOwnOffer: (offer: Offer, userId: string) => isOwnOffer(services, offer, userId),
      judgeOffered: (offer: Offer, who: Actor) => judgeOffered(services, offer, who, CONSIDER_MS),
      awaited: (approvals: readonly string[]) => routesOfAwaited(services, approvals),
      answerSeveral: async (given: Omit<SeveralAnswers, 'id' | 'at'>) => {
        const answers = { ...given, id: clock.newId(), at: clock.now() }
        const seal = await services.seals.seal(severalStatement(answers))
        await services.queue.send({ effect: { do: 'answer-several', answers, seal }, attempt: 1 }, 0)
        log.info('Several approvals were answered together', { user: answers.who.userId, answers: answers.id })
      },
      comeBack: (who: Actor) => queueCommand(services, { text: 'back', who, responseUrl: null }),
      unmute: (who: Actor) => queueCommand(services, { text: 'unmute', who, responseUrl: null }),
      watch: (of: WatchedMessage, userId: string) => watchExecution(services, of, userId, giveUpAt),
      left: () => giveUpAt - clock.now(),
    }
  }
  /** A click without a channel comes from the Home tab, which shows at once what became of it. */
  const ownHome = ({ userId, from }: Actor): Effect[] =>
    from === null ? [{ do: 'show-homes', users: [userId], opened: null }] : []
  const receiver = boltReceiver(begin, secrets, { slackApiUrl, log })
  const route = receiver.toHandler()

  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const request = await readSlackRequest(event, secrets, clock.now())
    if (request.kind === 'certificate-check') return { statusCode: 200, body: '' }
    if (request.kind === 'refused') {
      log.warn('A request was refused', { because: request.because, status: request.status })
      log.count('RequestRejected')
      return { statusCode: request.status, body: '' }
    }
    if (request.kind === 'home-opened') return await homeOpened(services, request.userId)
    if (request.kind === 'ignored') {
      log.warn('An event was ignored', { type: request.type })
      return { statusCode: 200, body: '' }
    }
    if (request.kind === 'command') return await commandTaken(services, request)
    return await route(request.event, undefined)
  }
}

/** Slack shows what the tab had before, until the queue has brought it up to date. */
const homeOpened = async (
  { clock, log, queue }: OpenServices,
  userId: string,
): Promise<APIGatewayProxyStructuredResultV2> => {
  await queue.send({ effect: { do: 'show-homes', users: [userId], opened: clock.now() }, attempt: 1 }, 0)
  log.info('The Home tab was opened', { user: userId })
  return { statusCode: 200, body: '' }
}

/** The queue takes the command: its answer comes to the address that Slack gave with it, however long it takes. */
const commandTaken = async (
  services: OpenServices,
  { command: typed, isTyped }: { command: Omit<TypedCommand, 'id' | 'at'>; isTyped: boolean },
): Promise<APIGatewayProxyStructuredResultV2> => {
  await queueCommand(services, typed)
  if (!isTyped) return { statusCode: 200, body: '' }
  const parts = say(COMMAND.received, { typed: typedParts(typed.text) })
  const body = JSON.stringify({ response_type: 'ephemeral', text: spoken(...parts), blocks: [paragraph(...parts)] })
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body }
}

const queueCommand = async (
  { clock, log, queue, seals }: OpenServices,
  given: Omit<TypedCommand, 'id' | 'at'>,
): Promise<void> => {
  const command = { ...given, id: clock.newId(), at: clock.now() }
  const seal = await seals.seal(commandStatement(command))
  await queue.send({ effect: { do: 'take-command', command, seal }, attempt: 1 }, 0)
  log.info('A command was taken', { user: command.who.userId, command: command.id })
}

export const handler = asHandler(buttonClicked)
