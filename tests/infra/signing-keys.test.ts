import { createRequire } from 'node:module'
import { packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import { allowedTo, at, functionOf, ofType, resource, statementsOf, type Template } from '../support/template.ts'

/* What the param signingKeySpecs makes of the stack; tests/package.test.ts has the stack with its default. */

type Part = (serverless: { resolveVariable: (address: string) => Promise<unknown> }) => Promise<unknown>
const parts = createRequire(import.meta.url)('../../infra/signing-keys.cjs') as Record<
  'arn' | 'spec' | 'algorithm' | 'verifying' | 'resources',
  Part
>

const given = (signingKeySpecs: string, earlierSigningKeyArns = '') => ({
  resolveVariable: async (address: string) =>
    ({ 'param:signingKeySpecs': signingKeySpecs, 'param:earlierSigningKeyArns': earlierSigningKeyArns })[address],
})
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const [ECC, RSA] = [arn('SigningKey'), arn('RsaSigningKey')]

test.each([
  ['ECC_NIST_P256', ECC, 'ECDSA_SHA_256', '', ['SigningKey']],
  ['ECC_NIST_P256,RSA_2048', ECC, 'ECDSA_SHA_256', RSA, ['SigningKey', 'RsaSigningKey']],
  ['RSA_2048, ECC_NIST_P256', RSA, 'RSASSA_PKCS1_V1_5_SHA_256', ECC, ['RsaSigningKey', 'SigningKey']],
  ['RSA_2048', RSA, 'RSASSA_PKCS1_V1_5_SHA_256', '', ['RsaSigningKey']],
])('of %s the first key signs, and the other one is trusted', async (specs, signing, algorithm, trusted, keys) => {
  const serverless = given(specs)
  expect(await parts.arn(serverless)).toEqual(signing)
  expect(await parts.algorithm(serverless)).toBe(algorithm)
  expect(await parts.verifying(serverless)).toEqual(trusted)
  const { Resources, Outputs } = (await parts.resources(serverless)) as Template & { Outputs: object }
  expect(Object.keys(Resources)).toEqual(keys)
  expect(Outputs).toEqual({
    SigningKeySpec: expect.objectContaining({ Value: specs.split(',')[0] }),
    ...(trusted && { OtherSigningKeyArn: expect.objectContaining({ Value: trusted }) }),
  })
})

test('keys of before are trusted besides', async () => {
  const earlier = 'arn:aws:kms:eu-west-1:111122223333:key/1'
  expect(await parts.verifying(given('RSA_2048', earlier))).toBe(earlier)
  expect(await parts.verifying(given('RSA_2048,ECC_NIST_P256', earlier))).toEqual({ 'Fn::Join': [',', [ECC, earlier]] })
})

test.each(['', 'RSA_4096', 'rsa_2048', 'RSA_2048,', 'RSA_2048,RSA_2048', 'RSA_2048 ECC_NIST_P256', 'constructor'])(
  '“%s” is refused before the deploy',
  async (specs) => {
    await expect(parts.resources(given(specs))).rejects.toThrow(
      `params.signingKeySpecs: "${specs}" is not ECC_NIST_P256 or RSA_2048, or both with a comma between`,
    )
  },
)

describe('a stack with both keys', () => {
  let template: Template
  beforeAll(async () => {
    template = (await packageService(...SECOND_INSTALLATION)).template
  }, 120_000)

  test('lets only the two functions that see clicks sign, with the algorithm of the first key', () => {
    for (const [id, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
      const variables = at(Properties, 'Environment.Variables')
      expect([id, variables]).toEqual([
        id,
        expect.objectContaining({ SIGNING_KEY: RSA, SIGNING_KEY_SPEC: 'RSA_2048', VERIFYING_KEYS: ECC }),
      ])
    }
    for (const door of ['button-clicked', 'effect-due']) {
      expect(functionOf(template, door)).toBeDefined()
      const signs = allowedTo(template, door).filter(({ Action }) => Action.includes('kms:Sign'))
      expect(signs.map(({ Resource, Condition }) => [Resource, Condition])).toEqual([
        [['RsaSigningKey.Arn'], { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } }],
      ])
    }
  })

  test.each([
    ['SigningKey', 'ECC_NIST_P256', 'ECDSA_SHA_256'],
    ['RsaSigningKey', 'RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ])('%s signs with its algorithm, for two roles, and outlives the stack', (id, KeySpec, algorithm) => {
    const { DeletionPolicy, Properties } = resource(template, id)
    expect(DeletionPolicy).toBe('RetainExceptOnCreate')
    expect(Properties).toMatchObject({ KeySpec, KeyUsage: 'SIGN_VERIFY' })
    const policy = statementsOf(Properties.KeyPolicy)
    const signing = policy.filter(({ Action }) => Action.includes('kms:Sign'))
    expect(signing.map(({ Principal, Condition }) => ({ Principal, Condition }))).toEqual([
      {
        Principal: { AWS: [arn('ButtonClickedRole'), arn('EffectDueRole')] },
        Condition: { StringEquals: { 'kms:SigningAlgorithm': algorithm } },
      },
    ])
    const all = policy.flatMap(({ Action }) => Action)
    expect(all.filter((action) => action.includes('*') || action === 'kms:CreateGrant')).toEqual([])
  })
})
