import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { AwsConnection } from '../../functions/aws/connection.ts'

/** A parameter as Parameter Store has it. */
export interface StoredParameter {
  type: string
  value: string
}

/** The Slack secrets below a path, by the parameter's full name; what is missing is left out. */
export const readParameters = async (
  connection: AwsConnection,
  names: readonly string[],
): Promise<Map<string, StoredParameter>> => {
  const { Parameters = [] } = await new SSMClient(connection).send(
    new GetParametersCommand({ Names: [...names], WithDecryption: true }),
  )
  return new Map(Parameters.map(({ Name, Type, Value }) => [Name ?? '', { type: Type ?? '', value: Value ?? '' }]))
}

/** Stores a secret as a SecureString under the account's own key, unless it is there already. */
export const storeSecret = async (
  connection: AwsConnection,
  name: string,
  value: string,
): Promise<'stored' | 'replaced' | 'there already'> => {
  const client = new SSMClient(connection)
  const stored = (await readParameters(connection, [name])).get(name)
  if (stored?.type === 'SecureString' && stored.value === value) return 'there already'
  // A parameter keeps its type for life ("PutParameter", Systems Manager API reference).
  if (stored && stored.type !== 'SecureString') await client.send(new DeleteParameterCommand({ Name: name }))
  await client.send(
    new PutParameterCommand({
      Name: name,
      Value: value,
      Type: 'SecureString',
      Overwrite: true,
      Description: 'A secret of the Slack app of Greenlight',
    }),
  )
  return stored ? 'replaced' : 'stored'
}
