import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { AwsConnection } from '../../functions/aws/connection.ts'

/** A parameter as Parameter Store has it. */
export interface StoredParameter {
  type: string
  value: string
}

/** The parameters of these names, with their decrypted values; missing ones are left out. */
export const readParameters = async (
  connection: AwsConnection,
  names: readonly string[],
): Promise<Map<string, StoredParameter>> => {
  const { Parameters = [] } = await new SSMClient(connection).send(
    new GetParametersCommand({ Names: [...names], WithDecryption: true }),
  )
  return new Map(Parameters.map(({ Name, Type, Value }) => [Name ?? '', { type: Type ?? '', value: Value ?? '' }]))
}

/** Stores a secret as a SecureString, encrypted with the account's own key, unless it is stored already. */
export const storeSecret = async (
  connection: AwsConnection,
  name: string,
  value: string,
): Promise<'stored' | 'replaced' | 'stored already'> => {
  const client = new SSMClient(connection)
  const stored = (await readParameters(connection, [name])).get(name)
  if (stored?.type === 'SecureString' && stored.value === value) return 'stored already'
  // The type of a parameter cannot be changed ("PutParameter", Systems Manager API reference).
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
