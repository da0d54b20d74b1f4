import { configurationFrom } from '../../functions/config/configuration.ts'
import type { ResolvedPolicy } from '../../functions/domain/approval.ts'
import { barrierFor } from '../../functions/domain/policy.ts'
import { frozenAt } from '../../functions/domain/window.ts'
import { resolvePolicy } from '../../functions/flows/approval/resolve-policy.ts'
import { withAssumed } from '../assumed-absences.ts'
import { NO_ABSENCES } from '../no-absences.ts'
import { NO_FREEZES } from '../no-freezes.ts'
import { botToken } from '../bot-token.ts'
import { offlineCalendars, onlineCalendars } from '../calendars.ts'
import { durationText } from '../check/duration-text.ts'
import type { RouteEntry } from '../../functions/config/schema.ts'
import type { Terminal } from '../terminal.ts'
import { offlineDirectory, onlineDirectory } from './directory.ts'
import { askedRoute, type ExplainOptions } from './asked-route.ts'
import { assumedAway, assumedLines } from './assumed-away.ts'
import { momentText } from './moment-text.ts'
import { namesOf, personNamed } from './person.ts'
import { ownPermissionLines, permissionLines, permissionsOf } from './permission-lines.ts'
import { policyLines } from './policy-lines.ts'
import { freezeText } from './reasons.ts'
import { setFreezes, type SetFreezes } from './set-freezes.ts'
import { awayFrom, standInLines } from './stand-in-lines.ts'
import { startedFor } from './started-for.ts'
import { verdictLines } from './verdict-lines.ts'

/** Prints which route an approval would take, what the route requires, and whether the person could approve. */
export const explainApproval = async (
  options: ExplainOptions & { person: string },
  terminal: Terminal,
): Promise<void> => {
  for (const line of await explained(options, terminal)) terminal.print(line)
}

const explained = async (options: ExplainOptions & { person: string }, terminal: Terminal): Promise<string[]> => {
  const asked = await askedRoute(options, terminal)
  if (asked.kind === 'none') return asked.lines
  const { title, path, file, change, at, index, line, route, untold } = asked
  const { account, pipeline, stage, action, region, person, author = [], starter } = options
  const directory = options.offline ? offlineDirectory : onlineDirectory(await tokenFor(options, terminal), terminal)
  // The configuration has this route only, so it matches whatever the options leave open.
  const configuration = configurationFrom({ ...file, routes: [{ ...route, match: {} }] })
  const calendars = (options.offline ? offlineCalendars : onlineCalendars)(configuration, terminal)
  const where = { pipeline, stage, action: action ?? '', accountId: account ?? '', region: region ?? '' }
  const inSlack: SetFreezes = options.offline
    ? { freezes: null, because: '--offline' }
    : await setFreezes(installationIn(options), terminal)
  const assumed = await assumedAway(directory, options.away ?? [])
  const absences = withAssumed(inSlack.freezes ? inSlack.absences : NO_ABSENCES, assumed)
  const started = startedFor(asked.startedBy, inSlack, region)
  const resolved = (await resolvePolicy(
    {
      configuration,
      directory,
      calendars,
      freezes: inSlack.freezes ?? NO_FREEZES,
      absences,
    },
    {
      where,
      change,
      starter: started.by,
      escalatedAt: options.escalated ? at : null,
    },
    at,
  ))!
  const { policy } = untold.length > 0 ? { policy: { ...resolved.policy, untold } } : resolved
  const { forbid, may, standIns } = configuration.routeFor(where)!
  const permissions = await permissionsOf({ configuration, directory }, may)
  const mayFreeze = may.freeze.people.length + may.freeze.groups.length > 0
  const away = await awayFrom(policy, absences, at)
  const subject = await personNamed(directory, person)
  const named = await namesOf(directory, [
    ...peopleIn(resolved),
    ...away.flatMap(({ by, standIn }) => [by.userId, standIn.userId]),
    ...assumed.flatMap(({ userId, standIn }) => [userId, standIn]),
    ...permissions.held.flatMap(({ people }) => people),
  ])
  const frozen = frozenAt(policy.freezes, at)
  const mayOverride = frozen !== null && subject.ineligible === null && policy.breakGlass.includes(subject.userId ?? '')
  return [
    title,
    `Route ${index + 1} matches (${path}:${line}).`,
    ...policyLines({ ...resolved, policy }, forbid, named),
    ...permissionLines(permissions, named),
    ...(mayFreeze && !inSlack.freezes
      ? [`Not known: the freezes that are set in Slack now (${inSlack.because}).`]
      : []),
    ...assumedLines(assumed, away, named),
    ...standInLines(standIns, policy, away, named),
    ...(standIns !== 'none' && !inSlack.freezes
      ? [`Not known: who stands in for approvers who are away now (${inSlack.because}).`]
      : []),
    ...started.lines,
    ...forbid.flatMap((role) => (isGiven(role, { author, starter }) ? [] : [ASSUMED[role]])),
    ...(frozen ? [freezeText(frozen), `It can be overridden by: ${listed(policy.breakGlass.map(named))}`] : []),
    ...(frozen ? reviewLines(resolved, named) : []),
    ...(options.offline ? ['Slack was not asked: an ID and an e-mail address count as different people.'] : []),
    ...outsideLines(route),
    '',
    ...verdictLines(subject, momentText(at, file.zone), (userId, verdict) => barrierFor(policy, userId, verdict, at)),
    ...(mayOverride ? ['This person could override the change freeze.'] : []),
    ...ownPermissionLines(permissions, subject),
  ]
}

/** What the route shows that no pipeline runs. */
const outsideLines = ({ outside = {} }: RouteEntry): string[] =>
  (['builds', 'deployments'] as const).flatMap((kind) => {
    const globs = [outside[kind] ?? []].flat()
    return globs.length > 0 ? [`Status messages for ${kind} outside a pipeline: ${globs.join(', ')}`] : []
  })

/** --region is the Region of the pipeline, which may not be the installation's. */
const installationIn = ({ installation, installationRegion: region, secretsPath }: ExplainOptions) => ({
  installation,
  region,
  secretsPath,
})

const tokenFor = (options: ExplainOptions, terminal: Terminal) => botToken(installationIn(options), terminal)

const peopleIn = ({ policy, timing, review }: ResolvedPolicy): string[] => [
  ...policy.rules.flatMap(({ people }) => people),
  ...policy.breakGlass,
  ...(policy.standIns ?? []).flatMap((one) => [one.userId, one.for]),
  ...policy.forbidden.map(({ userId }) => userId),
  ...(timing.escalate?.people ?? []),
  ...(review?.people ?? []),
]

const reviewLines = ({ review }: ResolvedPolicy, named: (userId: string) => string): string[] =>
  review
    ? [
        `Another person must confirm an override within ${durationText(review.within)}: ${listed(review.unidentified ? [] : review.people.map(named))}`,
      ]
    : []

const listed = (people: readonly string[]): string => people.join(', ') || 'no one'

type Role = 'author' | 'starter'

/** An author who is given also starts the execution, by a push. */
const isGiven = (
  role: Role,
  { author, starter }: { author: readonly string[]; starter: string | undefined },
): boolean => author.length > 0 || (role === 'starter' && starter !== undefined)

const ASSUMED: Record<Role, string> = {
  author: 'Assumed: this person did not write the change (set --author).',
  starter: 'Assumed: this person did not start the execution (set --starter or --author).',
}
