import { type KeySpec, kmsSignatures } from '../../../functions/aws/kms.ts'
import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'
import { START } from '../../support/records.ts'
import { APPROVED, decided } from './decided-approval.ts'

/*
 * An approval whose vote one key signed, and whose verdict another one signs: the param signingKeySpecs was changed while it
 * waited, in either direction, or CloudFormation undid the change.
 */

const [ECC, RSA] = ['first', 'rsa'].map((id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`) as [string, string]

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
  aws.kms.createKey('rsa', 'RSA_2048')
})
afterAll(() => aws.close())

/** As a function signs and verifies whose first key is of this kind; it trusts the other one too unless it knows one alone. */
const signing = (spec: KeySpec, knowing: 'both' | 'one' = 'both') => {
  const [own, other] = spec === 'RSA_2048' ? [RSA, ECC] : [ECC, RSA]
  const trusted = knowing === 'both' ? [own, other] : [own]
  return kmsSignatures(aws.client, { signing: own, spec, trusted }, { now: () => START })
}

test.each<[KeySpec, KeySpec]>([
  ['ECC_NIST_P256', 'RSA_2048'],
  ['RSA_2048', 'ECC_NIST_P256'],
])('a vote that %s signed counts when %s signs since', async (before, since) => {
  const { settle, services, sent, state, read } = await decided(signing(before))
  expect(await settle({ ...services, signatures: signing(since) })).toMatchObject({ kind: 'done' })
  expect(sent()).toBe(1)
  expect(await state()).toMatchObject(APPROVED)
  const keys = (await read()).journal.unfiled.flatMap(({ happened }) =>
    'signed' in happened && happened.signed ? happened.signed.key : [],
  )
  expect(new Set(keys)).toEqual(new Set([ECC, RSA]))
})

test('a sender that does not know the key yet sends nothing: both keys are deployed before one takes the place of the other', async () => {
  const { settle, services, sent } = await decided(signing('RSA_2048'))
  await settle({ ...services, signatures: signing('ECC_NIST_P256', 'one') })
  expect(sent()).toBe(0)
})
