import { lookForSecret } from '../../../local/secrets-left.ts'
import { GATES } from '../../../functions/flows/gates/gates.ts'
import type { ApprovalDecided } from '../../../functions/flows/effects/announce-verdict.ts'
import { fixedSecrets } from '../../../functions/aws/secrets.ts'
import { homeContent } from '../../../functions/slack/home-view.ts'
import { clickSeals } from '../../../functions/slack/click-seals.ts'
import type { Log } from '../../../functions/ports/log.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { botToken, signingSecret } from '../secret.ts'
import { NOTHING_THERE } from './nothing-there.ts'
import { MEMORY_DIRECTORY } from './directory.ts'
import { memoryObjections } from './objections.ts'
import { memorySignatures } from './signatures.ts'
import type { MemorySlack } from './slack.ts'
import { MemoryTable, memoryAbsences, memoryFreezes, memoryTables } from './table.ts'
import { memoryTurns } from './turns.ts'

const searched = (message: string, about: Record<string, unknown> = {}): void => {
  const texts = Object.values(about).map((value) => (value instanceof Error ? value.message : JSON.stringify(value)))
  lookForSecret('the log', message, [message, ...texts].join(' '))
}

const searchedLog: Log = { info: searched, warn: searched, error: searched, count: () => {} }

const saidBy = <Outcome>({ sent }: MemorySlack, outcome: Outcome): Outcome => {
  const { subject, message } = sent.at(-1)!
  lookForSecret('a call of Slack', subject, JSON.stringify(message))
  return outcome
}

/** The services of a bot except time, CodePipeline and configuration: in memory, without faults. */
export const memoryPorts = (slack: MemorySlack, now: () => number) => {
  const announced: ApprovalDecided[] = []
  const { entriesOf, ...tables } = memoryTables(new MemoryTable())
  const ports: Omit<DueServices, 'clock' | 'pipelines' | 'configuration'> = {
    answers: {
      messageFor: (answer, typed) => slack.messageFor(answer, typed),
      send: async (responseUrl, message) => slack.answer(responseUrl, message),
      tell: async ({ userId, channel, message }) => slack.tell(userId, channel, message),
    },
    homeTabs: {
      contentOf: (card) => JSON.stringify(homeContent(card)),
      publish: async (userId, card, hash) => slack.publish(userId, card, hash),
    },
    ...tables,
    gates: GATES,
    slack: {
      post: async (channel, card, under) => saidBy(slack, slack.post(channel, card, under)),
      update: async (place, card) => saidBy(slack, slack.update(place, card)),
      find: async (channel, card, since, under) => slack.find(channel, card, since, under),
      whisper: async (channel, userId, card) => saidBy(slack, slack.whisper(channel, userId, card)),
    },
    directory: {
      person: async (userId) => MEMORY_DIRECTORY.person(userId),
      byEmail: async (email) => MEMORY_DIRECTORY.byEmail(email),
      members: async (groupId) => MEMORY_DIRECTORY.members(groupId),
    },
    ...NOTHING_THERE,
    turns: memoryTurns(now),
    freezes: memoryFreezes(),
    absences: memoryAbsences(),
    queue: { send: async () => {} },
    signatures: memorySignatures(),
    objections: memoryObjections(),
    seals: clickSeals(fixedSecrets({ botToken: botToken(), signingSecret: signingSecret() })),
    announcements: {
      put: async ({ detail }) => {
        lookForSecret('a call of AWS', 'PutEvents', JSON.stringify(detail))
        announced.push(detail as ApprovalDecided)
      },
    },
    log: searchedLog,
  }
  return { ports, announced, entriesOf }
}
