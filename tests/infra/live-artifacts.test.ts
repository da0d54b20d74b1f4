import { type Meanings, evaluate } from '../../local/aws/template/template.ts'
import { WHOLE_TEMPLATES, readTemplate } from './read-template.ts'

/*
 * What is live may be old: instances that are added, tasks that are started again and rollbacks still need it. So no rule
 * deletes a bundle or an image that a deployment may have used. An approval may wait for 60 days.
 */

const LONGEST_APPROVAL_DAYS = 60

const meaningsIn = (file: string): Meanings => ({
  ref: (name) => (name === 'PipelineName' ? 'shop' : `the ${name}`),
  attribute: (id, attribute) => `${attribute} of ${id}`,
  condition: (name) => readTemplate(file).Conditions?.[name],
})

interface LifecycleRule {
  Status: string
  Prefix?: string
  ExpirationInDays?: number
}

const resourcesOf = (type: string) =>
  WHOLE_TEMPLATES.flatMap((file) =>
    Object.entries(readTemplate(file).Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => ({
        name: `${file} ${id}`,
        properties: evaluate(Properties, meaningsIn(file), id) as Record<string, unknown>,
      })),
  )

const buckets = resourcesOf('AWS::S3::Bucket')

/** After how many days S3 deletes an object; Infinity if never. */
const daysOf = (properties: Record<string, unknown>, key: string): number =>
  Math.min(
    ...(properties.LifecycleConfiguration as { Rules: LifecycleRule[] }).Rules.filter(
      ({ Status, Prefix = '' }) => Status === 'Enabled' && key.startsWith(Prefix),
    ).map(({ ExpirationInDays = Infinity }) => ExpirationInDays),
  )

test('the pipelines have buckets', () => {
  expect(buckets.map(({ name }) => name)).toEqual(['pipeline.yml ArtifactBucket', 'self.yml ArtifactBucket'])
})

test.each(buckets)(
  '$name keeps every bundle, and each source for longer than an approval can wait',
  ({ properties }) => {
    expect(daysOf(properties, 'shop/Bundle/Ab3dE5g')).toBe(Infinity)
    expect(daysOf(properties, 'shop/Source/Ab3dE5g')).toBeGreaterThan(LONGEST_APPROVAL_DAYS)
    expect(daysOf(properties, 'shop/Source/Ab3dE5g')).toBeLessThan(Infinity)
  },
)

interface ImageRule {
  selection: { tagStatus: string }
  action: { type: string }
}

test('the image repository keeps every image that a build has tagged', () => {
  const repositories = resourcesOf('AWS::ECR::Repository')
  expect(repositories).toHaveLength(1)
  for (const { properties } of repositories) {
    const { LifecyclePolicyText } = properties.LifecyclePolicy as { LifecyclePolicyText: string }
    const { rules } = JSON.parse(LifecyclePolicyText) as { rules: ImageRule[] }
    expect(rules.filter(({ action }) => action.type === 'expire').map(({ selection }) => selection.tagStatus)).toEqual([
      'untagged',
    ])
  }
})
