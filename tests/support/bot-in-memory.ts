import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { Due } from '../../functions/domain/effect.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { About, Metric } from '../../functions/ports/log.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { PLAIN_ROUTE } from './plain-route.ts'
import { START } from './records.ts'
import { memoryPorts } from './memory/ports.ts'
import { MemorySlack } from './memory/slack.ts'

export const ROUTE: Route = {
  ...PLAIN_ROUTE,
  approvers: [{ name: 'engineers', people: ['U0DANA'], groups: ['S0ENGINEERS'], count: 1 }],
  forbid: ['author', 'starter'],
  breakGlass: { people: ['eli@example.com'], groups: [] },
}

const PEOPLE = {
  '12+ben@users.noreply.github.com': 'U0BEN',
  'bot@ci.example': 'nobody',
  Nightly: 'nobody',
  'Console/dana': 'U0DANA',
}

/**
 * A bot whose table and Slack are in memory, and whose time stands still until a test moves it. `status`: the channel for
 * status messages; without it, executions have none.
 */
export const botInMemory = (route: Partial<Route> | null = {}, { status }: { status?: string } = {}) => {
  let now = START
  let ids = 0
  const wakeUps: { at: number; wake: () => void }[] = []
  const counted: Metric[] = []
  const queued: { due: Due; delaySeconds: number }[] = []
  const logged: { level: 'info' | 'warn' | 'error'; message: string; about: About }[] = []
  const logAs =
    (level: (typeof logged)[number]['level']) =>
    (message: string, about: About = {}) =>
      void logged.push({ level, message, about })
  const slack = new MemorySlack(() => now)
  const { ports, announced, entriesOf } = memoryPorts(slack, () => now)
  const file = CONFIGURATION.parse({
    people: PEOPLE,
    defaults: { approvals: 'C0RELEASES', ...(status && { status }) },
    routes: [],
  })
  const notAsked = async (): Promise<never> => {
    throw new Error('CodePipeline is not asked here')
  }
  const services: DueServices = {
    clock: {
      now: () => now,
      newId: () => `id-${++ids}`,
      sleep: (ms, signal) =>
        new Promise((wake, reject) => {
          // A pause ends at once; a time limit, which can be canceled, is reached when the test says so.
          if (!signal) return wake()
          wakeUps.push({ at: now + ms, wake })
          signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        }),
    },
    ...ports,
    pipelines: {
      pipelines: notAsked,
      structure: notAsked,
      failedRules: async () => [],
      stages: notAsked,
      actionRuns: notAsked,
      runs: notAsked,
      execution: notAsked,
      executions: notAsked,
      putApprovalResult: notAsked,
    },
    configuration: {
      ...configurationFrom(file),
      routeFor: () => route && { ...ROUTE, ...route },
      routeOfExecution: () => ({ ...ROUTE, ...route }),
      routesOfStage: () => (route ? [{ ...ROUTE, ...route }] : []),
      mayAskByEvents: () => route !== null && (route.ask ?? ROUTE.ask).includes('events'),
    },
    queue: { send: async (due, delaySeconds) => void queued.push({ due, delaySeconds }) },
    log: { info: logAs('info'), warn: logAs('warn'), error: logAs('error'), count: (metric) => counted.push(metric) },
  }
  return {
    services,
    slack,
    counted,
    queued,
    logged,
    announced,
    entriesOf,
    /** Lets so many milliseconds pass, and wakes every sleeper that is due. */
    pass: (ms: number) => {
      now += ms
      for (const { at, wake } of wakeUps.splice(0)) {
        if (at <= now) wake()
        else wakeUps.push({ at, wake })
      }
    },
  }
}

/** An answer that comes when the test gives it. */
export const later = <T>() => {
  let give: (value: T) => void = () => {}
  const answer = new Promise<T>((resolve) => {
    give = resolve
  })
  return { answer, give }
}

/** A call that ends only after everything that does not wait for it. */
export const slowly = <F extends (...given: never[]) => Promise<unknown>>(call: F): F =>
  (async (...given: never[]) => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    return call(...given)
  }) as F
