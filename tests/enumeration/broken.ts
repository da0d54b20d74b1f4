import type { Approval } from '../../functions/domain/approval.ts'
import { gateOf } from '../../functions/flows/gates/gates.ts'
import type { DueServices, Services } from '../../functions/ports/services.ts'
import type { Limits } from './limits.ts'
import type { Size } from './scenario.ts'

/** A bot with one thing wrong, the invariant that it breaks, and a size in which it does. */
interface BrokenBot {
  breaks: 'I1' | 'I2' | 'I3' | 'I9'
  size: Size
  limits: Limits
  /** The table writes what it gets. */
  isUnconditional?: true
  services?: (services: DueServices, name: string) => DueServices
}

const ONE_DELIVERY: Size = { isAsked: false, deliveries: 1, people: {}, console: null, timesOut: false }
const TWO_DELIVERIES: Size = { ...ONE_DELIVERY, deliveries: 2 }
const TWO_PEOPLE: Size = { ...ONE_DELIVERY, people: { U0ANA: 'Approved', U0BEN: 'Approved' } }
const THREE_PEOPLE: Size = { ...ONE_DELIVERY, people: { U0ANA: 'Approved', U0BEN: 'Approved', U0CHEN: 'Rejected' } }

type Approvals = Services['approvals']

/** Sends the verdict of a step before the step is written. */
const sendingFirst = (services: DueServices): Approvals => ({
  ...services.approvals,
  change: async (id, step, start) => {
    const before = await services.approvals.read(id)
    const [after] = before ? step(before) : [before]
    if (before?.kind === 'approval' && after?.kind === 'approval' && isDeciding(after) && !isDeciding(before))
      await gateOf(services, after).sendVerdict(after, verdictOf(after))
    return services.approvals.change(id, step, start)
  },
})

const isDeciding = ({ state }: Approval): boolean => state.name === 'deciding'

const verdictOf = ({ state }: Approval) => (state.name === 'deciding' ? state.verdict : 'Rejected')

/** Posts the message of an approval before the record is written. */
const postingFirst = (services: DueServices): Approvals => ({
  ...services.approvals,
  create: async (record) => {
    if (record.kind === 'approval')
      await services.slack.post('C0RELEASES', {
        kind: 'approval',
        approval: record,
        route: null,
        accountName: 'Shop',
        consoleUrl: 'https://eu-west-1.console.aws.amazon.com/codesuite',
      })
    return services.approvals.create(record)
  },
})

const forPart =
  (part: string, differently: (services: DueServices) => Partial<DueServices>) =>
  (services: DueServices, name: string): DueServices =>
    name === part ? { ...services, ...differently(services) } : services

/** By what is wrong with them. The enumeration must find each. */
export const ENUMERATED_BOTS: Record<string, BrokenBot> = {
  'a vote that is written without a condition': {
    breaks: 'I9',
    size: TWO_PEOPLE,
    limits: { crashes: 0, readsApart: true },
    isUnconditional: true,
  },

  'a verdict that is sent before it is stored': {
    breaks: 'I2',
    size: THREE_PEOPLE,
    limits: { crashes: 0 },
    services: forPart('button-clicked', (services) => ({ approvals: sendingFirst(services) })),
  },

  'a delivery that posts before it stores': {
    breaks: 'I3',
    size: TWO_DELIVERIES,
    limits: { crashes: 0 },
    services: forPart('approval-requested', (services) => ({ approvals: postingFirst(services) })),
  },

  'a message that is posted without a look for an earlier one': {
    breaks: 'I3',
    size: ONE_DELIVERY,
    limits: { crashes: 1 },
    services: (services) => ({ ...services, slack: { ...services.slack, find: async () => null } }),
  },

  'a sweep that finds nothing': {
    breaks: 'I3',
    size: ONE_DELIVERY,
    limits: { crashes: 1 },
    services: forPart('minute-passed', ({ attention }) => ({
      attention: { ...attention, due: async () => [], watched: async () => [] },
    })),
  },

  'a minute in whose turn nothing is compared': {
    breaks: 'I3',
    size: { ...ONE_DELIVERY, isAsked: true, console: 'Rejected' },
    limits: { crashes: 0 },
    services: forPart('minute-passed', ({ attention }) => ({ attention: { ...attention, watched: async () => [] } })),
  },
}
