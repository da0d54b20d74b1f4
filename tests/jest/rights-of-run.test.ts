import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { policyDocument } from '../../local/aws/iam/iam.ts'
import type { Use } from '../../local/rights-used.ts'
import { USES_DIRECTORY, unusedRights, usesIn } from './rights-of-run.ts'

const arn = 'arn:aws:iam::111122223333:role/greenlight-prod-button-clicked'
const allow = (Sid: string, Action: string | string[]) => ({ Sid, Effect: 'Allow', Action, Resource: '*' })
const role = (...Statement: object[]) => ({ arn, policies: [policyDocument.parse({ Statement })] })
const use = (sid: string, action: string): Use => ({ principalArn: arn, sid, action })

test('a permission that no call needed is named with its role and statement', () => {
  const roles = [role(allow('KeepTheTruth', ['dynamodb:GetItem', 'dynamodb:PutItem']), allow('Sign', 'kms:Sign'))]
  expect(unusedRights(roles, [use('KeepTheTruth', 'dynamodb:GetItem')])).toEqual([
    'greenlight-prod-button-clicked: KeepTheTruth: dynamodb:PutItem',
    'greenlight-prod-button-clicked: Sign: kms:Sign',
  ])
})

test('what another role or another statement was used for does not count', () => {
  const roles = [role(allow('Sign', 'kms:Sign'))]
  const others = [use('SignClicks', 'kms:Sign'), { ...use('Sign', 'kms:Sign'), principalArn: `${arn}-2` }]
  expect(unusedRights(roles, others)).toHaveLength(1)
  expect(unusedRights(roles, [use('Sign', 'kms:Sign')])).toEqual([])
})

test('a denial needs no use, and AWS itself uses what no call shows', () => {
  const roles = [
    role({ ...allow('SteerNothing', 'sts:AssumeRole'), Effect: 'Deny' }, allow('Log', 'logs:PutLogEvents')),
  ]
  expect(unusedRights(roles, [])).toEqual([])
})

test('what all suites of a run used is read together, and a run without any has used nothing', async () => {
  const run = await mkdtemp(join(tmpdir(), 'greenlight-rights-'))
  try {
    expect(await usesIn(run)).toEqual([])
    await mkdir(join(run, USES_DIRECTORY))
    const uses = [use('Sign', 'kms:Sign'), use('KeepTheTruth', 'dynamodb:GetItem')]
    for (const one of uses) await writeFile(join(run, USES_DIRECTORY, `${randomUUID()}.json`), JSON.stringify([one]))
    expect(await usesIn(run)).toEqual(expect.arrayContaining(uses))
  } finally {
    await rm(run, { recursive: true })
  }
})
