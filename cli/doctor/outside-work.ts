import { DescribeEventBusCommand, DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { matchesSetting } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { absent } from '../absent.ts'
import { optionsOf } from '../installation.ts'
import type { ClientConnection } from '../installation.ts'
import type { Finding } from './check.ts'
import type { Evidence } from './evidence.ts'
import { NotChecked } from './not-checked.ts'
import { statementsOf } from './policy.ts'

/** A joined account and Region, with credentials that may read there. */
interface Place {
  accountId: string
  region: string
  connection: ClientConnection
}

/** The sources of the events that the rule of infra/spoke.yml with `OutsideWork=yes` forwards. */
const SOURCES = ['aws.codebuild', 'aws.codedeploy']

/**
 * Builds and deployments that no pipeline runs reach the bot from a joined account, if a route wants to see them there: the
 * account has the rule that forwards them, and the bot's event bus takes them. `isOwn`: a Region of the bot's own account,
 * whose rules need no policy of the bus.
 */
export const forwardsOutsideWork = async (place: Place, evidence: Evidence, isOwn: boolean): Promise<Finding[]> => {
  const file = await evidence.configuration().catch((error: unknown) => {
    // The check of the file says what is wrong with it.
    if (error instanceof NotChecked) return null
    throw error
  })
  const route = file ? routeWithOutside(file, place) : -1
  if (route < 0) return []
  const { accountId, region } = place
  const { stackName } = evidence.installation
  const Name = `${stackName}-outside-changed-forward`
  const rule = await new EventBridgeClient(place.connection)
    .send(new DescribeRuleCommand({ Name }))
    .catch(absent('ResourceNotFoundException'))
  const fix =
    `Deploy infra/spoke.yml again in account ${accountId}, ${region}, with OutsideWork=yes (docs/accounts.md). ` +
    `Or name the accounts in the “match” of routes.${route}, if it is not for this one.`
  const what = `builds and deployments outside pipelines there have no messages, and “outside” of routes.${route} asks for them.`
  const at = `The rule ${Name} in account ${accountId}, ${region},`
  if (!rule) return [{ what: `${at} does not exist: ${what}`, fix }]
  return [
    ...(rule.State === 'ENABLED' ? [] : [{ what: `${at} is disabled: ${what}`, fix }]),
    ...(isOwn ? [] : await takenByBus(accountId, evidence)),
  ]
}

/** The first route that asks for outside work in this place; -1 if none does. */
const routeWithOutside = (file: ConfigurationFile, { accountId, region }: Place): number =>
  file.routes.findIndex(
    (route) =>
      route.outside !== undefined &&
      matchesSetting(file, route, 'account', accountId) &&
      matchesSetting(file, route, 'region', region),
  )

/** The bot's bus was deployed before it took these events, or its policy was changed by hand. */
const takenByBus = async (accountId: string, { aws, installation }: Evidence): Promise<Finding[]> => {
  const { Policy } = await new EventBridgeClient(await aws()).send(new DescribeEventBusCommand({}))
  const sources = statementsOf(Policy)
    .filter(({ Effect, Principal }) => Effect === 'Allow' && isFor(Principal, accountId))
    .map(({ Condition }) => sourcesIn(Condition))
  const isTaken = (source: string): boolean =>
    sources.some((taken) => taken === null || taken.some((one) => one === source || one === 'aws.code*'))
  const refused = SOURCES.filter((source) => !isTaken(source))
  if (refused.length === 0) return []
  return [
    {
      what: `The bot’s event bus does not take events of ${refused.join(' and ')} from account ${accountId}.`,
      fix: `npx serverless deploy --force ${optionsOf(installation).serverless}`,
    },
  ]
}

/** Of the account, or of everyone, whom a condition restricts to the organization. */
const isFor = (principal: string | Record<string, string[]> | undefined, accountId: string): boolean => {
  const named = typeof principal === 'string' ? [principal] : Object.values(principal ?? {}).flat()
  return named.some((one) => one === '*' || one === accountId || one.includes(`:${accountId}:`))
}

/** The sources that a statement takes; null if it takes any. */
const sourcesIn = (condition: Record<string, Record<string, unknown>> | undefined): string[] | null => {
  const found = Object.values(condition ?? {}).flatMap((operator) =>
    Object.entries(operator).flatMap(([key, value]) => (key === 'events:source' ? [value].flat().map(String) : [])),
  )
  return found.length > 0 ? found : null
}
