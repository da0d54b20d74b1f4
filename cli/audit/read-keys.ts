import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { publicKeyFrom } from '../../functions/aws/kms.ts'
import type { RecordTable } from './record-table.ts'
import { type AuditKeys, auditKeys } from '../../functions/record/signature-flaws.ts'

/** Reads the public keys from KMS: never from the table, whose writer could put another there. */
export const readKeys = async (connection: AwsConnection, arns: readonly string[]): Promise<AuditKeys> => {
  const read = await Promise.all(
    arns.map(async (KeyId) => {
      const client = new KMSClient({ ...connection, region: KeyId.split(':')[3] ?? connection.region })
      const [{ PublicKey }, { KeyMetadata }] = await Promise.all([
        client.send(new GetPublicKeyCommand({ KeyId })),
        client.send(new DescribeKeyCommand({ KeyId })),
      ])
      return {
        arn: KeyMetadata!.Arn!,
        key: publicKeyFrom(Buffer.from(PublicKey!).toString('base64')),
        createdAt: KeyMetadata!.CreationDate!.getTime(),
      }
    }),
  )
  return auditKeys(read)
}

/** The keys that signed the record: those of the installation, and those that a person names. Null if no key is known. */
export const recordKeys = async (
  { connection, signingKeys }: Pick<RecordTable, 'connection' | 'signingKeys'>,
  { key = [] }: { key?: string[] },
): Promise<AuditKeys | null> => {
  const arns = new Set([...signingKeys, ...key])
  return arns.size > 0 ? readKeys(connection, [...arns]) : null
}

export const NO_KEY_KNOWN = 'No key is known, so no signature was verified. Name the keys with --key.'
