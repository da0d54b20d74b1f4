import { configurationFrom } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { mainRevision, shortId } from '../../functions/domain/revision.ts'
import { counted } from '../counted.ts'
import { newestApprovals, type PastApproval } from '../executions/newest-approvals.ts'
import { matchedPipelines, pipelinesThere } from '../executions/pipelines-there.ts'
import { findRoute } from '../explain/find-route.ts'
import { momentText } from '../explain/moment-text.ts'
import { installationFrom } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { problemOf } from '../problem.ts'
import type { Terminal } from '../terminal.ts'

/** Each costs a few calls of CodePipeline, which counts the calls of an account. */
const MOST_PIPELINES = 20
const MOST_APPROVALS = 5

interface Checked {
  file: string
  configuration: ConfigurationFile
  /** The line of a route. */
  lineOf: (route: number) => number
}

/**
 * Which of the newest executions each route would have taken, a line each. What CodePipeline does not tell is said; that it
 * cannot be read is no problem of the file.
 */
export const newestExecutionLines = async (
  { file, configuration, lineOf }: Checked,
  options: InstallationOptions,
  terminal: Terminal,
): Promise<string[]> => {
  try {
    const { there, pipelines } = await pipelinesThere(await installationFrom(options, terminal))
    const named = await matchedPipelines(pipelines, there, configuration)
    const asked = named.slice(0, MOST_PIPELINES)
    const reader = { pipelines, configuration: configurationFrom(configuration) }
    const found: PastApproval[] = []
    for (const pipeline of asked) found.push(...(await newestApprovals(reader, pipeline, MOST_APPROVALS)))
    const rest = named.length - asked.length
    return [
      `the newest approvals in ${there.accountId} ${there.region}, by route (${counted(found.length, 'approval', 'approvals')} of ${counted(asked.length, 'pipeline', 'pipelines')}):`,
      ...takenLines(configuration, found, lineOf),
      ...(rest > 0 ? [`  ${counted(rest, 'more pipeline was', 'more pipelines were')} not looked at`] : []),
    ].map((line) => `${file}: ${line}`)
  } catch (error) {
    return [`${file}: the newest executions were not read: ${problemOf(error).sentence}`]
  }
}

const takenLines = (
  configuration: ConfigurationFile,
  found: readonly PastApproval[],
  lineOf: Checked['lineOf'],
): string[] => {
  const chosen = found.map((one) => ({ one, route: findRoute(configuration, one.where, one) }))
  const takenBy = (index: number | null): string[] =>
    chosen
      .filter(({ route }) => (route?.index ?? null) === index)
      .map(({ one, route }) => `    ${approvalText(one, configuration.zone, route?.untold ?? [])}`)
  const without = takenBy(null)
  return [
    ...configuration.routes.flatMap((_, index) => {
      const taken = takenBy(index)
      return [`  routes.${index} (line ${lineOf(index)}): ${taken.length || 'none'}`, ...taken]
    }),
    ...(without.length > 0 ? [`  no route: ${without.length}`, ...without] : []),
  ]
}

const approvalText = (
  { where, at, change, starter }: PastApproval,
  zone: string,
  untold: readonly string[],
): string => {
  const revision = mainRevision(change)
  const changed = revision ? `${shortId(revision)} “${revision.title.slice(0, 60)}”` : 'an unknown change'
  const unknown = untold.length > 0 ? `; not told: ${untold.join(', ')}, so the strictest route that may match` : ''
  return `${where.pipeline} › ${where.stage} › ${where.action}, ${momentText(at, zone)}: ${changed}, started by ${starter.kind}${starter.userId === undefined ? '' : ` (${starter.userId}, from Slack)`}${unknown}`
}
