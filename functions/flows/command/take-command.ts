import type { Command, TypedCommand } from '../../domain/command.ts'
import { ANSWERABLE_FOR, commandIn, commandStatement, onlyReads } from '../../domain/command.ts'
import type { Effect } from '../../domain/effect.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import type { Typist } from '../freeze/change-freezes.ts'
import { holdStage } from '../steer/hold-stage.ts'
import { offerRelease } from '../steer/offer-release.ts'
import { knownPerson } from '../known-person.ts'
import { endAbsence, setAbsence, showAbsences } from '../absence/change-absences.ts'
import { pipelineDifference, pipelineHistory, pipelineStatuses } from './read-pipelines.ts'
import { endMute, setMute, showMute } from '../mute/change-mutes.ts'
import { helpFor } from './help-for.ts'
import { pendingFor, whyNot } from './judge-waiting.ts'
import { lengthenFreeze, liftFreeze, setFreeze } from '../freeze/change-freezes.ts'

/**
 * Story: a person typed a command. The function that received it has told them that it is being done; this one does it, and
 * has them told alone. A command that comes twice is done once, and one that comes after half an hour is not done. If it
 * fails at the last try, its person is told that.
 */
export const takeCommand = async (
  services: Services & Pick<DueServices, 'answers'>,
  typed: TypedCommand,
  seal: string,
  { isLast }: Tried,
): Promise<Performed> => {
  const { log } = services
  try {
    return await perform(services, typed, seal)
  } catch (error) {
    if (!isLast) throw error
    log.error('A command failed for good, and its person is told', { user: typed.who.userId, command: typed.id, error })
    log.count('EffectFailed')
    return done([answerWith(services, typed, { kind: onlyReads(commandIn(typed.text)) ? 'unanswered' : 'failed' })])
  }
}

const perform = async (
  services: Services & Pick<DueServices, 'answers'>,
  typed: TypedCommand,
  seal: string,
): Promise<Performed> => {
  const { clock, log, seals } = services
  const { userId } = typed.who
  if (!(await seals.holds(commandStatement(typed), seal))) {
    log.error('A command is dropped, because no function has sealed it', { user: userId })
    log.count('VerdictNotProven')
    return done()
  }
  // A person who got no answer has looked at the freezes since, or typed again.
  if (clock.now() - typed.at >= ANSWERABLE_FOR) {
    log.warn('A command is dropped, because Slack takes no answer to it any more', { user: userId })
    return done()
  }
  const command = commandIn(typed.text)
  const answer = await answerTo(services, typed, command)
  if (answer.kind === 'sent') {
    log.info('A command was taken to its pipeline', { user: userId, command: command.do })
    return done([answer.effect])
  }
  log.info('A command was done', { user: userId, command: command.do, answer: answer.kind })
  const tend: Effect[] =
    'freeze' in answer
      ? [{ do: 'tend-freeze', freeze: answer.freeze.id }]
      : 'absence' in answer
        ? [{ do: 'tend-absence', absence: answer.absence.id }]
        : []
  return done([answerWith(services, typed, answer), ...ownHome(typed), ...tend])
}

const answerWith = (
  { answers }: Pick<DueServices, 'answers'>,
  { text, who, responseUrl }: TypedCommand,
  answer: CommandAnswer,
): Effect => {
  const message = answers.messageFor(answer, text)
  return responseUrl === null
    ? { do: 'tell-person', userId: who.userId, channel: null, message }
    : { do: 'answer-command', userId: who.userId, responseUrl, message }
}

/** A button of the Home tab: the tab shows what became of it. */
const ownHome = ({ who, responseUrl }: TypedCommand): Effect[] =>
  responseUrl === null ? [{ do: 'show-homes', users: [who.userId], opened: null }] : []

const answerTo = async (
  services: Services,
  typed: TypedCommand,
  command: Command,
): Promise<CommandAnswer | { kind: 'sent'; effect: Effect }> => {
  switch (command.do) {
    case 'unknown':
      return { kind: 'unknown', word: command.word, nearest: command.nearest }
    case 'freezes':
      return { kind: 'freezes', freezes: await services.freezes.all(), now: services.clock.now() }
    default: {
      const known = await knownPerson(services.directory, typed.who.userId)
      // An earlier try may have done it: that nothing was changed would not be true.
      if (known.kind === 'unknown' && known.mayPass && !onlyReads(command)) throw new Error(known.because)
      if (known.kind === 'unknown')
        return { kind: onlyReads(command) ? 'not-told' : 'not-done', because: known.because }
      const typist: Typist = { who: { ...known.person, from: typed.who.from }, zone: known.zone() }
      switch (command.do) {
        case 'help':
          return helpFor(services, typist.who.userId)
        case 'pending':
          return pendingFor(services, typist.who)
        case 'status':
          return pipelineStatuses(services, command.about)
        case 'history':
          return pipelineHistory(services, command)
        case 'diff':
          return pipelineDifference(services, command.about)
        case 'why':
          return whyNot(services, typist.who, command.about)
        case 'hold':
        case 'resume':
          return holdStage(services, typed, typist, command)
        case 'release':
          return offerRelease(services, typist, command.pipeline)
        case 'mute':
          return setMute(services, typed, typist, command)
        case 'muted':
          return showMute(services, typist)
        case 'unmute':
          return endMute(services, typed, typist)
        case 'absences':
          return showAbsences(services, typist)
        case 'away':
          return setAbsence(services, typed, typist, command)
        case 'back':
          return endAbsence(services, typed, typist)
        case 'freeze':
          return setFreeze(services, typed, typist, command)
        case 'lengthen':
          return lengthenFreeze(services, typed, typist, command)
        case 'lift':
          return liftFreeze(services, typed, typist, command)
      }
    }
  }
}
