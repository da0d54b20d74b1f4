import { CodePipelineClient } from '@aws-sdk/client-codepipeline'
import { PIPELINE_READ, VERDICT } from './call-limits.ts'
import type { AwsConnection } from './connection.ts'
import type { AccountRegion } from '../domain/pipeline.ts'
import type { AllowedAccounts, SpokeRole } from './allowed-accounts.ts'
import type { roleCredentials } from './role-credentials.ts'

/**
 * A client that acts in a pipeline's account and Region, with no more permissions than needed. `onBehalfOf`: for whom
 * (session-name.ts). @throws {OutOfReach}
 */
export type ClientFor = (
  where: AccountRegion,
  role: SpokeRole,
  onBehalfOf?: string | null,
) => Promise<CodePipelineClient>

/**
 * A verdict is sent once in the time that its sender has (functions/domain/sending.ts), and before it is sent again,
 * CodePipeline is read. So the client does not try again by itself, and uses no connection that may be dead.
 */
const SETTINGS = {
  reader: PIPELINE_READ,
  decider: { ...VERDICT, requestHandler: { ...VERDICT.requestHandler, httpsAgent: { keepAlive: false } } },
} as const

/** Clients by Region and by their use, with the bot's own credentials. */
export const ownClients = (connection: AwsConnection): ClientFor => {
  const clients = new Map<string, CodePipelineClient>()
  return ({ region }, role) => {
    const key = `${region} ${role}`
    const client = clients.get(key) ?? new CodePipelineClient({ ...connection, region, ...SETTINGS[role] })
    clients.set(key, client)
    return Promise.resolve(client)
  }
}

/** Clients by account and Region, with the credentials of the role there if there is one. */
export const codePipelineClients = (
  connection: AwsConnection,
  allowedAccounts: AllowedAccounts,
  credentialsOf: ReturnType<typeof roleCredentials>,
): ClientFor => {
  const own = ownClients(connection)
  const clients = new Map<string, { accessKeyId: string; client: CodePipelineClient }>()
  return async (where, spokeRole, onBehalfOf = null) => {
    const role = allowedAccounts.roleIn(where, spokeRole)
    if (!role) return own(where, spokeRole)
    const { region } = where
    const { accessKeyId, secretAccessKey, sessionToken } = await credentialsOf(role, onBehalfOf)
    // One role may serve several Regions, and both uses, if SPOKE_ROLE says so.
    const key = `${region} ${spokeRole} ${role.arn}`
    const known = clients.get(key)
    if (known?.accessKeyId === accessKeyId) return known.client
    const credentials = { accessKeyId, secretAccessKey, sessionToken }
    const client = new CodePipelineClient({ ...connection, region, credentials, ...SETTINGS[spokeRole] })
    clients.set(key, { accessKeyId, client })
    return client
  }
}
