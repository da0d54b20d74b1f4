import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import type { ClientConnection } from '../installation.ts'
import { absent } from '../absent.ts'
import type { Check } from './check.ts'
import { NotChecked } from './not-checked.ts'

const USAGE = 'SIGN_VERIFY'
const REPLACE = 'Create another key, and name it as signingKeyArn in serverless.yml (docs/security.md, “The key”).'

/** The key with which the functions sign what people decide can sign, and the key beside it can be read. */
export const signingKey: Check = {
  title: 'Signing key',
  run: async ({ aws, installation, stack }) => {
    const connection = await aws()
    const { name, outputs } = await stack()
    const KeyId = outputs['SigningKeyArn']
    if (!KeyId) throw new NotChecked(`${name} has no output SigningKeyArn: it was deployed from another serverless.yml`)
    const { region, key } = await described(connection, KeyId, installation.region)
    const other = await otherKey(connection, outputs['OtherSigningKeyArn'], installation.region)
    if (!key) return [{ what: `The key ${KeyId} is gone: no vote can be signed.`, fix: REPLACE }, ...other]
    const { KeySpec, KeyUsage, KeyState } = key
    const spec = outputs['SigningKeySpec'] ?? 'ECC_NIST_P256'
    const at = `--region ${region} --key-id ${KeyId}`
    if (KeySpec !== spec || KeyUsage !== USAGE)
      return [
        {
          what: `The key ${KeyId} is a key of ${KeySpec} for ${KeyUsage}; votes are signed with ${spec} for ${USAGE}.`,
          fix: `${REPLACE} Its spec is the first in signingKeySpecs.`,
        },
        ...other,
      ]
    switch (KeyState) {
      case 'Enabled':
        return other
      case 'PendingDeletion':
        return [
          {
            what: `The key ${KeyId} waits for its deletion: no vote can be signed.`,
            fix: `aws kms cancel-key-deletion ${at} && aws kms enable-key ${at}`,
          },
          ...other,
        ]
      default:
        return [
          { what: `The key ${KeyId} is ${KeyState}: no vote can be signed.`, fix: `aws kms enable-key ${at}` },
          ...other,
        ]
    }
  },
}

const described = async (connection: ClientConnection, KeyId: string, home: string) => {
  const region = KeyId.split(':')[3] ?? home
  const answer = await new KMSClient({ ...connection, region })
    .send(new DescribeKeyCommand({ KeyId }))
    .catch(absent('NotFoundException'))
  return { region, key: answer?.KeyMetadata }
}

/** KMS gives the public half of no key that waits for its deletion ("Key states of AWS KMS keys"). */
const otherKey = async (connection: ClientConnection, KeyId: string | undefined, home: string) => {
  if (KeyId === undefined) return []
  const { region, key } = await described(connection, KeyId, home)
  if (key && key.KeyState !== 'PendingDeletion') return []
  const at = `--region ${region} --key-id ${KeyId}`
  return [
    {
      what: `The key ${KeyId} ${key ? 'waits for its deletion' : 'is gone'}: what it signed cannot be verified.`,
      fix: key
        ? `aws kms cancel-key-deletion ${at} && aws kms enable-key ${at}`
        : 'Take its spec out of signingKeySpecs in serverless.yml, and deploy. Votes that it signed must be cast again.',
    },
  ]
}
