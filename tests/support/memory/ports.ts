import { GATES } from '../../../functions/flows/gates/gates.ts'
import type { ApprovalDecided } from '../../../functions/flows/effects/announce-verdict.ts'
import { fixedSecrets } from '../../../functions/aws/secrets.ts'
import { homeContent } from '../../../functions/slack/home-view.ts'
import { clickSeals } from '../../../functions/slack/click-seals.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { QUIET_ALARMS } from './alarms.ts'
import { OPEN_CALENDARS } from './calendars.ts'
import { MEMORY_DIRECTORY } from './directory.ts'
import { memoryObjections } from './objections.ts'
import { memorySignatures } from './signatures.ts'
import type { MemorySlack } from './slack.ts'
import { MemoryTable, memoryAbsences, memoryFreezes, memoryTables } from './table.ts'
import { memoryTurns } from './turns.ts'

/** The services of a bot except time, CodePipeline and configuration: in memory, without faults. */
export const memoryPorts = (slack: MemorySlack, now: () => number) => {
  const announced: ApprovalDecided[] = []
  const { entriesOf, ...tables } = memoryTables(new MemoryTable())
  const ports: Omit<DueServices, 'clock' | 'pipelines' | 'configuration'> = {
    answers: {
      messageFor: (answer, typed) => slack.messageFor(answer, typed),
      send: async (responseUrl, message) => slack.answer(responseUrl, message),
      tell: async (userId, channel, message) => slack.tell(userId, channel, message),
    },
    homeTabs: {
      contentOf: (card) => JSON.stringify(homeContent(card)),
      publish: async (userId, card, hash) => slack.publish(userId, card, hash),
    },
    ...tables,
    gates: GATES,
    slack: {
      post: async (channel, card, under) => slack.post(channel, card, under),
      update: async (place, card) => slack.update(place, card),
      find: async (channel, card, since, under) => slack.find(channel, card, since, under),
      whisper: async (channel, userId, card) => slack.whisper(channel, userId, card),
    },
    directory: {
      person: async (userId) => MEMORY_DIRECTORY.person(userId),
      byEmail: async (email) => MEMORY_DIRECTORY.byEmail(email),
      members: async (groupId) => MEMORY_DIRECTORY.members(groupId),
    },
    changeSets: { read: async () => ({ kind: 'empty' }) },
    builds: { testReports: async () => ({ kind: 'read', reports: [] }) },
    delivery: { read: async () => ({ deployments: [], answered: [] }) },
    failures: { read: async () => ({ what: null, lines: [], log: null, unread: [] }) },
    outsideWorks: { read: async () => ({ kind: 'gone' }) },
    pipelineSteering: { steer: async () => ({ kind: 'unable' }) },
    turns: memoryTurns(now),
    alarms: QUIET_ALARMS,
    calendars: OPEN_CALENDARS,
    calendarReadings: { latest: async () => null, keep: async () => {} },
    freezes: memoryFreezes(),
    absences: memoryAbsences(),
    queue: { send: async () => {} },
    signatures: memorySignatures(),
    objections: memoryObjections(),
    seals: clickSeals(fixedSecrets({ botToken: 'xoxb-memory', signingSecret: 'memory' })),
    announcements: {
      put: async ({ detail }) => {
        announced.push(detail as ApprovalDecided)
      },
    },
    log: { info: () => {}, warn: () => {}, error: () => {}, count: () => {} },
  }
  return { ports, announced, entriesOf }
}
