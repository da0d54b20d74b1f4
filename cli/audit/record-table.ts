import { documentClient } from '../../functions/aws/document-client.ts'
import { Failure } from '../failure.ts'
import { installationFrom, type ClientConnection } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { readStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'

/** The table that holds the audit record of an installation. */
export interface RecordTable {
  connection: ClientConnection
  /** The stack of the installation. */
  stackName: string
  client: ReturnType<typeof documentClient>
  table: string
  /** The ARNs of the key that signs and of the one beside it; none if the installation is not asked, or has none. */
  signingKeys: string[]
}

/** @throws {Failure} if the installation is not deployed and no table is named. */
export const recordTable = async (
  options: InstallationOptions & { table?: string },
  terminal: Terminal,
): Promise<RecordTable> => {
  const { connection, stackName, region } = await installationFrom(options, terminal)
  const outputs = options.table ? {} : (await readStack(connection, stackName))?.outputs
  const table = options.table ?? outputs?.['TableName']
  if (!table)
    throw new Failure(
      `The stack ${stackName} in ${region} does not exist or has no output TableName. Name another --installation or --region, or the --table itself.`,
    )
  return {
    connection,
    stackName,
    client: documentClient(connection),
    table,
    signingKeys: [outputs?.['SigningKeyArn'], outputs?.['OtherSigningKeyArn']].filter((arn) => arn !== undefined),
  }
}
