'use strict'

/**
 * The keys in KMS that sign each vote when it is made, so that write access to the table cannot release anything
 * (docs/security.md). The param `signingKeySpecs` names their specs: the first key signs, and what the other one signed counts
 * as well. serverless.yml and infra/bot-roles.yml include it.
 *
 * A key of another spec is another resource, because CloudFormation cannot change the spec of a key (AWS::KMS::Key, KeySpec).
 */

const KEYS = {
  ECC_NIST_P256: {
    id: 'SigningKey',
    description: 'Signs the votes that Greenlight counts',
    algorithm: 'ECDSA_SHA_256',
  },
  RSA_2048: {
    id: 'RsaSigningKey',
    description: 'Signs the votes that Greenlight counts, with RSA',
    algorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  },
}

/** One or both, each once; a text with commas, of --param too. */
const specsOf = async ({ resolveVariable }) => {
  const given = String(await resolveVariable('param:signingKeySpecs'))
  const specs = given.split(',').map((spec) => spec.trim())
  if (!specs.every((spec) => Object.hasOwn(KEYS, spec)) || new Set(specs).size < specs.length)
    throw new Error(
      `params.signingKeySpecs: "${given}" is not ${Object.keys(KEYS).join(' or ')}, or both with a comma between`,
    )
  return specs
}

const arnOf = (spec) => ({ 'Fn::GetAtt': [KEYS[spec].id, 'Arn'] })

/** The account administers the key; for that it needs no right to sign, and none to create a grant of it. */
const ADMINISTER = {
  Sid: 'Administer',
  Effect: 'Allow',
  Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
  Action: [
    'kms:CancelKeyDeletion',
    'kms:DescribeKey',
    'kms:DisableKey',
    'kms:EnableKey',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:GetPublicKey',
    'kms:ListGrants',
    'kms:ListKeyPolicies',
    'kms:ListResourceTags',
    'kms:PutKeyPolicy',
    'kms:RevokeGrant',
    'kms:ScheduleKeyDeletion',
    'kms:TagResource',
    'kms:UntagResource',
    'kms:UpdateKeyDescription',
  ],
  Resource: '*',
}

/**
 * Only the two functions that see clicks may sign. With the other key too: while a deploy replaces the functions, those of
 * before sign with the key of before.
 */
const signWith = (algorithm) => ({
  Sid: 'Sign',
  Effect: 'Allow',
  Principal: { AWS: ['ButtonClickedRole', 'EffectDueRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] })) },
  Action: 'kms:Sign',
  Resource: '*',
  Condition: { StringEquals: { 'kms:SigningAlgorithm': algorithm } },
})

const keyOf = (spec) => ({
  Type: 'AWS::KMS::Key',
  // A key costs a dollar a month, so that of a deploy that failed is deleted.
  DeletionPolicy: 'RetainExceptOnCreate',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    Description: KEYS[spec].description,
    KeySpec: spec,
    KeyUsage: 'SIGN_VERIFY',
    PendingWindowInDays: 30,
    KeyPolicy: { Version: '2012-10-17', Statement: [ADMINISTER, signWith(KEYS[spec].algorithm)] },
  },
})

module.exports = {
  /** Of the key that signs. */
  arn: async (serverless) => arnOf((await specsOf(serverless))[0]),
  spec: async (serverless) => (await specsOf(serverless))[0],
  algorithm: async (serverless) => KEYS[(await specsOf(serverless))[0]].algorithm,

  /** The ARNs of the keys that do not sign, and whose signatures count. */
  verifying: async (serverless) => {
    const [, other] = await specsOf(serverless)
    const earlier = await serverless.resolveVariable('param:earlierSigningKeyArns')
    if (!other) return earlier
    return earlier ? { 'Fn::Join': [',', [arnOf(other), earlier]] } : arnOf(other)
  },

  resources: async (serverless) => {
    const specs = await specsOf(serverless)
    const [signing, other] = specs
    return {
      Resources: Object.fromEntries(specs.map((spec) => [KEYS[spec].id, keyOf(spec)])),
      Outputs: {
        SigningKeySpec: { Description: 'The spec of the key that signs what people decide', Value: signing },
        ...(other && {
          OtherSigningKeyArn: { Description: 'The key whose signatures count as well', Value: arnOf(other) },
        }),
      },
    }
  },
}
