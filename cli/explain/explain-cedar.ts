import { configurationFrom } from '../../functions/config/configuration.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { askedRoute, type ExplainOptions } from './asked-route.ts'
import { cedarPolicies } from './cedar.ts'

/**
 * Prints who may approve and reject by the route, as policies in Cedar.
 *
 * @throws {Failure} if no route matches.
 */
export const explainCedar = async (options: ExplainOptions, terminal: Terminal): Promise<void> => {
  const asked = await askedRoute(options, terminal)
  if (asked.kind === 'none') throw new Failure(asked.lines.join(': '))
  const { title, path, file, index, line, route } = asked
  const configuration = configurationFrom({ ...file, routes: [{ ...route, match: {} }] })
  const where = { accountId: '', region: '', pipeline: '', stage: '', action: '' }
  terminal.print(`// ${title}: route ${index + 1} (${path}:${line}).
// Who may approve and who may reject, for the schema in schemas/greenlight.cedarschema.
// How many approvals are enough stands in ${path}; Cedar permits or denies one person at a time.
// Overrides of a change freeze are not part of it, nor are the stand-ins whom absent approvers name in Slack.

${cedarPolicies(configuration.routeFor(where)!)}`)
}
