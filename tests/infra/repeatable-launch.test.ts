import { packageService } from '../support/package-service.ts'
import type { Resource, Template } from '../support/template.ts'
import { WHOLE_TEMPLATES, readTemplate } from './read-template.ts'

/*
 * A launch that failed, and one after the stack was removed, must be able to start again. So what outlives a stack has no
 * fixed name, and does not outlive the launch that failed to create it, unless CloudFormation could not delete it then.
 */

interface Kept {
  /** The property with its name; null if the type has none. */
  name: string | null
  /** Why it stays after a failed launch. */
  stays?: string
}

const KEPT: Record<string, Kept> = {
  'AWS::DynamoDB::Table': { name: 'TableName', stays: 'it is protected from deletion, which would fail the rollback' },
  'AWS::ECR::Repository': { name: 'RepositoryName' },
  'AWS::KMS::Key': { name: null },
  'AWS::Lambda::Version': { name: null, stays: 'CloudFormation deletes it with its function' },
  'AWS::S3::Bucket': {
    name: 'BucketName',
    stays: 'the first execution may have written into it, and a bucket that is not empty would fail the rollback',
  },
  'AWS::SQS::Queue': { name: 'QueueName' },
}

let kept: [string, Resource][]
beforeAll(async () => {
  const packaged = await packageService()
  const templates: [string, Template][] = [
    ...WHOLE_TEMPLATES.map((file): [string, Template] => [file, readTemplate(file) as unknown as Template]),
    ['serverless.yml', packaged.template],
  ]
  kept = templates.flatMap(([file, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')
      .map(([id, resource]): [string, Resource] => [`${file} ${id}`, resource]),
  )
}, 120_000)

test('what outlives a stack is of the known types', () => {
  expect([...new Set(kept.map(([, { Type }]) => Type))].sort()).toEqual(Object.keys(KEPT).sort())
})

test('what outlives a stack has a name that CloudFormation chooses', () => {
  const named = kept.filter(([, { Type, Properties }]) => Object.keys(Properties).includes(KEPT[Type]?.name ?? ''))
  expect(named.map(([id]) => id)).toEqual([])
})

test('a launch that fails leaves behind only what CloudFormation cannot delete', () => {
  const wrong = kept.filter(
    ([, { Type, DeletionPolicy }]) => DeletionPolicy !== (KEPT[Type]?.stays ? 'Retain' : 'RetainExceptOnCreate'),
  )
  expect(wrong.map(([id]) => id)).toEqual([])
})
