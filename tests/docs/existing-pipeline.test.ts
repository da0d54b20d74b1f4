import { readFileSync } from 'node:fs'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { readTemplate } from '../../local/aws/template/template.ts'
import { at } from '../support/template.ts'
import { EXAMPLES, regionsOf } from './example-regions.ts'

/*
 * docs/existing-pipeline.md compared with its examples. .ci/run checks the one for CloudFormation with cfn-lint and
 * AWS's own schemas, and `npm run test:docs` checks the other two, as far as is possible without an account.
 */

const guide = readFileSync(new URL('../../docs/existing-pipeline.md', import.meta.url), 'utf8')

const blocksIn = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\`$`, 'gm'))].map(([, block = '']) => block)

test.each([
  ['cloudformation/pipeline.yml', 'yaml'],
  ['cdk/pipeline-stack.ts', 'ts'],
  ['terraform/main.tf', 'terraform'],
])("the guide shows Greenlight's parts of %s as they are", (file, language) => {
  const regions = regionsOf(file)
  expect(regions.length).toBeGreaterThan(0)
  expect(blocksIn(language).filter((block) => !block.startsWith('routes:'))).toEqual(regions)
})

test('greenlight.yml accepts the route in the guide', () => {
  const [route] = blocksIn('yaml').filter((block) => block.startsWith('routes:'))
  expect(readConfiguration(route ?? '')).toMatchObject({ kind: 'valid' })
})

test("the example's role may publish to the topic and use its key, and nothing more", () => {
  const content = readFileSync(new URL('cloudformation/pipeline.yml', EXAMPLES), 'utf8')
  const { Resources } = readTemplate(content)
  expect(at(Resources, 'AskForApproval.Properties.PolicyDocument.Statement')).toEqual([
    { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'ApprovalTopicArn' } },
    {
      'Fn::If': [
        'HasTopicKey',
        { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: { Ref: 'ApprovalTopicKeyArn' } },
        { Ref: 'AWS::NoValue' },
      ],
    },
  ])
})
