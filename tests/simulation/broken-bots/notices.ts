import { NO_MUTES } from '../../../functions/domain/mute.ts'
import type { Route } from '../../../functions/domain/route.ts'
import type { Card } from '../../../functions/ports/cards.ts'
import type { FailedRule } from '../../../functions/ports/pipelines.ts'
import { coveringAll, explainingLate, withMutedEscalations, withRoute } from '../broken-services.ts'
import { forgettingCauses, forgettingNotices, skippingTurns, withoutFreezes, withoutTurns } from '../broken-tables.ts'
import { CALM } from '../climate.ts'
import type { Differently } from '../history.ts'
import type { BrokenBot } from './bot.ts'
import { EASY, ALL_MORNING } from './bot.ts'

/** Those whose approval is needed have muted the pipeline, some of them, and are told again in time. */
const WITH_MUTES: Pick<Differently, 'climate' | 'hasMutes' | 'route'> = {
  climate: CALM,
  hasMutes: true,
  route: {
    ...EASY,
    anyOf: [],
    commentForm: null,
    quiet: [],
    remind: [60_000],
    escalate: { after: 120_000, channel: null, people: ['U0DANA', 'U0ELI', 'U0FAY'], groups: [] },
  },
}

const IN_SEQUENCE: Partial<Route> = {
  ...EASY,
  order: 'sequence',
  anyOf: [],
  approvers: [
    { name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 },
    { name: 'security', people: ['U0ZOE'], groups: [], count: 1 },
  ],
  commentForm: null,
  escalate: null,
  quiet: [],
}

/** The rules of stage conditions that failed are told otherwise. */
const withRules =
  (told: (rules: FailedRule[]) => FailedRule[]): NonNullable<Differently['services']> =>
  ({ pipelines, ...services }) => ({
    ...services,
    pipelines: {
      ...pipelines,
      failedRules: async (key) => {
        const rules = await pipelines.failedRules(key)
        return rules === null || rules === 'refused' ? rules : told(rules)
      },
    },
  })

const hasVotes = (card: Card): card is Extract<Card, { kind: 'approval' }> =>
  card.kind === 'approval' && card.approval.state.name === 'waiting' && card.approval.votes.length > 0

/** Bots that tell people too much, too little, or what is not so. */
export const OF_NOTICES: Record<string, BrokenBot> = {
  'a digest that is never sent': {
    breaks: 'I19',
    hasDigests: true,
    services: (services, name) =>
      name === 'minute-passed' ? { ...services, configuration: { ...services.configuration, digests: [] } } : services,
  },

  'a digest that is sent again without a look for an earlier one': {
    breaks: 'I19',
    hasDigests: true,
    climate: { ...CALM, fail: 0.3 },
    services: (services) => ({ ...services, slack: { ...services.slack, find: async () => null } }),
  },

  'a digest that covers every pipeline': {
    breaks: 'I19',
    hasDigests: true,
    services: ({ configuration, ...services }) => ({ ...services, configuration: coveringAll(configuration) }),
  },

  'a record that is filed after the digests': {
    breaks: 'I19',
    hasDigests: true,
    climate: CALM,
    route: EASY,
    services: ({ entries, ...services }) => ({
      ...services,
      entries: {
        file: async (all) => {
          if (services.clock.now() < Date.UTC(2026, 10, 23, 11, 30)) throw new Error('It is too early')
          await entries.file(all)
        },
      },
    }),
  },

  'a failed deployment that no one is told of': {
    breaks: 'I13',
    route: { ...EASY, deployments: 'failures' },
    services: withRoute(() => ({ deployments: 'none' })),
  },

  'an end that is told again at every look': {
    breaks: 'I13',
    route: { ...EASY, deployments: 'all' },
    services: (services, name) =>
      name === 'minute-passed' ? { ...services, executions: forgettingNotices(services.executions) } : services,
  },

  'a cause that comes after the notice of its failure and is not told': {
    breaks: 'I13',
    route: { ...EASY, deployments: 'failures', quiet: [] },
    services: (services) => ({
      ...services,
      executions: forgettingCauses(services.executions),
      queue: explainingLate(services.queue),
    }),
  },

  'people who have muted a pipeline and are told all the same': {
    breaks: 'I25',
    ...WITH_MUTES,
    services: (services) => ({ ...services, mutes: { ...services.mutes, read: async () => NO_MUTES } }),
  },

  'an escalation that leaves out who has muted the pipeline': {
    breaks: 'I25',
    ...WITH_MUTES,
    services: withMutedEscalations,
  },

  'two senders of one notice at a time': {
    breaks: 'I8',
    services: (services) => ({ ...services, approvals: withoutTurns(services.approvals) }),
  },

  'a notice that is sent again without a look for an earlier one': {
    breaks: 'I8',
    services: (services) => ({ ...services, slack: { ...services.slack, find: async () => null } }),
  },

  'pings in quiet hours': {
    breaks: 'I8',
    route: { remind: [120_000], quiet: [ALL_MORNING] },
    services: withRoute(() => ({ quiet: [] })),
  },

  'an approval that mentions no one': {
    breaks: 'I8',
    route: { notify: 'approvers', quiet: [] },
    services: withRoute(() => ({ notify: 'none' })),
  },

  'an approval that is posted anew after a vote and mentions no one': {
    breaks: 'I8',
    // One of them is deactivated: no vote decides.
    route: {
      ...EASY,
      anyOf: [],
      approvers: [{ name: 'engineers', people: ['U0ELI', 'U0GUS'], groups: [], count: 2 }],
      rejecters: [{ name: 'security', people: ['U0ZOE'], groups: [] }],
      commentForm: null,
      notify: 'approvers',
      quiet: [],
    },
    services: ({ slack, ...services }) => ({
      ...services,
      slack: {
        ...slack,
        post: (channel, card, under) =>
          slack.post(channel, hasVotes(card) ? { ...card, notifies: false } : card, under),
        update: async (place, card) => (hasVotes(card) ? { kind: 'lost', isThere: false } : slack.update(place, card)),
      },
    }),
  },

  'an approval in the console that is reported though the route allows it': {
    breaks: 'I8',
    route: {
      ...EASY,
      approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS'], count: 1 }],
      consoleApprovals: 'allow',
    },
    services: withRoute(() => ({ consoleApprovals: 'report' })),
  },

  'reminders in a change freeze': {
    breaks: 'I8',
    route: { ...EASY, remind: [120_000], freezes: [ALL_MORNING] },
    services: (services) => ({ ...services, approvals: withoutFreezes(services.approvals) }),
  },

  'reminders that are never sent': {
    breaks: 'I8',
    route: { remind: [120_000] },
    services: withRoute(() => ({ remind: [] })),
  },

  'a later group that is never told that its turn has come': {
    breaks: 'I8',
    route: IN_SEQUENCE,
    services: (services) => ({ ...services, approvals: skippingTurns(services.approvals) }),
  },

  'a rule that failed or skipped a stage and is never read': {
    breaks: 'I20',
    hasConditions: true,
    services: withRules(() => []),
  },

  'a person who overrode a rule and is not named': {
    breaks: 'I20',
    hasConditions: true,
    services: withRules((rules) => rules.map((rule) => ({ ...rule, updatedBy: null }))),
  },
}
