import type { CalendarState } from '../../../functions/domain/calendar.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import type { Policy, Verdict } from '../../../functions/domain/policy.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { Metric } from '../../../functions/ports/log.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

export const MINUTE = 60_000
export const person = (userId: string) => ({ userId, teamId: null, name: userId.slice(2), email: null, from: null })

export const ROUTE = {
  match: {},
  approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN', 'U0DANA'], count: 2 }],
  breakGlass: { people: ['U0ELI'] },
}

/** An approval that waits for two of three people, in a world where a thief may write to the table. */
export const waiting = async (route: object = {}) => {
  const { codePipeline, services: given, notification } = stillWorld()
  const counted: Metric[] = []
  const sent: Verdict[] = []
  const configured = (more: object) =>
    configurationFrom(CONFIGURATION.parse({ defaults: { approvals: 'C0RELEASES' }, routes: [{ ...ROUTE, ...more }] }))
  const services: Services = {
    ...given,
    configuration: configured(route),
    log: { ...given.log, count: (metric) => void counted.push(metric) },
    pipelines: {
      ...given.pipelines,
      putApprovalResult: (where, token, verdict, summary) => {
        sent.push(verdict)
        return given.pipelines.putApprovalResult(where, token, verdict, summary)
      },
    },
  }
  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(services, notification())
  const { id } = notification()
  const click = (userId: string, verdict: Verdict = 'Approved') =>
    actOnApproval(services, { approvalId: id, who: person(userId), act: { do: 'vote', verdict, comment: '' } })
  const read = async (of = id) => (await readApproval(services, of))!
  /** What the thief writes. */
  const alter = (how: (approval: Approval) => Partial<Approval>, of = id) =>
    changeApproval(services, of, (approval) => [{ ...approval, ...how(approval) }, null])
  const settle = (by: Partial<Services> = {}, of = id) => settleApproval({ ...services, ...by }, of)
  /** Another route applies from this moment on. */
  const fromNowOn = (more: object) => {
    const { configuration: before, clock } = services
    const [since, after] = [clock.now(), configured(more)]
    services.configuration = {
      ...before,
      routeFor: (where, subject) => (subject && subject.at >= since ? after : before).routeFor(where, subject),
    }
  }
  return { codePipeline, services, configured, fromNowOn, notification, id, click, read, alter, settle, sent, counted }
}

const DECIDING = { name: 'deciding', verdict: 'Approved', since: 0 } as const
export const decide = (): Partial<Approval> => ({ state: DECIDING })

export const lax = (policy: Policy): Policy => ({
  ...policy,
  rules: [{ ...policy.rules[0]!, people: ['U0ANA'], count: 1 }],
})

export const FROZEN_BY = { freeze: [{ name: 'change calendar', calendar: 'freeze.ics' }] }

export const saying = (state: CalendarState): Partial<Services> => ({ calendars: { stateAt: async () => state } })

export const unreadFreezes = (freezes: Services['freezes']): Partial<Services> => ({
  freezes: {
    ...freezes,
    all: async () => [{ kind: 'unreadable', because: 'the freezes that were set in Slack could not be looked up' }],
  },
})

export const FREEZE_HAS_BEGUN = 'the change freeze “change calendar” has begun'
