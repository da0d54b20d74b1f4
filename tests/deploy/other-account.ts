import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'

interface Connection {
  region: string
  endpoint: string
}

/** A connection to another account: moto identifies an account by the credentials that it issued for a role in it. */
export const connectionIn = async <C extends Connection>(connection: C, accountId: string) => {
  const role = { RoleArn: `arn:aws:iam::${accountId}:role/administrator`, RoleSessionName: 'test' }
  const { Credentials } = await new STSClient(connection).send(new AssumeRoleCommand(role))
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  return { region: connection.region, endpoint: connection.endpoint, credentials }
}
