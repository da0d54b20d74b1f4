import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile, RouteEntry } from '../../functions/config/schema.ts'
import type { Change } from '../../functions/domain/revision.ts'
import type { Starter } from '../../functions/domain/starter.ts'
import { besideFile } from '../beside-file.ts'
import { Failure } from '../failure.ts'
import { localMoment } from '../moment.ts'
import { configurationPath } from '../project-files.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import { changeBy, startedByTrigger, starterNamed } from './asked-change.ts'
import { findRoute, type GivenAction } from './find-route.ts'

export interface ExplainOptions extends Omit<GivenAction, 'accountId'> {
  account?: string
  installation: string
  installationRegion?: string
  secretsPath?: string
  person?: string
  at?: string
  author?: string[]
  starter?: string
  branch?: string
  tag?: string
  repository?: string
  source?: string
  executionMode?: string
  trigger?: string
  escalated?: boolean
  away?: string[]
  config?: string
  offline?: boolean
  cedar?: boolean
}

export type AskedRoute =
  | { kind: 'none'; lines: string[] }
  | {
      kind: 'found'
      title: string
      path: string
      file: ConfigurationFile
      change: Change
      startedBy: Starter
      at: number
      index: number
      /** Of the route in the file. */
      line: number
      route: RouteEntry
      untold: readonly string[]
    }

/**
 * The route that the approval would take which the options describe.
 *
 * @throws {Failure} if the file is not valid, or the route depends on an option that was not given.
 */
export const askedRoute = async (options: ExplainOptions, terminal: Terminal): Promise<AskedRoute> => {
  const path = options.config ?? configurationPath(terminal)
  const read = readConfiguration(await readText(path), besideFile(path, terminal.now()))
  if (read.kind === 'invalid')
    throw new Failure(`${path} is not valid, so no one can approve in Slack. “greenlight check” names each problem.`)
  const { configuration: file } = read
  const { account, pipeline, stage, action, region, author = [], starter } = options
  const title = `${pipeline}, stage ${stage}`
  const at = options.at === undefined ? terminal.now() : localMoment('--at', options.at, file.zone)
  const { branch, tag, repository, source, executionMode } = options
  const change = changeBy(author, { branch, tag, repository, source })
  const startedBy = {
    ...(options.trigger ? startedByTrigger(options.trigger, starter) : starterNamed(starter, author.length > 0)),
    ...(executionMode && { executionMode }),
  }
  const found = findRoute(
    file,
    {
      pipeline,
      stage,
      ...(action && { action }),
      ...(account && { accountId: account }),
      ...(region && { region }),
    },
    { change, starter: startedBy, at },
  )
  if (!found) return { kind: 'none', lines: [title, `No route in ${path} matches, so no one can approve in Slack.`] }
  const { line } = read.at(['routes', found.index], '')
  return { kind: 'found', title, path, file, change, startedBy, at, line, ...found }
}
