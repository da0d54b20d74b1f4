import type { AccountRegion } from '../domain/pipeline.ts'
import type { AllowedAccounts } from './allowed-accounts.ts'
import type { AwsConnection } from './connection.ts'
import type { roleCredentials } from './role-credentials.ts'

/** The connection with which a function reads in an account and Region. @throws {AccountNotAllowed} {RoleRefused} */
export type ReaderConnection = (where: AccountRegion) => Promise<AwsConnection>

/** With the credentials of the reader role of a joined account, and the function’s own elsewhere. */
export const readerConnection =
  (
    connection: AwsConnection,
    allowedAccounts: AllowedAccounts,
    credentialsOf: ReturnType<typeof roleCredentials>,
  ): ReaderConnection =>
  async (where) => {
    const { region } = where
    const role = allowedAccounts.roleIn(where, 'reader')
    if (!role) return { ...connection, region }
    const { accessKeyId, secretAccessKey, sessionToken } = await credentialsOf(role, null)
    return { ...connection, region, credentials: { accessKeyId, secretAccessKey, sessionToken } }
  }

/**
 * The same, in every Region of the bot's own account: an action of a pipeline may act in another Region than the pipeline
 * ("Add a cross-Region action", CodePipeline user guide).
 */
export const anyRegionConnection = (
  connection: AwsConnection,
  allowedAccounts: AllowedAccounts,
  credentialsOf: ReturnType<typeof roleCredentials>,
): ReaderConnection => {
  const joined = readerConnection(connection, allowedAccounts, credentialsOf)
  return async (where) =>
    where.accountId === allowedAccounts.ownAccountId ? { ...connection, region: where.region } : joined(where)
}
