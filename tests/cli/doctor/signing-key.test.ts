import { signingKey } from '../../../cli/doctor/signing-key.ts'
import type { Evidence } from '../../../cli/doctor/evidence.ts'
import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'
import { openJsonService } from '../../support/json-service.ts'

/* The states of one key are tested against a deployed stack, in tests/deploy. */

const arn = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
  aws.kms.createKey('rsa', 'RSA_2048')
})
afterAll(() => aws.close())

const findings = (outputs: Record<string, string>, connection: object = aws.client) =>
  signingKey.run({
    aws: async () => connection,
    installation: { region: REGION },
    stack: async () => ({ name: 'greenlight-prod', outputs }),
  } as unknown as Evidence)

test.each([
  ['of an earlier version', { SigningKeyArn: arn('first') }],
  ['with a key of RSA_2048', { SigningKeyArn: arn('rsa'), SigningKeySpec: 'RSA_2048' }],
  ['with both keys', { SigningKeyArn: arn('rsa'), SigningKeySpec: 'RSA_2048', OtherSigningKeyArn: arn('first') }],
])('a stack %s is right', async (_, outputs) => {
  expect(await findings(outputs)).toEqual([])
})

test.each([
  ['ECC_NIST_P256', 'rsa', 'RSA_2048'],
  ['RSA_2048', 'first', 'ECC_NIST_P256'],
])('a key of another spec than %s cannot sign', async (SigningKeySpec, id, spec) => {
  expect(await findings({ SigningKeyArn: arn(id), SigningKeySpec })).toEqual([
    {
      what: `The key ${arn(id)} is a key of ${spec} for SIGN_VERIFY; votes are signed with ${SigningKeySpec} for SIGN_VERIFY.`,
      fix: expect.stringMatching(/signingKeyArn.*signingKeySpecs/),
    },
  ])
})

test('the key beside it is missing: what it signed does not count', async () => {
  const outputs = { SigningKeyArn: arn('first'), OtherSigningKeyArn: arn('gone') }
  expect(await findings(outputs)).toEqual([
    {
      what: `The key ${arn('gone')} is gone: what it signed cannot be verified.`,
      fix: expect.stringContaining('signingKeySpecs'),
    },
  ])
})

test('the key beside it waits for its deletion', async () => {
  const kms = await openJsonService()
  kms.answersBy(({ input }) => ({
    status: 200,
    body: {
      KeyMetadata: {
        KeyId: 'x',
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
        KeyState: input['KeyId'] === arn('first') ? 'Enabled' : 'PendingDeletion',
      },
    },
  }))
  try {
    expect(await findings({ SigningKeyArn: arn('first'), OtherSigningKeyArn: arn('rsa') }, kms.connection)).toEqual([
      {
        what: `The key ${arn('rsa')} waits for its deletion: what it signed cannot be verified.`,
        fix: expect.stringContaining(`cancel-key-deletion --region ${REGION} --key-id ${arn('rsa')}`),
      },
    ])
  } finally {
    await kms.close()
  }
})
