import type { Act } from '../../domain/act.ts'
import type { Approval } from '../../domain/approval.ts'
import { refusalOf } from '../../domain/attempt.ts'
import type { Effect } from '../../domain/effect.ts'
import { ANSWERABLE_FOR } from '../../domain/command.ts'
import { informedBy } from '../../domain/override-review.ts'
import { hasQueuedClick } from '../../domain/queued-click.ts'
import type { SeveralAnswers } from '../../domain/several.ts'
import { MOST_TOGETHER, severalStatement } from '../../domain/several.ts'
import type { Answered, CommandAnswer } from '../../ports/cards.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import { actOnQueued } from '../approval/act-on-approval.ts'
import { readApproval } from '../approval/change-approval.ts'
import { readOnce } from '../approval/judge-for.ts'
import { routed } from '../approval/offer-several.ts'
import { inform } from '../approval/weigh.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'

/** One of the approvals: null if the table did not answer. */
interface Judgement {
  answered: Answered | null
  effects: readonly Effect[]
}

/**
 * Story: a person answered several approvals with one form. Each answer is a click of its own, made when the form was sent:
 * policy, freezes and expiry are judged for it alone. What fails is tried again, and what counts already is left as it is.
 * Then the person is told of each in one message.
 */
export const answerSeveral = async (
  services: Services & Pick<DueServices, 'answers'>,
  given: SeveralAnswers,
  seal: string,
  { isLast }: Tried,
): Promise<Performed> => {
  const { clock, log, seals } = services
  const { id, who, verdict } = given
  if (!(await seals.holds(severalStatement(given), seal)) || given.approvals.length > MOST_TOGETHER) {
    log.error('Answers to several approvals are dropped, because no function has sealed them', { user: who.userId })
    log.count('VerdictNotProven')
    return done()
  }
  // The person has heard nothing, and may have answered otherwise since.
  if (clock.now() - given.at >= ANSWERABLE_FOR) {
    log.warn('Answers to several approvals are dropped, because they are too old', { user: who.userId, answers: id })
    return done([tell(services, given, { kind: 'several-late' })])
  }
  const once = { ...services, freezes: readOnce(services.freezes) }
  const judged = await Promise.all(given.approvals.map((approval) => answerOne(once, given, approval)))
  const effects = judged.flatMap((one) => one.effects)
  const answered = judged.flatMap((one) => one.answered ?? [])
  if (answered.length < judged.length && !isLast) return again(2, 'an approval could not be read or written', effects)
  log.info('Several approvals were answered', { user: who.userId, answers: id, verdict, approvals: judged.length })
  const unclear = judged.length - answered.length
  if (unclear > 0) log.count('EffectFailed')
  // CodePipeline first, then the person, then every message.
  const isVerdict = (effect: Effect) => effect.do === 'settle-approval'
  return done([
    ...effects.filter(isVerdict),
    tell(services, given, { kind: 'several', verdict, answered, unclear }),
    ...(who.from === null ? [{ do: 'show-homes', users: [who.userId], opened: null } as const] : []),
    ...effects.filter((effect) => !isVerdict(effect)),
  ])
}

const answerOne = async (services: Services, given: SeveralAnswers, approvalId: string): Promise<Judgement> => {
  try {
    return await actOnOne(services, given, approvalId)
  } catch (error) {
    services.log.error('One of several approvals was not answered', { approval: approvalId, error })
    return { answered: null, effects: [] }
  }
}

const actOnOne = async (services: Services, given: SeveralAnswers, approvalId: string): Promise<Judgement> => {
  const { who, at } = given
  const before = await readApproval(services, approvalId)
  if (before && hasQueuedClick(before, { who, at })) return answeredBefore(services, given, before)
  const acted = await actOnQueued(services, { approvalId, who, act: actOf(given), at })
  switch (acted.kind) {
    case 'repeated': {
      const recorded = await readApproval(services, approvalId)
      return recorded ? answeredBefore(services, given, recorded) : { answered: { kind: 'unknown' }, effects: [] }
    }
    case 'unknown':
      return { answered: { kind: 'unknown' }, effects: [] }
    case 'deferred': {
      const { effects } = acted
      return { answered: before && { kind: 'checked', ...routed(services, before) }, effects }
    }
    case 'refused': {
      const { approval, route, refusal, effects } = acted
      return { answered: { kind: 'refused', approval, route, refusal }, effects }
    }
    case 'done': {
      const { approval, route, effects } = acted
      return { answered: { kind: 'counted', approval, route }, effects }
    }
  }
}

const actOf = ({ verdict, comment }: SeveralAnswers): Act => ({ do: 'vote', verdict, comment })

/** The queue has delivered it before: nothing is recorded again, and the person reads what became of it. */
const answeredBefore = async (services: Services, given: SeveralAnswers, approval: Approval): Promise<Judgement> => {
  const { who, at } = given
  const shown = routed(services, approval)
  const isSame = (one: { at: number }): boolean => one.at === at
  if (approval.votes.some((vote) => vote.userId === who.userId && isSame(vote)))
    return { answered: { kind: 'counted', ...shown }, effects: [] }
  if (approval.deferredClicks.some((click) => click.who.userId === who.userId && isSame(click)))
    return { answered: { kind: 'checked', ...shown }, effects: [] }
  const now = services.clock.now()
  const { resolvedPolicy, accountRefusal } = await inform(services, approval, who)
  const refusal = refusalOf(informedBy(approval, resolvedPolicy, now), who.userId, actOf(given), at, accountRefusal)
  // What refused it then may be over, or AWS took no verdict from it, or its person has withdrawn it: it does not count.
  return { answered: refusal ? { kind: 'refused', ...shown, refusal } : { kind: 'past', ...shown }, effects: [] }
}

const tell = (
  { answers }: Pick<DueServices, 'answers'>,
  { who: { userId, from } }: SeveralAnswers,
  answer: CommandAnswer,
): Effect => ({ do: 'tell-person', userId, channel: from, message: answers.messageFor(answer, '') })
