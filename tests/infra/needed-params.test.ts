import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'yaml'
import { shippedService } from '../support/service-copy.ts'

interface Checking {
  resources(serverless: { resolveVariable: (address: string) => Promise<unknown> }): Promise<object>
}

const { resources } = createRequire(import.meta.url)('../../infra/needed-params.cjs') as Checking
const { params, resources: included } = parse(await shippedService(), { logLevel: 'silent' }) as {
  params: { default: Record<string, unknown> }
  resources: string[]
}

/** As osls gives the params to a script, with these instead of the defaults. */
const checked = (given: Record<string, unknown>) => {
  const all: Record<string, unknown> = {
    ...params.default,
    checkpointKeyArn: { 'Fn::If': [] },
    attestationKeyArn: { 'Fn::If': [] },
    ...given,
  }
  return resources({ resolveVariable: (address) => Promise.resolve(all[address.slice('param:'.length)]) })
}

test('serverless.yml has every deploy checked', async () => {
  expect(included).toContain('${file(infra/needed-params.cjs):resources}')
  await expect(checked({})).resolves.toEqual({ Resources: {} })
})

test.each([
  ['checkpointChannel', 'C0AUDIT', 'checkpointBucket', 'shop-log'],
  ['checkpointKeyArn', 'arn:aws:kms:eu-west-1:111122223333:key/1', 'checkpointBucket', 'shop-log'],
  ['checkpointEntries', 'yes', 'checkpointBucket', 'shop-log'],
  ['attestationKeyArn', 'arn:aws:kms:eu-west-1:111122223333:key/1', 'attestedBuckets', 'shop-*'],
  ['organizationId', 'o-a1b2c3d4e5', 'spokes', ['444455556666/us-east-1']],
  ['spokeExternalId', '0123456789abcdef', 'spokes', '444455556666/us-east-1'],
])('%s alone is refused in a sentence', async (name, value, needed, other) => {
  expect(params.default).toHaveProperty(name)
  await expect(checked({ [name]: value })).rejects.toThrow(
    `params.${name} does nothing without params.${needed}: set both, or neither`,
  )
  await expect(checked({ [name]: value, [needed]: other })).resolves.toBeDefined()
})

test.each(['arn:aws:s3:::shop', 'Shop', '-shop', 's3://shop'])('%s is no name of artifact buckets', async (name) => {
  await expect(checked({ attestedBuckets: name })).rejects.toThrow('is not the name of a bucket')
})

test('the entries are kept or not: any other word is refused', async () => {
  await expect(checked({ checkpointBucket: 'shop-log', checkpointEntries: 'true' })).rejects.toThrow(
    'params.checkpointEntries: "true" is neither empty nor yes',
  )
})

test('the params that docs/another-region.md gives a second installation are no longer refused without joined accounts', async () => {
  const guide = readFileSync('docs/another-region.md', 'utf8')
  const [, block = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? []
  const { params: given } = parse(block) as { params: { standby: Record<string, unknown> } }
  const first = {
    spokes: ['444455556666/us-east-1'],
    spokeExternalId: '0123456789abcdef',
    organizationId: 'o-a1b2c3d4e5',
  }
  await expect(checked({ ...first, spokes: [] })).rejects.toThrow('does nothing without params.spokes')
  await expect(checked({ ...first, ...given.standby })).resolves.toEqual({ Resources: {} })
})

test('docs/another-region.md gives each param a value that names something in one Region', () => {
  const [, rows = ''] = /^ *\| param ([^]*?)\n\n/m.exec(readFileSync('docs/another-region.md', 'utf8')) ?? []
  // A policy is one of the account, in every Region.
  const regional = Object.keys(params.default).filter(
    (name) => /(?:Arns?|Ids)$/.test(name) && name !== 'rolesBoundaryArn',
  )
  expect(regional).toContain('dataKeyArn')
  expect(regional.filter((name) => !rows.includes(`\`${name}\``))).toEqual([])
})
