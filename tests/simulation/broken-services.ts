import type { Absence } from '../../functions/domain/absence.ts'
import { notMuted } from '../../functions/domain/mute.ts'
import { severalStatement } from '../../functions/domain/several.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { ActionRun } from '../../functions/ports/pipelines.ts'
import type { NoticeCard } from '../../functions/ports/cards.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { SlackMessage } from '../../functions/slack/approval-message.ts'
import { FORGED_TOKEN } from './history.ts'
import { PIPELINE } from './pipeline-under-test.ts'

/* Configuration, Slack and CodePipeline that break a bot: they say another thing than is true. */

/** The bot reads another policy than the configured one. */
export const withRoute =
  (differently: (route: Route) => Partial<Route>) =>
  (services: Services): Services => {
    const { configuration } = services
    return {
      ...services,
      configuration: {
        ...configuration,
        routeFor: (...asked) => {
          const route = configuration.routeFor(...asked)
          return route && { ...route, ...differently(route) }
        },
        routeOfExecution: (where) => {
          const route = configuration.routeOfExecution(where)
          return { ...route, ...differently(route) }
        },
      },
    }
  }

/** The bot reads other absences than people have set, and believes their signatures. */
export const withAbsences =
  (read: (absences: Absence[]) => Absence[]) =>
  (services: Services): Services => ({
    ...services,
    signatures: { ...services.signatures, verify: async () => true },
    absences: {
      ...services.absences,
      endingFrom: async (at) => {
        const stored = await services.absences.endingFrom(at)
        const absences = read(stored.flatMap((one) => (one.kind === 'absence' ? [one.absence] : [])))
        return absences.map((absence) => ({ kind: 'absence', absence }))
      },
    },
  })

/** An escalation can wait, as a reminder can. */
export const withMutedEscalations = (services: Services): Services => ({
  ...services,
  slack: {
    ...services.slack,
    post: async (channel, card, under) => {
      const isEscalation = card.kind === 'notice' && card.notice.kind === 'escalation'
      const mutes = isEscalation ? await services.mutes.read('mutes') : null
      const muted = mutes
        ? { ...card, mention: notMuted(mutes, (card as NoticeCard).mention, PIPELINE, services.clock.now()) }
        : card
      return services.slack.post(channel, muted, under)
    },
  },
})

/** No account is deactivated, and all belong to the bot's own workspace. */
export const trusting = (directory: Services['directory']): Services['directory'] => ({
  ...directory,
  person: async (userId) => {
    const looked = await directory.person(userId)
    return looked.kind === 'found'
      ? { kind: 'found', value: { ...looked.value, isDeactivated: false, isStranger: false } }
      : looked
  },
})

/** What Slack does not list counts as missing. */
export const forgetful = (directory: Services['directory']): Services['directory'] => ({
  ...directory,
  byEmail: async (email) => {
    const looked = await directory.byEmail(email)
    return looked.kind === 'unread' ? { kind: 'not-found' } : looked
  },
})

/** Slack finds no one by address: it does not answer. */
export const findingNoAddress = (directory: Services['directory']): Services['directory'] => ({
  ...directory,
  byEmail: () => Promise.resolve({ kind: 'unread', because: 'Slack does not answer' }),
})

/** The bot does not look whether the token is pending in CodePipeline. */
export const believing = (pipelines: Services['pipelines']): Services['pipelines'] => ({
  ...pipelines,
  runs: async (pipeline, enough) => {
    const read = await pipelines.runs(pipeline, enough)
    const forged = (read?.runs ?? []).slice(0, 1).map((any): ActionRun => ({
      ...any,
      stage: 'Production',
      action: 'Approve',
      status: 'InProgress',
      externalId: FORGED_TOKEN,
    }))
    return read && { ...read, runs: [...read.runs, ...forged] }
  },
})

/** The form has one approval more than its person saw. */
export const answeringOneMore = (services: Services): Services => ({
  ...services,
  queue: {
    send: async (due, delay) => {
      const { effect } = due
      if (effect.do !== 'answer-several') return services.queue.send(due, delay)
      const waiting = await services.attention.waitingApprovals()
      const more = waiting.filter((id) => !effect.answers.approvals.includes(id)).slice(0, 1)
      const answers = { ...effect.answers, approvals: [...effect.answers.approvals, ...more] }
      const seal = await services.seals.seal(severalStatement(answers))
      return services.queue.send({ ...due, effect: { ...effect, answers, seal } }, delay)
    },
  },
})

/** With one more block, whose text Slack reads as markup. */
export const withSection = (message: SlackMessage, text: string): SlackMessage => ({
  ...message,
  blocks: [...message.blocks, { type: 'section', text: { type: 'mrkdwn', text } }],
})

/** Each digest tells of all pipelines. */
export const coveringAll = (configuration: Services['configuration']): Services['configuration'] => ({
  ...configuration,
  digests: configuration.digests.map((digest) => ({ ...digest, covers: () => true })),
})

/** SQS may deliver late: causes are read when the notices of their failures are in Slack, which is rare otherwise. */
export const explainingLate = ({ send }: Services['queue']): Services['queue'] => ({
  send: (due, delaySeconds) => send(due, due.effect.do === 'explain-failure' ? 300 : delaySeconds),
})
