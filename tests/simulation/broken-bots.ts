import type { Approval } from '../../functions/domain/approval.ts'
import type { Records, Services } from '../../functions/flows/ports.ts'
import { CALM } from './climate.ts'
import type { Differently } from './history.ts'
import { FORGED_TOKEN } from './history.ts'

/** A bot with one thing wrong, and the invariant that it breaks. */
interface BrokenBot extends Differently {
  breaks: 'I1' | 'I2' | 'I3' | 'I4'
}

/** By what is wrong with them. The checks must notice every one. */
export const BROKEN_BOTS: Record<string, BrokenBot> = {
  'a table that writes over what others wrote': { breaks: 'I3', tableIsConditional: false },

  'a verdict that is sent before it is fixed': {
    breaks: 'I2',
    // While CodePipeline takes its time, others vote.
    climate: { ...CALM, slow: 0.5 },
    services: (services) => ({ ...services, approvals: neverFixed(services.approvals) }),
  },

  'two writers of one message at a time': {
    breaks: 'I3',
    services: (services) => {
      const mine = new Set<string>()
      const clock = { ...services.clock, newId: () => remembered(mine, services.clock.newId()) }
      return { ...services, clock, approvals: withoutLeases(services.approvals, mine) }
    },
  },

  'a message that is posted without a look for the one before': {
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
    services: (services) => ({
      ...services,
      pipelines: { ...services.pipelines, putApprovalResult: async () => ({ kind: 'recorded' }) },
    }),
  },

  'a queue that forgets': { breaks: 'I4', services: (services) => ({ ...services, queue: { send: async () => {} } }) },

  'an approval that is closed without a word': {
    breaks: 'I3',
    services: (services) => ({ ...services, approvals: closedSilently(services.approvals) }),
  },

  'people who are asked about whatever a notification says': {
    breaks: 'I1',
    services: (services) => ({ ...services, pipelines: believing(services.pipelines) }),
  },
}

type Approvals = Services['approvals']
type Stored = Parameters<Parameters<Approvals['change']>[1]>[0]

const remembered = (ids: Set<string>, id: string): string => {
  ids.add(id)
  return id
}

/** Every step sees what `before` makes of the record, and what it gives is stored as `after` makes of it. */
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
  change: (id, step, fresh) =>
    approvals.change(
      id,
      (record) => {
        const [next, result] = step(before(record))
        return [after(next, record), result]
      },
      fresh,
    ),
})

const ofApproval =
  (step: (approval: Approval) => Approval) =>
  (record: Stored): Stored =>
    record.kind === 'approval' ? step(record) : record

/** A decision stays open in the table, and whoever settles it takes the last vote for the verdict. */
const neverFixed = (approvals: Approvals): Approvals => ({
  ...changed(
    approvals,
    (record) => record,
    ofApproval((approval) =>
      approval.state.name === 'deciding' ? { ...approval, state: { name: 'waiting' } } : approval,
    ),
  ),
  read: async (id) => {
    const record = await approvals.read(id)
    const last = record?.kind === 'approval' && record.state.name === 'waiting' ? record.votes.at(-1) : undefined
    return record?.kind === 'approval' && last
      ? { ...record, state: { name: 'deciding', verdict: last.verdict, since: last.at } }
      : record
  },
})

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

/** Its message is taken for shown. */
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

/** CodePipeline's state is not asked whether the token is pending. */
const believing = (pipelines: Services['pipelines']): Services['pipelines'] => ({
  ...pipelines,
  actionRuns: async (pipeline, executionId) => {
    const runs = await pipelines.actionRuns(pipeline, executionId)
    return executionId === null && runs[0]
      ? [
          ...runs,
          { ...runs[0], stage: 'Production', action: 'Approve', status: 'InProgress', externalId: FORGED_TOKEN },
        ]
      : runs
  },
})
