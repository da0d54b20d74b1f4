import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'
import { recordOver } from '../../support/record-over.ts'
import { DAY, START } from '../../support/records.ts'
import { runGreenlight } from '../scripted-terminal.ts'

/* The record of an installation whose votes a key of ECC_NIST_P256 signed, and then one of RSA_2048. */

const [ECC, RSA] = ['first', 'rsa'].map((id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`) as [string, string]

const auditWith = async (outputs: Record<string, string>) => {
  const aws = await openAws({ directTable: true, outputs })
  aws.kms.createKey('rsa', 'RSA_2048')
  try {
    const former = recordOver(aws.client, ECC)
    const newer = recordOver(aws.client, RSA, 'greenlight', 'RSA_2048')
    await former.store(await former.decided('a'.repeat(32)))
    await newer.store(await newer.decided('b'.repeat(32)))
    return await runGreenlight(['audit', '--from', '2026-11-23', '--to', '2026-11-26', '--verify-only'], {
      environment: {
        AWS_ENDPOINT_URL: aws.client.endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'auditor',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
      now: () => START + DAY,
    })
  } finally {
    await aws.close()
  }
}

test('the audit verifies what either key of the stack signed, without --key', async () => {
  const { exitCode, err } = await auditWith({ SigningKeyArn: RSA, OtherSigningKeyArn: ECC })
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: expect.not.stringContaining('not the one that was signed') })
})

test('what a key signed that the stack does not have fails verification', async () => {
  const { exitCode, out, err } = await auditWith({ SigningKeyArn: RSA })
  expect(exitCode).toBe(1)
  expect(out + err).toMatch(/approval a{32}[^]*is not the one that was signed/)
  expect(out + err).not.toContain('approval b')
})
