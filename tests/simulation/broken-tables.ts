import type { NoticeDelivery } from '../../functions/domain/notice.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Execution } from '../../functions/domain/execution.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Records } from '../../functions/ports/records.ts'
import type { Services } from '../../functions/ports/services.ts'

/* Tables that break a bot: what functions read there, or write, is another thing. */

type Approvals = Services['approvals']
type Stored = Parameters<Parameters<Approvals['change']>[1]>[0]

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

/** Functions take another person for the one who made an override. */
export const withOverridesOfAnother = (approvals: Approvals): Approvals =>
  changed(approvals, ofApproval(madeBy('U0ZOE')), (next, was) => {
    const made = was.kind === 'approval' ? was.override : null
    const isSame = next.kind === 'approval' && made !== null && next.override?.at === made.at
    return isSame ? madeBy(made.userId)(next) : next
  })

const madeBy =
  (userId: string) =>
  ({ override, ...approval }: Approval): Approval => ({ ...approval, override: override && { ...override, userId } })

/** A confirmation of an override is in the audit record alone. */
export const forgettingConfirmations = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    ofApproval((approval) => {
      if (!approval.override) return approval
      const { confirmed: _, ...override } = approval.override
      return { ...approval, override }
    }),
  )

/** Functions find no time by which an override is to be confirmed. */
export const neverOverdue = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval((approval) => {
      if (!approval.override) return approval
      const { reviewUntil: _, ...override } = approval.override
      return { ...approval, override }
    }),
    (record) => record,
  )

/**
 * A decision stays undecided in the table, and other functions do not see that it is being sent; the function that
 * settles it uses the last vote as the verdict. A click is weighed against what is stored.
 */
export const neverFixed = (approvals: Approvals, isClick: boolean): Approvals => {
  let reads = isClick ? 0 : 1
  const fixed = (record: Stored): Stored => {
    const last = record.kind === 'approval' && record.state.name === 'waiting' ? record.votes.at(-1) : undefined
    if (record.kind !== 'approval' || !last) return record
    return { ...record, state: { name: 'deciding', verdict: last.verdict, since: last.at, isVerified: true } }
  }
  const free = ofApproval((approval) => ({ ...approval, sending: null }))
  const unfixed = ofApproval((approval) =>
    approval.state.name === 'deciding' ? { ...approval, state: { name: 'waiting' } } : approval,
  )
  let isSending = false
  return {
    ...approvals,
    read: async (id) => {
      const record = await approvals.read(id)
      isSending = reads++ > 0
      return record && isSending ? fixed(record) : record
    },
    change: (id, step, start) =>
      approvals.change(
        id,
        (record) => {
          const [next, result] = step(isSending ? free(fixed(record)) : free(record))
          return [unfixed(next), result]
        },
        start,
      ),
  }
}

export const withoutLeases = (approvals: Approvals, mine: Set<string>): Approvals =>
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
export const closedSilently = (approvals: Approvals): Approvals =>
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
export const withoutTurns = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval((approval) => {
      const said = Object.entries(approval.notices).filter(([, { name }]) => name !== 'begun')
      return { ...approval, notices: Object.fromEntries(said) }
    }),
    (next) => next,
  )

/** A freeze is recorded, but only the function that has just read the policy knows of it. */
export const withoutFreezes = (approvals: Approvals): Approvals =>
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

/** A verdict that must wait for the time that an approver chose is decided at once, and no function sees the time. */
export const forgettingTimes = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval((approval) => ({ ...approval, votes: approval.votes.map(({ notBefore: _, ...vote }) => vote) })),
    ofApproval((approval) =>
      approval.state.name === 'waiting' && approval.votes.some(({ notBefore }) => notBefore !== undefined)
        ? { ...approval, state: { name: 'deciding', verdict: 'Approved', since: approval.checkedAt } }
        : approval,
    ),
  )

/** No function sees that a person has stopped an automatic approval. */
export const forgettingStops = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval(({ automaticStop: _, ...approval }) => approval),
    (next) => next,
  )

/** No function sees which clicks the queue had before. */
export const forgettingTheQueue = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    ofApproval(({ queuedClicks: _, ...approval }) => approval),
    (next) => next,
  )

export const withoutRefusals = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    (next, was) => {
      const last = next.kind === 'approval' ? next.journal.unfiled.at(-1) : undefined
      return was.kind === 'approval' && last?.happened.what === 'refused' ? was : next
    },
  )

/** As soon as a verdict is fixed, it is announced, whatever CodePipeline answers. */
export const announcedEarly = (services: Services): Approvals => ({
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

/** By the configuration: each history has one. */
const LAST_REQUESTED = new WeakMap<Services['configuration'], string>()

export const rememberingTheLast = ({ approvals, configuration }: Services): Approvals => ({
  ...approvals,
  create: (record) => {
    if (record.kind === 'approval') LAST_REQUESTED.set(configuration, record.id)
    return approvals.create(record)
  },
})

export const ofTheLast = ({ approvals, configuration }: Services): Approvals => {
  const other = (id: string) => LAST_REQUESTED.get(configuration) ?? id
  return {
    ...approvals,
    read: (id) => approvals.read(other(id)),
    change: (id, ...step) => approvals.change(other(id), ...step),
  }
}

export const neverLookedAt = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    (next, was) => (next.kind === 'approval' && was.kind === 'approval' ? { ...next, checkedAt: was.checkedAt } : next),
  )

/** No later group of a sequence is told that its turn has come. */
export const skippingTurns = (approvals: Approvals): Approvals =>
  changed(
    approvals,
    (record) => record,
    (next) =>
      next.kind === 'approval' ? { ...next, notices: { ...next.notices, 'turn-2': { name: 'skipped', at: 0 } } } : next,
  )

export const queuedAgain = (services: Services): Approvals => ({
  ...services.approvals,
  read: async (id) => {
    await services.queue.send({ effect: { do: 'check-approval', approval: id }, attempt: 1 }, 60)
    return services.approvals.read(id)
  },
})

/** It has forgotten what it has told. */
export const forgettingNotices = (executions: Services['executions']): Services['executions'] => ({
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

/** It has forgotten that it told of a failure whose cause it did not know. */
export const forgettingCauses = (executions: Services['executions']): Services['executions'] => ({
  ...executions,
  change: (key, step, start) =>
    executions.change(
      key,
      (execution) => {
        const [next, result] = step(execution)
        return [next === execution ? execution : { ...next, notices: withoutLacksCause(next.notices) }, result]
      },
      start,
    ),
})

const withoutLacksCause = (notices: Execution['notices']): Execution['notices'] => {
  const forgetful = ({ ...delivery }: NoticeDelivery): NoticeDelivery => {
    if (delivery.name === 'said') delete delivery.lacksCause
    return delivery
  }
  return Object.fromEntries(Object.entries(notices).map(([key, delivery]) => [key, forgetful(delivery)] as const))
}

/** It has forgotten when its card was written, and that an effect in the queue will write it. */
export const unpaced = (executions: Services['executions']): Services['executions'] => {
  const forgetful = (execution: Execution): Execution => {
    const { shownAt: _, turnAt: __, ...showing } = execution.showing
    return { ...execution, showing }
  }
  return {
    ...executions,
    change: (key, step, start) =>
      executions.change(
        key,
        (execution) => {
          const [next, result] = step(forgetful(execution))
          return [next, result]
        },
        start,
      ),
  }
}
