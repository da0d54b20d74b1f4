import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { absent } from '../absent.ts'
import type { Check } from './check.ts'
import { NotChecked } from './not-checked.ts'

const FORM = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
const REPLACE = 'Create another key, and name it as signingKeyArn in serverless.yml (docs/security.md, “The key”).'

/** The key with which the functions sign what people decide can sign. */
export const signingKey: Check = {
  title: 'Signing key',
  run: async ({ aws, installation, stack }) => {
    const connection = await aws()
    const { name, outputs } = await stack()
    const KeyId = outputs['SigningKeyArn']
    if (!KeyId) throw new NotChecked(`${name} has no output SigningKeyArn: it was deployed from another serverless.yml`)
    const region = KeyId.split(':')[3] ?? installation.region
    const described = await new KMSClient({ ...connection, region })
      .send(new DescribeKeyCommand({ KeyId }))
      .catch(absent('NotFoundException'))
    if (!described?.KeyMetadata) return [{ what: `The key ${KeyId} is gone: no vote can be signed.`, fix: REPLACE }]
    const { KeySpec, KeyUsage, KeyState } = described.KeyMetadata
    const at = `--region ${region} --key-id ${KeyId}`
    if (KeySpec !== FORM.KeySpec || KeyUsage !== FORM.KeyUsage)
      return [
        {
          what: `The key ${KeyId} is a key of ${KeySpec} for ${KeyUsage}; votes are signed with ${FORM.KeySpec} for ${FORM.KeyUsage}.`,
          fix: REPLACE,
        },
      ]
    switch (KeyState) {
      case 'Enabled':
        return []
      case 'PendingDeletion':
        return [
          {
            what: `The key ${KeyId} waits for its deletion: no vote can be signed.`,
            fix: `aws kms cancel-key-deletion ${at} && aws kms enable-key ${at}`,
          },
        ]
      default:
        return [{ what: `The key ${KeyId} is ${KeyState}: no vote can be signed.`, fix: `aws kms enable-key ${at}` }]
    }
  },
}
