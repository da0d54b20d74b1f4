import { withSection } from '../broken-services.ts'
import {
  announcedEarly,
  closedSilently,
  neverFixed,
  neverLookedAt,
  ofTheLast,
  queuedAgain,
  rememberingTheLast,
  unpaced,
  withoutLeases,
  withoutRefusals,
} from '../broken-tables.ts'
import { CALM } from '../climate.ts'
import { messageOf } from '../../support/memory/slack.ts'
import type { BrokenBot } from './bot.ts'
import { EASY } from './bot.ts'

const remembered = (ids: Set<string>, id: string): string => {
  ids.add(id)
  return id
}

/** Bots that lose or mix up what is stored, sent and shown. */
export const OF_THE_RECORD: Record<string, BrokenBot> = {
  'a card that is updated at every event': {
    breaks: 'I15',
    services: (services) => ({ ...services, executions: unpaced(services.executions) }),
  },

  'a table that overwrites what another function wrote': { breaks: 'I3', tableIsConditional: false },

  'a verdict that is sent before it is fixed': {
    breaks: 'I2',
    route: EASY,
    climate: CALM,
    services: (services, name) => ({
      ...services,
      approvals: neverFixed(services.approvals, name === 'button-clicked'),
      pipelines: {
        ...services.pipelines,
        // While CodePipeline is slow to take the verdict, others vote.
        putApprovalResult: async (...verdict) => {
          await services.clock.sleep(12_000)
          return services.pipelines.putApprovalResult(...verdict)
        },
      },
    }),
  },

  'two writers of one message at a time': {
    breaks: 'I3',
    services: (services) => {
      const mine = new Set<string>()
      const clock = { ...services.clock, newId: () => remembered(mine, services.clock.newId()) }
      return { ...services, clock, approvals: withoutLeases(services.approvals, mine) }
    },
  },

  'a message that is posted without a look for an earlier one': {
    breaks: 'I3',
    services: (services) => ({ ...services, slack: { ...services.slack, find: async () => null } }),
  },

  'a sweep that finds nothing': {
    breaks: 'I3',
    services: (services, name) =>
      name === 'minute-passed' ? { ...services, attention: { ...services.attention, due: async () => [] } } : services,
  },

  'a verdict that is only believed to be sent': {
    breaks: 'I4',
    route: EASY,
    services: (services) => ({
      ...services,
      pipelines: { ...services.pipelines, putApprovalResult: async () => ({ kind: 'recorded' }) },
    }),
  },

  'a queue that forgets': {
    breaks: 'I4',
    services: (services) => ({ ...services, queue: { send: async () => {} } }),
  },

  'an approval that ends and whose message does not change': {
    breaks: 'I3',
    services: (services) => ({ ...services, approvals: closedSilently(services.approvals) }),
  },

  'a token in the log': {
    breaks: 'I5',
    services: (services) => ({
      ...services,
      pipelines: {
        ...services.pipelines,
        putApprovalResult: (where, token, ...result) => {
          services.log.info('CodePipeline is told', { where, token })
          return services.pipelines.putApprovalResult(where, token, ...result)
        },
      },
    }),
  },

  'a token in a message': {
    breaks: 'I5',
    render: (card) => (card.kind === 'approval' ? withSection(messageOf(card), card.approval.token) : messageOf(card)),
  },

  'a commit message that Slack reads as markup': {
    breaks: 'I6',
    render: (card) =>
      card.kind === 'approval'
        ? withSection(messageOf(card), card.approval.change.revisions.map(({ title }) => title).join())
        : messageOf(card),
  },

  'a message that grows with every vote, past what Slack takes': {
    breaks: 'I6',
    // Slack's limits hold for every message, and hundreds of the next hours would be as long.
    thenCalm: 60_000,
    route: EASY,
    render: (card) =>
      card.kind === 'approval'
        ? withSection(messageOf(card), 'x'.repeat(4_000 * card.approval.votes.length))
        : messageOf(card),
  },

  'a click that counts for the approval requested last': {
    breaks: 'I7',
    services: (services, name) => ({
      ...services,
      approvals: name === 'button-clicked' ? ofTheLast(services) : rememberingTheLast(services),
    }),
  },

  'a record that is never filed': {
    breaks: 'I9',
    services: (services) => ({ ...services, entries: { file: async () => {} } }),
  },

  'a record that is filed but for its last entry': {
    breaks: 'I9',
    services: ({ entries, ...services }) => ({
      ...services,
      entries: { file: (all) => entries.file(all.slice(0, -1)) },
    }),
  },

  'a refusal that the person sees and the record lacks': {
    breaks: 'I9',
    services: (services) => ({ ...services, approvals: withoutRefusals(services.approvals) }),
  },

  'a verdict that is announced before it is true': {
    breaks: 'I9',
    services: (services) => ({ ...services, approvals: announcedEarly(services) }),
  },

  'a verdict that is never announced': {
    breaks: 'I9',
    services: (services) => ({ ...services, announcements: { put: async () => {} } }),
  },

  'a sweep that forgets that it has looked': {
    breaks: 'I10',
    services: (services) => ({ ...services, approvals: neverLookedAt(services.approvals) }),
  },

  'an effect that is queued again each time it is performed': {
    breaks: 'I10',
    services: (services, name) => ({
      ...services,
      approvals: name === 'effect-due' ? queuedAgain(services) : services.approvals,
    }),
  },
}
