import type { Approval } from '../../functions/domain/approval.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { Records } from '../../functions/ports/records.ts'
import type { ActionRun } from '../../functions/ports/pipelines.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { SlackMessage } from '../../functions/slack/approval-message.ts'
import { CALM } from './climate.ts'
import type { Differently } from './history.ts'
import { FORGED_TOKEN } from './history.ts'
import type { InvariantNumber } from './invariants.ts'
import { PEOPLE } from '../support/memory/people.ts'
import { messageOf } from '../support/memory/slack.ts'

/** A bot with one thing wrong, and the invariant that it breaks. */
interface BrokenBot extends Differently {
  breaks: InvariantNumber
  /** A history that breaks it. The search begins there, and goes on if a change of the bot made that history another. */
  seed?: number
}

/** The bot reads another policy than the configured one. */
const withRoute =
  (differently: (route: Route) => Partial<Route>) =>
  (services: Services): Services => {
    const { configuration } = services
    return {
      ...services,
      configuration: {
        ...configuration,
        routeFor: (where) => {
          const route = configuration.routeFor(where)
          return route && { ...route, ...differently(route) }
        },
        routeOfExecution: (where) => {
          const route = configuration.routeOfExecution(where)
          return { ...route, ...differently(route) }
        },
      },
    }
  }

/** Hardly anything keeps a person from approving. */
const EASY: Partial<Route> = {
  approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 }],
  consoleOnly: null,
  forbid: [],
  freezes: [],
}
const ALL_MORNING = { name: 'freeze', zone: 'UTC', span: { every: 'day', from: 0, to: 720 } } as const

/** By what is wrong with them. The checks must notice each. */
export const BROKEN_BOTS: Record<string, BrokenBot> = {
  'a failed deployment that no one is told of': {
    breaks: 'I13',
    route: { ...EASY, deployments: 'failures' },
    services: withRoute(() => ({ deployments: 'none' })),
  },

  'an end that is told again at every look': {
    breaks: 'I13',
    route: { ...EASY, deployments: 'all' },
    services: (services) => ({ ...services, executions: forgettingNotices(services.executions) }),
  },

  'a table that overwrites what another function wrote': { breaks: 'I3', tableIsConditional: false },

  'a verdict that is sent before it is fixed': {
    breaks: 'I2',
    seed: 148,
    route: EASY,
    climate: { ...CALM, slow: 0.1 },
    services: (services, name) => ({
      ...services,
      approvals: neverFixed(services.approvals, name === 'button-clicked'),
      pipelines: {
        ...services.pipelines,
        // While CodePipeline is slow to take the verdict, others vote.
        putApprovalResult: async (...verdict) => {
          await services.clock.sleep(5_000)
          return services.pipelines.putApprovalResult(...verdict)
        },
      },
    }),
  },

  'two writers of one message at a time': {
    breaks: 'I3',
    seed: 16,
    services: (services) => {
      const mine = new Set<string>()
      const clock = { ...services.clock, newId: () => remembered(mine, services.clock.newId()) }
      return { ...services, clock, approvals: withoutLeases(services.approvals, mine) }
    },
  },

  'a message that is posted without a look for an earlier one': {
    breaks: 'I3',
    seed: 16,
    services: (services) => ({ ...services, slack: { ...services.slack, find: async () => null } }),
  },

  'a sweep that finds nothing': {
    breaks: 'I3',
    services: (services, name) =>
      name === 'minute-passed' ? { ...services, attention: { ...services.attention, due: async () => [] } } : services,
  },

  'a verdict that is only believed to be sent': {
    breaks: 'I4',
    seed: 5,
    route: EASY,
    services: (services) => ({
      ...services,
      pipelines: { ...services.pipelines, putApprovalResult: async () => ({ kind: 'recorded' }) },
    }),
  },

  'a queue that forgets': {
    breaks: 'I4',
    seed: 11,
    services: (services) => ({ ...services, queue: { send: async () => {} } }),
  },

  'an approval that ends and whose message does not change': {
    breaks: 'I3',
    seed: 26,
    services: (services) => ({ ...services, approvals: closedSilently(services.approvals) }),
  },

  'a request that trusts the notification alone': {
    breaks: 'I1',
    seed: 11,
    services: (services) => ({ ...services, pipelines: believing(services.pipelines) }),
  },

  'authors who approve their own changes': {
    breaks: 'I1',
    route: { ...EASY, forbid: ['author'] },
    services: withRoute(() => ({ forbid: [] })),
  },

  'an unknown author, and every approver may approve': {
    breaks: 'I1',
    seed: 15,
    services: withRoute(() => ({ whenUnidentified: 'allow' })),
  },

  'a freeze that is ignored': {
    breaks: 'I1',
    route: { ...EASY, freezes: [ALL_MORNING] },
    services: withRoute(() => ({ freezes: [] })),
  },

  'a freeze that every person may override': {
    breaks: 'I1',
    seed: 33,
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
    seed: 370,
    climate: { ...CALM, busy: 0.7 },
    // Named one by one: the members of a group would come from Slack.
    route: {
      ...EASY,
      approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN', 'U0CHEN'], groups: [], count: 1 }],
      forbid: ['author'],
      whenUnidentified: 'allow',
    },
    services: (services) => ({ ...services, directory: forgetful(services.directory) }),
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
    route: EASY,
    render: (card) =>
      card.kind === 'approval'
        ? withSection(messageOf(card), 'x'.repeat(4_000 * card.approval.votes.length))
        : messageOf(card),
  },

  'a click that counts for the approval requested last': {
    breaks: 'I7',
    seed: 4,
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
    seed: 5,
    services: (services) => ({ ...services, slack: { ...services.slack, find: async () => null } }),
  },

  'pings in quiet hours': {
    breaks: 'I8',
    route: { remind: [120_000], quiet: [ALL_MORNING] },
    services: withRoute(() => ({ quiet: [] })),
  },

  'reminders in a change freeze': {
    breaks: 'I8',
    route: { ...EASY, remind: [120_000], freezes: [ALL_MORNING] },
    services: (services) => ({ ...services, approvals: withoutFreezes(services.approvals) }),
  },

  'reminders that are never sent': {
    breaks: 'I8',
    seed: 51,
    services: withRoute(() => ({ remind: [] })),
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
    seed: 50,
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

type Approvals = Services['approvals']
type Stored = Parameters<Parameters<Approvals['change']>[1]>[0]

const remembered = (ids: Set<string>, id: string): string => {
  ids.add(id)
  return id
}

/** Every step gets the record as `before` changes it, and its result is stored as `after` changes it. */
const changed = (
  approvals: Approvals,
  before: (record: Stored) => Stored,
  after: (record: Stored, was: Stored) => Stored,
): Records<Stored, string> => ({
  ...approvals,
  read: async (id) => {
    const record = await approvals.read(id)
    return record && before(record)
  },
  change: (id, step, start) =>
    approvals.change(
      id,
      (record) => {
        const [next, result] = step(before(record))
        return [after(next, record), result]
      },
      start,
    ),
})

const ofApproval =
  (step: (approval: Approval) => Approval) =>
  (record: Stored): Stored =>
    record.kind === 'approval' ? step(record) : record

/**
 * A decision stays undecided in the table, and other functions do not see that it is being sent; the function that
 * settles it uses the last vote as the verdict.
 */
/** A click is weighed against what is stored, and then the verdict is sent that is stored nowhere. */
const neverFixed = (approvals: Approvals, isClick: boolean): Approvals => {
  let reads = isClick ? 0 : 1
  return {
    ...changed(
      approvals,
      ofApproval((approval) => ({ ...approval, sending: null })),
      ofApproval((approval) =>
        approval.state.name === 'deciding' ? { ...approval, state: { name: 'waiting' } } : approval,
      ),
    ),
    read: async (id) => {
      const record = await approvals.read(id)
      if (reads++ === 0) return record
      const last = record?.kind === 'approval' && record.state.name === 'waiting' ? record.votes.at(-1) : undefined
      return record?.kind === 'approval' && last
        ? { ...record, state: { name: 'deciding', verdict: last.verdict, since: last.at } }
        : record
    },
  }
}

const withoutLeases = (approvals: Approvals, mine: Set<string>): Approvals =>
  changed(
    approvals,
    ofApproval((approval) => {
      const { lease } = approval.showing
      const kept = lease && mine.has(lease.owner) ? lease : null
      return { ...approval, showing: { ...approval.showing, lease: kept, maybePosted: false } }
    }),
    (next) => next,
  )

/** Its message counts as shown. */
const closedSilently = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    (next, was) =>
      next.kind === 'approval' &&
      was.kind === 'approval' &&
      next.state.name === 'settled' &&
      was.state.name !== 'settled'
        ? { ...next, showing: { ...next.showing, truth: was.showing.truth } }
        : next,
  )

/** Other functions do not see that one is sending it. */
const withoutTurns = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval((approval) => {
      const said = Object.entries(approval.notices).filter(([, { name }]) => name !== 'begun')
      return { ...approval, notices: Object.fromEntries(said) }
    }),
    (next) => next,
  )

/** A freeze is recorded, but only the function that has just read the policy knows of it. */
const withoutFreezes = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval((approval) => frozenBy(approval, [])),
    (next, was) =>
      next.kind === 'approval' && was.kind === 'approval' && next.resolvedPolicy?.policy.freezes.length === 0
        ? frozenBy(next, was.resolvedPolicy?.policy.freezes ?? [])
        : next,
  )

const frozenBy = (approval: Approval, freezes: Policy['freezes']): Approval =>
  approval.resolvedPolicy
    ? {
        ...approval,
        resolvedPolicy: { ...approval.resolvedPolicy, policy: { ...approval.resolvedPolicy.policy, freezes } },
      }
    : approval

const withoutRefusals = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    (next, was) => {
      const last = next.kind === 'approval' ? next.journal.unfiled.at(-1) : undefined
      return was.kind === 'approval' && last?.happened.what === 'refused' ? was : next
    },
  )

/** As soon as a verdict is fixed, it is announced, whatever CodePipeline answers. */
const announcedEarly = (services: Services): Approvals => ({
  ...services.approvals,
  change: async (id, step, start) => {
    let early: Approval | null = null
    const result = await services.approvals.change(
      id,
      (record) => {
        const [next, value] = step(record)
        early = next.kind === 'approval' && next.state.name === 'deciding' ? next : null
        return [next, value]
      },
      start,
    )
    const decided = early as Approval | null
    if (decided)
      await services.announcements.put({
        detailType: 'Greenlight Approval Decided',
        detail: {
          approval: id,
          how: 'slack',
          votes: decided.votes.map(({ userId }) => ({ user: userId, counted: true })),
          record: { entries: decided.journal.count, hash: decided.journal.head },
        },
        resources: [],
        at: services.clock.now(),
      })
    return result
  },
})

/** No account is deactivated, and all belong to the bot's own workspace. */
const trusting = (directory: Services['directory']): Services['directory'] => ({
  ...directory,
  person: async (userId) => {
    const looked = await directory.person(userId)
    return looked.kind === 'found'
      ? { kind: 'found', value: { ...looked.value, isDeactivated: false, isStranger: false } }
      : looked
  },
})

/** What Slack does not list counts as missing. */
const forgetful = (directory: Services['directory']): Services['directory'] => ({
  ...directory,
  byEmail: async (email) => {
    const looked = await directory.byEmail(email)
    return looked.kind === 'unread' ? { kind: 'not-found' } : looked
  },
})

/** The bot does not look whether the token is pending in CodePipeline. */
const believing = (pipelines: Services['pipelines']): Services['pipelines'] => ({
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

/** With one more block, whose text Slack reads as markup. */
const withSection = (message: SlackMessage, text: string): SlackMessage => ({
  ...message,
  blocks: [...message.blocks, { type: 'section', text: { type: 'mrkdwn', text } }],
})

/** By the configuration: each history has one. */
const LAST_REQUESTED = new WeakMap<Services['configuration'], string>()

const rememberingTheLast = ({ approvals, configuration }: Services): Approvals => ({
  ...approvals,
  create: (record) => {
    if (record.kind === 'approval') LAST_REQUESTED.set(configuration, record.id)
    return approvals.create(record)
  },
})

const ofTheLast = ({ approvals, configuration }: Services): Approvals => {
  const other = (id: string) => LAST_REQUESTED.get(configuration) ?? id
  return {
    ...approvals,
    read: (id) => approvals.read(other(id)),
    change: (id, ...step) => approvals.change(other(id), ...step),
  }
}

const neverLookedAt = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    (next, was) => (next.kind === 'approval' && was.kind === 'approval' ? { ...next, checkedAt: was.checkedAt } : next),
  )

const queuedAgain = (services: Services): Approvals => ({
  ...services.approvals,
  read: async (id) => {
    await services.queue.send({ effect: { do: 'check-approval', approval: id }, attempt: 1 }, 60)
    return services.approvals.read(id)
  },
})

/** It has forgotten what it has told. */
const forgettingNotices = (executions: Services['executions']): Services['executions'] => ({
  ...executions,
  change: (key, step, start) =>
    executions.change(
      key,
      (execution) => {
        const [next, result] = step(execution)
        return [next === execution ? execution : { ...next, notices: {} }, result]
      },
      start,
    ),
})
