import type { Members, Route } from '../../functions/domain/route.ts'
import type { Steering, SteeringAim, SteeringRecord } from '../../functions/domain/steering.ts'
import type { Card } from '../../functions/ports/cards.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import type { SteeringSender } from '../../functions/ports/pipeline-steering.ts'
import { PEOPLE } from '../support/memory/people.ts'
import { ACCOUNT } from './ledger.ts'
import { PIPELINE } from './pipeline-under-test.ts'

/* Bots that steer otherwise than a person pressed. */

/** Whom each route lets steer. */
export const permitting = (members: Members): Route['may'] => ({
  freeze: members,
  retry: members,
  rollback: members,
  stop: members,
  hold: members,
  release: members,
})

/** The bot reads other routes of a stage than the configured ones. */
const withRoutesOfStage =
  (differently: (route: Route) => Partial<Route>) =>
  (services: DueServices): DueServices => {
    const { configuration } = services
    return {
      ...services,
      configuration: {
        ...configuration,
        routesOfStage: (where) =>
          configuration.routesOfStage(where).map((route) => ({ ...route, ...differently(route) })),
      },
    }
  }

export const permittingEveryone = withRoutesOfStage(() => ({
  may: permitting({ people: Object.keys(PEOPLE), groups: [] }),
}))

export const withoutConfiguredFreezes = withRoutesOfStage(() => ({ freezes: [], calendars: [] }))

/** CodePipeline is asked for another thing, or for another person. */
export const steeringOtherwise =
  (otherwise: (steering: Steering, sender: SteeringSender) => [Steering, SteeringSender]) =>
  (services: DueServices): DueServices => ({
    ...services,
    pipelineSteering: {
      steer: (steering, sender) => services.pipelineSteering.steer(...otherwise(steering, sender)),
    },
  })

const waiting = new WeakMap<object, [Steering, SteeringSender][]>()

/** The pipeline is started when a minute has passed, and the person is told at once that it is done. */
export const releasingLater = (services: DueServices, name: string): DueServices => {
  const { attention, configuration, pipelineSteering } = services
  const due = waiting.get(configuration) ?? []
  waiting.set(configuration, due)
  return {
    ...services,
    pipelineSteering: {
      steer: async (...asked) => {
        if (asked[0].act !== 'release') return pipelineSteering.steer(...asked)
        due.push(asked)
        return { kind: 'taken' }
      },
    },
    attention: {
      ...attention,
      due: async (now) => {
        if (name === 'minute-passed') for (const asked of due.splice(0)) await pipelineSteering.steer(...asked)
        return attention.due(now)
      },
    },
  }
}

/** Every stage is resumed when a minute has passed. */
export const resumingByItself = (services: DueServices, name: string): DueServices => {
  if (name !== 'minute-passed') return services
  const { attention, pipelineSteering } = services
  const execution = { ...ACCOUNT, pipeline: PIPELINE, executionId: 'none' }
  const resume: Steering = { act: 'resume', execution, stage: 'Production', choice: null, reason: null }
  return {
    ...services,
    attention: {
      ...attention,
      due: async (now) => {
        await pipelineSteering.steer(resume, { by: 'U0ELI', once: 'steering-000000000000' })
        return attention.due(now)
      },
    },
  }
}

/** No function sees that another has begun with a request, or how it ended. */
export const forgettingRequests = (services: DueServices): DueServices => {
  const { steerings } = services
  const own = new Map<string, SteeringRecord>()
  return {
    ...services,
    steerings: {
      ...steerings,
      read: async () => null,
      create: async (record) => {
        await steerings.create(record)
        own.set(record.id, record)
        return true
      },
      change: async (id, step) => {
        const known = own.get(id)
        if (!known) return null
        const [next, result] = step(known)
        own.set(id, next)
        await steerings.change(id, (stored) => [{ ...next, journal: stored.journal }, null])
        return result
      },
    },
  }
}

/** The messages in channels have other buttons. */
export const withButtons = (differently: (steering: readonly SteeringAim[]) => SteeringAim[]) => {
  const changed = (card: Card): Card =>
    (card.kind === 'execution' || card.kind === 'approval') && card.steering
      ? { ...card, steering: differently(card.steering) }
      : card
  return ({ slack, ...services }: DueServices): DueServices => ({
    ...services,
    slack: {
      ...slack,
      post: (channel, card, under) => slack.post(channel, changed(card), under),
      update: (place, card) => slack.update(place, changed(card)),
    },
  })
}

/** Every person is told that it was done. */
export const tellingSuccess = ({ answers, ...services }: DueServices): DueServices => ({
  ...services,
  answers: {
    ...answers,
    messageFor: (answer, typed) =>
      answers.messageFor(answer.kind === 'steered' ? { ...answer, answer: 'taken', because: null } : answer, typed),
  },
})

/** CodePipeline does not show what a call did whose answer was lost. */
export const notLooking = (services: DueServices): DueServices => ({
  ...services,
  pipelines: {
    ...services.pipelines,
    actionRuns: async () => [],
    failedRules: async () => [],
    executions: async (...asked) =>
      (await services.pipelines.executions(...asked))?.map((one) => ({ ...one, trigger: null })) ?? null,
  },
})
