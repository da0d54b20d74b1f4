import { configurationFrom } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import type { Act } from '../../functions/domain/act.ts'
import { requested, withResolvedPolicy, withSoak } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import { judge } from '../../functions/domain/policy.ts'
import { DAY, MINUTE } from '../../functions/domain/time-units.ts'
import { systemClock } from '../../functions/clock.ts'
import { durationOf } from '../../functions/config/duration.ts'
import { readSoak } from '../../functions/flows/approval/automatic-approval.ts'
import type { Alarms } from '../../functions/ports/alarms.ts'
import { resolvePolicy } from '../../functions/flows/approval/resolve-policy.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import { changeBy, startedByTrigger, starterNamed } from '../explain/asked-change.ts'
import type { ClosedTimes } from '../../functions/domain/calendar.ts'
import { stateIn } from '../../functions/domain/calendar.ts'
import type { Calendars } from '../../functions/ports/calendars.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import { localMoment } from '../moment.ts'
import type { CaseFile, PolicyCase } from './read-cases.ts'
import { readAct } from './read-cases.ts'

/** What a case comes to: in the same words as its expectation. */
export interface CaseResult {
  expect: string
  /** Why the acts of each person did not count. */
  refused: Record<string, string>
  /** The missing approvals of each group; empty unless it is open. */
  needed: Record<string, number>
}

const ACTS = new Map<string, (words: string) => Act>([
  ['approves', (comment) => ({ do: 'vote', verdict: 'Approved', comment })],
  ['rejects', (comment) => ({ do: 'vote', verdict: 'Rejected', comment })],
  ['withdraws', () => ({ do: 'withdraw' })],
  ['stops', () => ({ do: 'stop-automatic' })],
  ['overrides', (reason) => ({ do: 'break-glass', reason })],
])

/** Asks the bot's own functions, with the groups and addresses of the file in place of Slack. Acts are a minute apart. */
export const runCase = async (
  file: ConfigurationFile,
  { groups, emails, calendars: closed }: Pick<CaseFile, 'groups' | 'emails' | 'calendars'>,
  { given, acts, waits }: PolicyCase,
): Promise<CaseResult> => {
  const configuration = configurationFrom(file)
  const { pipeline, stage, action, account, region, authors, starter, trigger, executionMode } = given
  const where = { pipeline, stage, action, accountId: account, region }
  const { branch, tag, pullRequest, repository, source } = given
  const change = changeBy(authors, { branch, tag, pullRequest, repository, source })
  const startedBy = {
    ...(trigger ? startedByTrigger(trigger, starter) : starterNamed(starter, authors.length > 0)),
    ...(executionMode && { executionMode }),
  }
  const begin = localMoment('at', given.at, file.zone)
  const asked = { where, change, starter: startedBy, escalatedAt: null }
  const directory = directoryOf(groups, emails)
  const calendars = calendarsOf(configuration, closed, file.zone)
  const resolve = (at: number) => resolvePolicy({ configuration, directory, calendars }, asked, at)
  let approval = requested({
    id: '',
    gate: 'manual-approval',
    token: '',
    executionId: '',
    expiresAt: begin + 7 * DAY,
    retention: 0,
    request: { customData: null, reviewUrl: null },
    newer: null,
    resolvedPolicy: await resolve(begin),
    now: begin,
    ...asked,
  })
  const refused = new Map<string, string>()
  for (const [index, text] of acts.entries()) {
    const { userId, does, words } = readAct(text)
    const at = begin + index * MINUTE
    approval = withResolvedPolicy(approval, await resolve(at), at)
    const who = { userId, teamId: null, name: userId, email: null, from: null }
    const [next, attempted] = attempt(approval, who, ACTS.get(does)!(words), at)
    approval = next
    if (attempted.kind === 'refused') refused.set(userId, attempted.refusal.because)
  }
  if (waits !== undefined) {
    const at = begin + durationOf(waits)
    const alarms: Alarms = {
      read: (_, names) =>
        Promise.resolve({ kind: 'read', alarms: names.map((name) => ({ name, state: 'OK', since: begin })) }),
    }
    approval = withResolvedPolicy(approval, await resolve(at), at)
    const clock = { ...systemClock, now: () => at }
    const soak = await readSoak({ alarms, clock }, where, approval.resolvedPolicy?.policy ?? null, begin)
    approval = withSoak(approval, soak, at)
  }
  const { resolvedPolicy, state, votes } = approval
  const told = { refused: Object.fromEntries(refused), needed: {} }
  if (!resolvedPolicy) return { expect: 'no-route', ...told }
  if (resolvedPolicy.policy.consoleOnly !== null) return { expect: 'console-only', ...told }
  if (state.name === 'deciding') return { expect: state.verdict === 'Approved' ? 'granted' : 'rejected', ...told }
  const open = judge(resolvedPolicy.policy, votes)
    .ways.flat()
    .filter(({ missing }) => missing > 0)
  return { expect: 'open', ...told, needed: Object.fromEntries(open.map(({ rule, missing }) => [rule.name, missing])) }
}

/** Those that the file of cases names are closed as it says. Other files are read, and no one asks AWS or an address. */
const calendarsOf = (
  configuration: Pick<Configuration, 'calendarFile'>,
  closed: CaseFile['calendars'],
  zone: string,
): Calendars => {
  const given = new Map(Object.entries(closed))
  return {
    stateAt: (calendar, at) => {
      const times = given.get(calendar.name)
      const known = Array.isArray(times) ? closedIn(times, zone) : times ? null : configuration.calendarFile(calendar)
      const because = `the file of cases does not say when ${calendar.name} is closed`
      return Promise.resolve((known && stateIn(known, at)) ?? { kind: 'unread', because })
    },
  }
}

const closedIn = (times: readonly { from: string; to: string }[], zone: string): ClosedTimes => ({
  readAt: 0,
  from: -Infinity,
  until: Infinity,
  closed: times
    .map(({ from, to }) => [localMoment('calendars', from, zone), localMoment('calendars', to, zone)] as const)
    .toSorted((a, b) => a[0] - b[0]),
})

const directoryOf = (groups: CaseFile['groups'], emails: CaseFile['emails']): Directory => {
  const members = new Map(Object.entries(groups))
  const known = new Map(Object.entries(emails).map(([email, userId]) => [email.toLowerCase(), userId]))
  return {
    person: () => Promise.resolve({ kind: 'not-found' }),
    byEmail: (email) => {
      const userId = known.get(email.toLowerCase())
      return Promise.resolve(userId ? { kind: 'found', value: userId } : { kind: 'not-found' })
    },
    members: (group) => {
      const all = members.get(group)
      return Promise.resolve(all ? { kind: 'found', value: all } : { kind: 'not-found' })
    },
  }
}
