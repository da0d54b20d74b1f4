import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { ApprovalDecided } from '../../functions/flows/announce-verdict.ts'
import type { Metric, Route, Services } from '../../functions/flows/ports.ts'
import { START } from '../domain/records-for-tests.ts'
import { MEMORY_DIRECTORY } from '../simulation/memory-directory.ts'
import { MemorySlack } from '../simulation/memory-slack.ts'
import { MemoryTable, memoryTables } from '../simulation/memory-table.ts'

export const ROUTE: Route = {
  environment: 'Production',
  approvers: [{ name: 'engineers', people: ['U0DANA'], groups: ['S0ENGINEERS'], count: 1 }],
  consoleOnly: null,
  forbid: ['author', 'starter'],
  whenUnidentified: 'refuse',
  freezes: [],
  breakGlass: { people: ['eli@example.com'], groups: [] },
  remind: [],
  lastCall: null,
  escalate: null,
  quiet: [],
  comment: 'optional',
}

const PEOPLE = {
  '12+ben@users.noreply.github.com': 'U0BEN',
  'bot@ci.example': 'nobody',
  Nightly: 'nobody',
  'Console/dana': 'U0DANA',
}

/** A bot whose table and Slack are in memory, and whose time stands still until a test moves it. */
export const botInMemory = (route: Partial<Route> | null = {}) => {
  let now = START
  let ids = 0
  const wakeUps: { at: number; wake: () => void }[] = []
  const counted: Metric[] = []
  const announced: ApprovalDecided[] = []
  const slack = new MemorySlack(() => now)
  const tables = memoryTables(new MemoryTable())
  const file = CONFIGURATION.parse({ people: PEOPLE, defaults: { approvals: 'C0RELEASES' }, routes: [] })
  const notAsked = async (): Promise<never> => {
    throw new Error('CodePipeline is not asked here')
  }
  const services: Services = {
    clock: {
      now: () => now,
      newId: () => `id-${++ids}`,
      sleep: (ms, signal) =>
        new Promise((wake, reject) => {
          wakeUps.push({ at: now + ms, wake })
          signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        }),
    },
    ...tables,
    pipelines: {
      stages: notAsked,
      actionRuns: notAsked,
      execution: notAsked,
      executions: notAsked,
      putApprovalResult: notAsked,
    },
    slack: {
      post: async (channel, card, under) => ({ kind: 'posted', place: slack.post(channel, card, under) }),
      update: async (place, card) => ({ kind: slack.update(place, card) ? 'updated' : 'lost' }),
      find: async (channel, card, since, under) => slack.find(channel, card, since, under),
      whisper: async (channel, userId, card) => {
        slack.whispers.push({ channel, userId, card })
      },
    },
    directory: {
      person: async (userId) => MEMORY_DIRECTORY.person(userId),
      byEmail: async (email) => MEMORY_DIRECTORY.byEmail(email),
      members: async (groupId) => MEMORY_DIRECTORY.members(groupId),
    },
    queue: { send: async () => {} },
    announcements: {
      put: async ({ detail }) => {
        announced.push(detail as ApprovalDecided)
      },
    },
    configuration: {
      ...configurationFrom(file),
      routeFor: () => route && { ...ROUTE, ...route },
    },
    log: { info: () => {}, warn: () => {}, error: () => {}, count: (metric) => counted.push(metric) },
  }
  return {
    services,
    slack,
    counted,
    announced,
    entriesOf: tables.entriesOf,
    /** Lets so many milliseconds pass, and wakes whoever slept through them. */
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
