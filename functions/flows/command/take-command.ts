import type { Command, TypedCommand } from '../../domain/command.ts'
import { ANSWERABLE_FOR, commandIn, commandStatement } from '../../domain/command.ts'
import type { Effect } from '../../domain/effect.ts'
import type { CommandAnswers } from '../../ports/answers.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Typist } from '../freeze/change-freezes.ts'
import { lengthenFreeze, liftFreeze, setFreeze } from '../freeze/change-freezes.ts'

/**
 * Story: a person typed a command. The function that received it has told them that it is being done; this one does it, and
 * answers the person alone. A command that comes twice is done once, and one that comes after half an hour is not done.
 */
export const takeCommand = async (
  services: Services & { answers: CommandAnswers },
  typed: TypedCommand,
  seal: string,
): Promise<Performed> => {
  const { answers, log, seals } = services
  if (!(await seals.holds(commandStatement(typed), seal))) {
    log.error('A command is dropped, because no function has sealed it', { user: typed.who.userId })
    log.count('VerdictNotProven')
    return done()
  }
  // A person who got no answer has looked at the freezes since, or typed again.
  if (services.clock.now() - typed.at >= ANSWERABLE_FOR) {
    log.warn('A command is dropped, because Slack takes no answer to it any more', { user: typed.who.userId })
    return done()
  }
  const command = commandIn(typed.text)
  const answer = await answerTo(services, typed, command)
  const outcome = await answers.send(typed.responseUrl, answer, typed.text)
  const effects: Effect[] = 'freeze' in answer ? [{ do: 'tend-freeze', freeze: answer.freeze.id }] : []
  log.info('A command was answered', { user: typed.who.userId, command: command.do, answer: answer.kind })
  if (outcome.kind === 'busy') return again(outcome.afterSeconds, 'Slack asks to wait', effects)
  if (outcome.kind !== 'posted') log.warn('Slack did not take the answer to a command', outcome)
  return done(effects)
}

const answerTo = async (services: Services, typed: TypedCommand, command: Command): Promise<CommandAnswer> => {
  switch (command.do) {
    case 'help':
    case 'unknown':
      return { kind: command.do, ...(command.do === 'unknown' && command) } as CommandAnswer
    case 'freezes':
      return { kind: 'freezes', freezes: await services.freezes.all(), now: services.clock.now() }
    default: {
      const typist = await typistOf(services, typed)
      if ('kind' in typist) return typist
      switch (command.do) {
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

/** The person as Slack knows them now; an answer if they may do nothing. */
const typistOf = async (
  { directory }: Services,
  { who: { userId, from } }: TypedCommand,
): Promise<Typist | CommandAnswer> => {
  const looked = await directory.person(userId)
  if (looked.kind !== 'found') {
    const why = looked.kind === 'unread' ? `: ${looked.because}` : ''
    return { kind: 'not-done', because: `Greenlight cannot tell who you are${why}.` }
  }
  const { isDeactivated, isStranger, zone, ...person } = looked.value
  if (isDeactivated) return { kind: 'not-done', because: 'Your Slack account is deactivated.' }
  if (isStranger) return { kind: 'not-done', because: 'Only people of this Slack workspace can do this.' }
  return { who: { ...person, from }, zone }
}
