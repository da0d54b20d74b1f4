import { configurationFrom } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { mainRevision, shortId } from '../../functions/domain/revision.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import { onlineCalendars } from '../calendars.ts'
import { counted } from '../counted.ts'
import { momentText } from '../explain/moment-text.ts'
import type { Terminal } from '../terminal.ts'
import { consequence } from './consequence.ts'
import { judgePast } from './judge-past.ts'
import type { PastCase } from './past-case.ts'

export type Policies = readonly [old: ConfigurationFile, changed: ConfigurationFile]

export interface Compared {
  past: PastCase
  /** What would have been otherwise; null for the same. */
  change: string | null
  /** Why it cannot be known; empty if it can. */
  unknown: readonly string[]
  /** The old policy comes to another decision than the record has. */
  wasOtherwise: boolean
}

/** Judges both policies over the same facts. */
export const comparePolicies = async (
  cases: readonly PastCase[],
  policies: Policies,
  directory: Directory,
  terminal: Terminal,
): Promise<Compared[]> => {
  const [old, changed] = policies.map((file) => {
    const configuration = configurationFrom(file)
    return { configuration, directory, calendars: onlineCalendars(configuration, terminal) }
  })
  const compared: Compared[] = []
  for (const past of cases) {
    const [before, after] = [await judgePast(old!, past), await judgePast(changed!, past)]
    const unknown = [before, after].flatMap((one) => (one.kind === 'unknown' ? one.because : []))
    const change = before.kind === 'known' && after.kind === 'known' ? consequence(before, after) : null
    const wasOtherwise = past.decided !== null && before.kind === 'known' && before.result.expect !== past.decided
    compared.push({ past, change, unknown: [...new Set(unknown)], wasOtherwise })
  }
  return compared
}

/** What differs, grouped by what it would have meant. */
export const comparisonLines = (compared: readonly Compared[], zone: string): string[] => {
  const known = compared.filter(({ unknown }) => unknown.length === 0)
  const byChange = Map.groupBy(known, ({ change }) => change ?? '')
  const changes = [...byChange].filter(([change]) => change !== '')
  const unknown = compared.filter((one) => one.unknown.length > 0)
  const otherwise = compared.filter(({ wasOtherwise }) => wasOtherwise)
  return [
    ...changes.flatMap(([change, some]) => [
      `  ${some.length} ${change}`,
      ...some.map((one) => lineOf(one.past, zone)),
    ]),
    `  ${byChange.get('')?.length ?? 0} would have come to the same`,
    ...(unknown.length > 0 ? [`  ${unknown.length} cannot be known`] : []),
    ...unknown.map(({ past, unknown: because }) => `${lineOf(past, zone)}: ${because.join('; ')}`),
    ...(otherwise.length > 0
      ? [
          `  Of ${counted(otherwise.length, 'approval', 'approvals')}, the old policy makes something else than was decided: another policy applied then, or groups have changed.`,
        ]
      : []),
  ]
}

const lineOf = ({ where, requestedAt, change, approval }: PastCase, zone: string): string => {
  const revision = mainRevision(change)
  const named = revision ? `: ${shortId(revision)} “${revision.title.slice(0, 60)}”` : ''
  const id = approval === null ? '' : ` (approval ${approval})`
  return `    ${where.pipeline} › ${where.stage} › ${where.action}, ${momentText(requestedAt, zone)}${named}${id}`
}
