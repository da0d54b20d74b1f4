import type { Route } from '../../../functions/domain/route.ts'
import {
  answeringOneMore,
  believing,
  withAbsences,
  findingNoAddress,
  forgetful,
  trusting,
  withRoute,
} from '../broken-services.ts'
import {
  forgettingConfirmations,
  forgettingStops,
  forgettingTheQueue,
  forgettingTimes,
  neverOverdue,
  withOverridesOfAnother,
} from '../broken-tables.ts'
import { CALM } from '../climate.ts'
import type { Differently } from '../history.ts'
import { QUIET_ALARMS } from '../../support/memory/alarms.ts'
import { COMMITS, TICKET, calendarClosed, ringing } from '../configuration.ts'
import { PEOPLE } from '../../support/memory/people.ts'
import type { BrokenBot } from './bot.ts'
import { EASY, ALL_MORNING } from './bot.ts'

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

const TOGETHER: Pick<Differently, 'climate' | 'hasSeveral' | 'route'> = {
  climate: CALM,
  hasSeveral: true,
  route: { ...EASY, anyOf: [], commentForm: null },
}

const OVERRIDDEN: Partial<Route> = {
  ...EASY,
  freezes: [ALL_MORNING],
  breakGlass: { people: ['U0ELI', 'U0DANA'], groups: [] },
  review: { within: 9 * 60_000, people: [], groups: [] },
}

/** Bots that let a person, a rule or a time decide that may not. */
export const OF_AUTHORITY: Record<string, BrokenBot> = {
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

  'an override that its own person confirms': {
    breaks: 'I17',
    route: OVERRIDDEN,
    services: (services) => ({ ...services, approvals: withOverridesOfAnother(services.approvals) }),
  },

  'an author who confirms the override for their own change': {
    breaks: 'I17',
    route: { ...OVERRIDDEN, forbid: ['author'] },
    services: withRoute(() => ({ forbid: [] })),
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
}
