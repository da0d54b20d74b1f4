import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { AlarmState } from '../../functions/domain/automatic.ts'
import type { AutomaticRule } from '../../functions/domain/automatic-rule.ts'
import type { Happening } from '../../functions/domain/journal.ts'
import { actOnApproval } from '../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../functions/flows/approval/change-approval.ts'
import { checkApproval } from '../../functions/flows/approval/check-approval.ts'
import { requestApproval } from '../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../functions/flows/effects/settle-approval.ts'
import type { Services } from '../../functions/ports/services.ts'
import { openKeys } from '../support/signed-record.ts'
import { shop } from '../support/virtual-codepipeline.ts'
import type { Chance } from './chance.ts'
import { stillWorld } from './still-world.ts'

const MINUTE = 60_000
const RULE: AutomaticRule = { after: 120 * MINUTE, alarms: ['errors'] }

/** Why the approval may not approve itself, though its route has a rule, or had one. */
const REASONS = {
  'its time has not passed': { minutes: 119 },
  'an alarm rings': { minutes: 180, state: 'ALARM' },
  'a person has stopped it': { minutes: 180, isStopped: true },
  'a calendar is closed': { minutes: 180, isFrozen: true },
  'the route has no rule any more': { minutes: 180, route: { autoApprove: undefined } },
  'its author may not approve': { minutes: 180, route: { forbid: ['author'] } },
} as const satisfies Record<string, Reason>

interface Reason {
  minutes: number
  state?: string
  isStopped?: true
  isFrozen?: true
  route?: object
}

const routeWith = (more: object = {}) =>
  configurationFrom(
    CONFIGURATION.parse({
      defaults: { approvals: 'C0RELEASES' },
      routes: [
        {
          ...{ match: {}, approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN'], count: 2 }] },
          autoApprove: { after: '2h', alarms: RULE.alarms },
          freeze: [{ name: 'company freezes', calendar: 'https://calendar.example/freezes.ics' }],
          ...more,
        },
      ],
    }),
  )

/** An earlier approval that its rule approved, and one that must not approve itself: for each reason in turn. */
export const openRuleScene = async (number: number, differently: (services: Services) => Services) => {
  const reasons: readonly Reason[] = Object.values(REASONS)
  const why = reasons[number % reasons.length]!
  const { codePipeline, services: given, notification } = stillWorld()
  const { signatures, audit } = openKeys()
  const now = { state: 'OK', isFrozen: false }
  let sent = 0
  const services = differently({
    ...given,
    signatures,
    configuration: routeWith(),
    calendars: { stateAt: async () => ({ kind: now.isFrozen ? 'closed' : 'open', until: null }) },
    alarms: {
      read: async (_, names) => ({
        kind: 'read',
        alarms: names.map((name): AlarmState => ({ name, state: now.state, since: 0 })),
      }),
    },
    pipelines: {
      ...given.pipelines,
      putApprovalResult: async (...verdict) => {
        sent += 1
        return given.pipelines.putApprovalResult(...verdict)
      },
    },
  })
  const read = async (id: string) => (await readApproval(services, id))!

  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(services, notification())
  const earlierId = notification().id
  codePipeline.clock.pass(RULE.after)
  await checkApproval(services, earlierId)
  await settleApproval(services, earlierId)
  codePipeline.clock.pass(MINUTE)
  await codePipeline.start()
  const after = why.route ? { ...services, configuration: routeWith(why.route) } : services
  await requestApproval(after, notification())
  const { id } = notification()
  const thief = { userId: 'U0ZOE', teamId: null, name: 'zoe', email: null, from: null }
  if (why.isStopped) await actOnApproval(after, { approvalId: id, who: thief, act: { do: 'stop-automatic' } })
  codePipeline.clock.pass(why.minutes * MINUTE)
  Object.assign(now, { state: why.state ?? 'OK', isFrozen: why.isFrozen ?? false })
  return {
    services: after,
    audit,
    id,
    honest: await read(id),
    earlier: await read(earlierId),
    sentBefore: sent,
    sent: () => sent,
  }
}

type RuleScene = Awaited<ReturnType<typeof openRuleScene>>

/** What the thief makes of the approval, so that a rule seems to have approved it. */
export const RULE_FORGERIES: Record<string, (scene: RuleScene, chance: Chance) => Approval> = {
  'invents that a rule decided': ({ honest }) => ({ ...honest, approvedBy: RULE }),
  'writes a quicker rule': ({ honest }) => {
    const automatic = { after: 1, alarms: [] }
    const { policy } = honest.resolvedPolicy!
    return {
      ...honest,
      approvedBy: automatic,
      resolvedPolicy: { ...honest.resolvedPolicy!, policy: { ...policy, automatic } },
    }
  },
  'says that it was requested long ago': ({ honest }, chance) => ({
    ...honest,
    requestedAt: honest.requestedAt - chance.between(1, 1e8),
    soak: { kind: 'passed' },
    approvedBy: RULE,
  }),
  'strikes what keeps a rule from deciding': ({ honest }) => {
    const { automaticStop: _, notSent: __, ...left } = honest
    const { policy } = honest.resolvedPolicy!
    const easier = { ...policy, automatic: RULE, freezes: [], forbidden: [], unidentified: [] }
    return {
      ...left,
      approvedBy: RULE,
      change: { ...honest.change, authors: [] },
      resolvedPolicy: { ...honest.resolvedPolicy!, frozen: null, policy: easier },
    }
  },
  'replays the automatic approval of an earlier execution': ({ earlier, honest }, chance) => ({
    ...honest,
    approvedBy: earlier.approvedBy!,
    ...chance.pick<Partial<Approval>>([
      { executionId: earlier.executionId },
      { token: earlier.token },
      { token: earlier.token, executionId: earlier.executionId, requestedAt: earlier.requestedAt },
    ]),
  }),
}

/** What would be in the record; sometimes with the sender's signature of the earlier verdict. */
export const ruleEntries = ({ earlier }: RuleScene, { approvedBy }: Approval, chance: Chance): Happening[] => {
  const verified = earlier.journal.unfiled.map(({ happened }) => happened).find(({ what }) => what === 'verified')!
  const decided: Happening = { what: 'decided', verdict: 'Approved', by: [], rules: [], automatic: approvedBy! }
  return [decided, ...(chance.is(0.5) ? [verified] : [])]
}
