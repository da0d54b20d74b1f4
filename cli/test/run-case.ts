import { configurationFrom } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import type { Act } from '../../functions/domain/act.ts'
import type { BehindApproval, ChangeSetRead } from '../../functions/domain/change-set.ts'
import { MINUTE } from '../../functions/domain/time-units.ts'
import { systemClock } from '../../functions/clock.ts'
import { durationOf } from '../../functions/config/duration.ts'
import { readSoak } from '../../functions/flows/approval/automatic-approval.ts'
import type { Alarms } from '../../functions/ports/alarms.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import { accountOf } from '../explain/directory.ts'
import { changeBy, startedByTrigger, starterNamed } from '../explain/asked-change.ts'
import type { ClosedTimes } from '../../functions/domain/calendar.ts'
import { stateIn } from '../../functions/domain/calendar.ts'
import type { Calendars } from '../../functions/ports/calendars.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import { withAssumed } from '../assumed-absences.ts'
import { localMoment } from '../moment.ts'
import { NO_ABSENCES } from '../no-absences.ts'
import type { CaseResult } from './judge-acts.ts'
import { judgeWith, resultOf } from './judge-acts.ts'
import type { CaseFile, PolicyCase } from './read-cases.ts'
import { readAct } from './read-cases.ts'

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
  const asked = { where, change, starter: startedBy, requestedAt: begin }
  const directory = directoryOf(groups, emails)
  const calendars = calendarsOf(configuration, closed, file.zone)
  const away = Object.entries(given.away).map(([userId, standIn]) => ({ userId, standIn }))
  const absences = withAssumed(NO_ABSENCES, away)
  const judging = judgeWith({ configuration, directory, calendars, absences }, asked)
  let judged = await judging.open()
  for (const [index, text] of acts.entries()) {
    const { userId, does, words } = readAct(text)
    const who = { userId, teamId: null, name: userId, email: null, from: null }
    judged = await judging.act(judged, { who, act: ACTS.get(does)!(words), at: begin + index * MINUTE })
  }
  if (waits !== undefined) {
    const at = begin + durationOf(waits)
    const alarms: Alarms = {
      read: (_, names) =>
        Promise.resolve({ kind: 'read', alarms: names.map((name) => ({ name, state: 'OK', since: begin })) }),
    }
    const clock = { ...systemClock, now: () => at }
    const evidence = {
      alarms,
      clock,
      behind: () => Promise.resolve(behindBy(given.changeSet)),
      wasRefused: () => Promise.resolve(false),
    }
    judged = await judging.wait(judged, at, (policy) => readSoak(evidence, where, policy, begin))
  }
  return resultOf(judged)
}

/** One change set, and nothing else behind the approval. */
const behindBy = (changeSet: PolicyCase['given']['changeSet']): BehindApproval => ({
  changeSets: changeSet === undefined ? [] : [{ stack: 'given', ...GIVEN_CHANGE_SETS[changeSet] }],
  others: [],
})

const GIVEN_CHANGE_SETS: Record<NonNullable<PolicyCase['given']['changeSet']>, ChangeSetRead> = {
  empty: { kind: 'empty' },
  changes: { kind: 'changes', changes: [] },
  unreadable: { kind: 'unread', because: 'the case says so' },
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
    // The accounts of a case can all decide.
    person: (userId) => Promise.resolve(accountOf(userId)),
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
