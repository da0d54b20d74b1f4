import { NO_MUTES } from '../../functions/domain/mute.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { Card } from '../../functions/ports/cards.ts'
import type { RouteSubject } from '../../functions/ports/configuration.ts'
import type { FailedRule } from '../../functions/ports/pipelines.ts'
import {
  answeringOneMore,
  believing,
  withAbsences,
  findingNoAddress,
  forgetful,
  trusting,
  withMutedEscalations,
  withRoute,
  withSection,
  coveringAll,
} from './broken-services.ts'
import {
  announcedEarly,
  closedSilently,
  forgettingConfirmations,
  forgettingCauses,
  forgettingNotices,
  forgettingStops,
  forgettingTheQueue,
  forgettingTimes,
  neverFixed,
  neverLookedAt,
  neverOverdue,
  ofTheLast,
  queuedAgain,
  rememberingTheLast,
  skippingTurns,
  unpaced,
  withOverridesOfAnother,
  withoutFreezes,
  withoutLeases,
  withoutRefusals,
  withoutTurns,
} from './broken-tables.ts'
import {
  forgettingRequests,
  notLooking,
  permitting,
  permittingEveryone,
  releasingLater,
  resumingByItself,
  steeringOtherwise,
  tellingSuccess,
  withButtons,
  withoutConfiguredFreezes,
} from './broken-steering.ts'
import { CALM } from './climate.ts'
import type { Differently } from './history.ts'
import { QUIET_ALARMS } from '../support/memory/alarms.ts'
import { BY_NAME_ALONE, COMMITS, TICKET, calendarClosed, ringing } from './configuration.ts'
import type { InvariantNumber } from './invariants.ts'
import { PEOPLE } from '../support/memory/people.ts'
import { messageOf } from '../support/memory/slack.ts'

/** A bot with one thing wrong, and the invariant that it breaks. */
interface BrokenBot extends Differently {
  breaks: InvariantNumber
}

/** The same execution, as if something else had started it, in another mode. */
const startedOtherwise = (subject: RouteSubject): RouteSubject => ({
  ...subject,
  starter: {
    ...subject.starter,
    kind: subject.starter.kind === 'person' ? 'push' : 'person',
    executionMode: subject.starter.executionMode === 'QUEUED' ? 'PARALLEL' : 'QUEUED',
  },
})

/** The same execution, as if an author whose address is not told had another one. */
const withAddresses = (subject: RouteSubject): RouteSubject => ({
  ...subject,
  change: {
    ...subject.change,
    authors: subject.change.authors.map((author) => ({ ...author, email: author.email ?? 'other@elsewhere.example' })),
  },
})

/** The same, as if the first author had written all of it. */
const byTheFirst = (subject: RouteSubject): RouteSubject => ({
  ...subject,
  change: { ...subject.change, authors: subject.change.authors.slice(0, 1) },
})

/** The same, as if nothing were live and every source brought a change. */
const withEverySource = (subject: RouteSubject): RouteSubject => {
  const { change } = subject
  const changed = change.revisions.map((to) => ({ from: to, to }))
  const none = { releasedAt: 0, included: [], count: 0, more: false, newer: null }
  return { ...subject, change: { ...change, since: { ...none, ...change.since, changed } } }
}

/** The same, as if every source were of one repository. */
const ofOneRepository = (subject: RouteSubject): RouteSubject => {
  const repository = { kind: 'github', name: 'shop/web', url: 'https://github.com/shop/web' } as const
  const { change } = subject
  return { ...subject, change: { ...change, revisions: change.revisions.map((one) => ({ ...one, repository })) } }
}

/** A bot that chooses the route for another subject than the true one, where `match` has this setting. */
const matchingBy = (
  setting: NonNullable<Differently['secondRoute']>,
  seen: (subject: RouteSubject) => RouteSubject,
): BrokenBot => ({
  breaks: 'I1',
  secondRoute: setting,
  climate: CALM,
  services: (services) => ({
    ...services,
    configuration: {
      ...services.configuration,
      routeFor: (where, subject) => services.configuration.routeFor(where, subject && seen(subject)),
    },
  }),
})

/** Hardly anything keeps a person from approving. */
const EASY: Partial<Route> = {
  approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 }],
  consoleOnly: null,
  forbid: [],
  freezes: [],
  calendars: [],
}
const ALL_MORNING = { name: 'freeze', zone: 'UTC', span: { every: 'day', from: 0, to: 720 } } as const

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

/** Two managers must approve, and a person who is away may be replaced. */
const WITH_STAND_INS: Pick<Differently, 'climate' | 'hasAbsences' | 'route'> = {
  climate: CALM,
  hasAbsences: true,
  route: {
    ...EASY,
    anyOf: [],
    approvers: [{ name: 'managers', people: ['U0DANA', 'U0ELI', 'U0ANA'], groups: [], count: 2 }],
    rejecters: [],
    commentForm: null,
    escalate: null,
    standIns: 'anyone',
  },
}

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

const TOGETHER: Pick<Differently, 'climate' | 'hasSeveral' | 'route'> = {
  climate: CALM,
  hasSeveral: true,
  route: { ...EASY, anyOf: [], commentForm: null },
}

const STEERED = {
  climate: CALM,
  hasSteering: true,
  route: {
    ...EASY,
    anyOf: [],
    commentForm: null,
    may: permitting({ people: ['U0DANA', 'U0ELI'], groups: [] }),
  },
} satisfies Pick<Differently, 'climate' | 'hasSteering' | 'route'>

const OVERRIDDEN: Partial<Route> = {
  ...EASY,
  freezes: [ALL_MORNING],
  breakGlass: { people: ['U0ELI', 'U0DANA'], groups: [] },
  review: { within: 9 * 60_000, people: [], groups: [] },
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

const remembered = (ids: Set<string>, id: string): string => {
  ids.add(id)
  return id
}

/** By what is wrong with them. The checks must notice each. */
export const BROKEN_BOTS: Record<string, BrokenBot> = {
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
    services: (services) => ({ ...services, executions: forgettingCauses(services.executions) }),
  },

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

  'a message that lacks the buttons that mend a failure': {
    breaks: 'I3',
    ...STEERED,
    services: withButtons((steering) => steering.filter(({ act }) => act !== 'retry' && act !== 'rollback')),
  },

  'an execution that is over and can be stopped': {
    breaks: 'I3',
    ...STEERED,
    services: withButtons((steering) => steering.map((aim) => (aim.act === 'release' ? { ...aim, act: 'stop' } : aim))),
  },

  'a button for what no one may do': {
    breaks: 'I3',
    ...STEERED,
    route: { ...STEERED.route, may: { ...STEERED.route.may, release: { people: [], groups: [] } } },
    services: permittingEveryone,
  },

  'an approval that ends and whose message does not change': {
    breaks: 'I3',
    services: (services) => ({ ...services, approvals: closedSilently(services.approvals) }),
  },

  'a request that trusts the notification alone': {
    breaks: 'I1',
    services: (services) => ({ ...services, pipelines: believing(services.pipelines) }),
  },

  'authors who approve their own changes': {
    breaks: 'I1',
    route: { ...EASY, forbid: ['author'] },
    services: withRoute(() => ({ forbid: [] })),
  },

  'an unknown author, and every approver may approve': {
    breaks: 'I1',
    route: { ...EASY, forbid: ['author'], whenUnidentified: 'refuse' },
    services: withRoute(() => ({ whenUnidentified: 'allow' })),
  },

  'a freeze that is ignored': {
    breaks: 'I1',
    route: { ...EASY, freezes: [ALL_MORNING] },
    services: withRoute(() => ({ freezes: [] })),
  },

  'a calendar that is never asked': {
    breaks: 'I1',
    route: { ...EASY, calendars: [calendarClosed(0, 720)] },
    services: (services) => ({
      ...services,
      calendars: { stateAt: async () => ({ kind: 'open', until: null }) },
    }),
  },

  'freezes from Slack that no one reads': {
    breaks: 'I18',
    route: EASY,
    freezes: 1,
    services: (services) => ({ ...services, freezes: { ...services.freezes, all: async () => [] } }),
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

  'a stand-in whom the route does not let': {
    breaks: 'I22',
    ...WITH_STAND_INS,
    route: { ...WITH_STAND_INS.route, standIns: 'approvers' },
    services: withRoute(() => ({ standIns: 'anyone' })),
  },

  'a stand-in for the author': {
    breaks: 'I22',
    ...WITH_STAND_INS,
    commits: COMMITS.filter(({ wrote }) => wrote.includes('U0DANA')),
    route: { ...WITH_STAND_INS.route, forbid: ['author'] },
    services: withRoute(() => ({ forbid: [] })),
  },

  'a stand-in at any time': {
    breaks: 'I22',
    ...WITH_STAND_INS,
    services: withAbsences((absences) => absences.map((one) => ({ ...one, from: 0, until: Infinity }))),
  },

  'a stand-in of a person who is back': {
    breaks: 'I22',
    ...WITH_STAND_INS,
    services: withAbsences((absences) => absences.map(({ ended: _, ...one }) => one)),
  },

  'a stand-in of a stand-in': {
    breaks: 'I22',
    ...WITH_STAND_INS,
    services: withAbsences((absences) => [
      ...absences,
      ...absences.flatMap((one) =>
        absences.filter(({ by }) => by.userId === one.standIn.userId).map(({ standIn }) => ({ ...one, standIn })),
      ),
    ]),
  },

  'a stand-in for everyone, once one person is away': {
    breaks: 'I22',
    ...WITH_STAND_INS,
    services: withAbsences((absences) =>
      absences.flatMap((one) =>
        Object.keys(PEOPLE).map((userId) => ({ ...one, id: `${one.id}-${userId}`, by: { userId, name: one.by.name } })),
      ),
    ),
  },

  'an answer to several that counts for one more': {
    breaks: 'I23',
    ...TOGETHER,
    services: (services, name) => (name === 'button-clicked' ? answeringOneMore(services) : services),
  },

  'an answer to several that is judged at each delivery': {
    breaks: 'I23',
    ...TOGETHER,
    climate: { ...CALM, duplicate: 0.3 },
    services: (services) => ({ ...services, approvals: forgettingTheQueue(services.approvals) }),
  },

  'an answer to several of which its person hears nothing': {
    breaks: 'I23',
    ...TOGETHER,
    services: ({ answers, ...services }) => ({
      ...services,
      answers: { ...answers, tell: async () => ({ kind: 'posted' }) },
    }),
  },

  'a person who steers without permission': {
    breaks: 'I24',
    ...STEERED,
    services: permittingEveryone,
  },

  'a stage that goes on in a change freeze': {
    breaks: 'I24',
    ...STEERED,
    route: { ...STEERED.route, freezes: [ALL_MORNING] },
    services: withoutConfiguredFreezes,
  },

  'an act that is done in the name of another': {
    breaks: 'I24',
    ...STEERED,
    services: steeringOtherwise((steering, sender) => [steering, { ...sender, by: 'U0ELI' }]),
  },

  'an execution that is stopped in another way than its person chose': {
    breaks: 'I24',
    ...STEERED,
    services: steeringOtherwise((steering, sender) => [
      steering.act === 'stop' ? { ...steering, choice: 'abandon' } : steering,
      sender,
    ]),
  },

  'a release that starts another execution at each call': {
    breaks: 'I24',
    ...STEERED,
    climate: { ...CALM, fail: 0.1 },
    services: notLooking,
    sends: ({ clientRequestToken: _, ...input }) => input,
  },

  'an act that the audit record never has': {
    breaks: 'I24',
    ...STEERED,
    services: (services) => ({ ...services, entries: { file: async () => {} } }),
  },

  'a press that is judged at each delivery': {
    breaks: 'I24',
    ...STEERED,
    climate: { ...CALM, duplicate: 0.3 },
    services: forgettingRequests,
  },

  'an act of which the bot does not see that CodePipeline did it': {
    breaks: 'I24',
    ...STEERED,
    climate: { ...CALM, fail: 0.1 },
    services: notLooking,
  },

  'a release that is done after its person was told so': {
    breaks: 'I24',
    ...STEERED,
    services: releasingLater,
  },

  'a refusal that is told as done': { breaks: 'I24', ...STEERED, services: tellingSuccess },

  'a hold that ends by itself': { breaks: 'I24', ...STEERED, services: resumingByItself },

  'a hold whose reason AWS does not take': {
    breaks: 'I24',
    ...STEERED,
    sends: (input) => ('reason' in input ? { ...input, reason: `${String(input['reason'])}: Störung` } : input),
  },

  'an approval that approves itself without a rule': {
    breaks: 'I16',
    route: EASY,
    climate: CALM,
    services: withRoute(() => ({ automatic: { after: 60_000, alarms: [] } })),
  },

  'an approval that approves itself before its time': {
    breaks: 'I16',
    route: { ...EASY, automatic: { after: 1_800_000, alarms: [] } },
    climate: CALM,
    services: withRoute(() => ({ automatic: { after: 60_000, alarms: [] } })),
  },

  'an approval that approves itself in a change freeze': {
    breaks: 'I16',
    route: { ...EASY, freezes: [ALL_MORNING], automatic: { after: 60_000, alarms: [] } },
    services: withRoute(() => ({ freezes: [] })),
  },

  'an alarm that is never read': {
    breaks: 'I16',
    route: { ...EASY, automatic: ringing(600_000) },
    services: (services) => ({ ...services, alarms: QUIET_ALARMS }),
  },

  'a change set that is never read': {
    breaks: 'I16',
    route: { ...EASY, automatic: { after: 60_000, alarms: [], emptyChangeSet: true } },
    hasChangeSets: true,
    services: (services) => ({ ...services, changeSets: { read: async () => ({ kind: 'empty' }) } }),
  },

  'a rule of empty change sets where more is deployed': {
    breaks: 'I16',
    route: { ...EASY, automatic: { after: 60_000, alarms: [], emptyChangeSet: true } },
    services: withRoute(() => ({ automatic: { after: 60_000, alarms: [] } })),
  },

  'a route that is taken for executions that it does not match': matchingBy('any', startedOtherwise),

  'a route that is taken at any time': matchingBy('time', (subject) => ({ ...subject, at: 0 })),

  'an author whose address is not told, taken for another one': {
    ...matchingBy('author', withAddresses),
    commits: [BY_NAME_ALONE],
  },

  'the first author taken for all of them': matchingBy('author', byTheFirst),

  'a route for a source that is taken while nothing is known to be live': matchingBy('source', withEverySource),

  'a route for a repository that is taken for another one': matchingBy('repository', ofOneRepository),

  'a stop of the automatic approval that is forgotten': {
    breaks: 'I16',
    route: { ...EASY, automatic: { after: 600_000, alarms: [] } },
    services: (services) => ({
      ...services,
      approvals: forgettingStops(services.approvals),
      objections: { ...services.objections, of: async () => [] },
    }),
  },

  'a comment of any form': {
    breaks: 'I1',
    route: { ...EASY, commentForm: TICKET },
    services: withRoute(() => ({ commentForm: null })),
  },

  'a freeze that every person may override': {
    breaks: 'I1',
    route: { ...EASY, freezes: [ALL_MORNING] },
    services: withRoute(() => ({ breakGlass: { people: Object.keys(PEOPLE), groups: [] } })),
  },

  'escalation from the beginning': {
    breaks: 'I1',
    route: {
      ...EASY,
      approvers: [{ name: 'release managers', people: ['U0ELI'], groups: [], count: 1 }],
      escalate: { after: 30 * 60_000, channel: null, people: ['U0ANA', 'U0BEN', 'U0CHEN'], groups: [] },
    },
    services: withRoute(({ escalate }) => ({ escalate: escalate && { ...escalate, after: 0 } })),
  },

  'deactivated accounts, and people of another workspace, who approve': {
    breaks: 'I1',
    route: { ...EASY, approvers: [{ name: 'engineers', people: ['U0ANA', 'U0GUS', 'U0HAL'], groups: [], count: 1 }] },
    services: (services) => ({ ...services, directory: trusting(services.directory) }),
  },

  'an author who counts as unknown while Slack does not answer': {
    breaks: 'I1',
    climate: CALM,
    // Named one by one: the members of a group would come from Slack.
    route: {
      ...EASY,
      approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN', 'U0CHEN'], groups: [], count: 1 }],
      forbid: ['author'],
      whenUnidentified: 'allow',
    },
    services: (services) => ({ ...services, directory: forgetful(findingNoAddress(services.directory)) }),
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

  'an override that its own person confirms': {
    breaks: 'I17',
    route: OVERRIDDEN,
    services: (services) => ({ ...services, approvals: withOverridesOfAnother(services.approvals) }),
  },

  'a confirmation that the next one does not find': {
    breaks: 'I17',
    route: OVERRIDDEN,
    services: (services) => ({ ...services, approvals: forgettingConfirmations(services.approvals) }),
  },

  'an override that no one is told to confirm': {
    breaks: 'I17',
    route: OVERRIDDEN,
    services: (services) => ({ ...services, approvals: neverOverdue(services.approvals) }),
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

  'a time that an approver chose and the bot forgets': {
    breaks: 'I21',
    hasLater: true,
    climate: CALM,
    route: { ...EASY, anyOf: [], commentForm: null },
    services: (services) => ({
      ...services,
      approvals: forgettingTimes(services.approvals),
      objections: { add: async () => {}, of: async () => [] },
      signatures: { ...services.signatures, verify: async () => true },
    }),
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
