import { readFile } from 'node:fs/promises'
import { readLambdaStack, updateLambdaStack } from '../../../local/workspace/lambda-stack.ts'
import { directoryWith, order, removeDirectories } from '../../support/order.ts'

afterAll(removeDirectories)

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')
const template = await read('infra/target-lambda.yml')
const configuration = await read('examples/hello-lambda/target-lambda.json')
const PLACE = { accountId: '444455556666', region: 'us-east-1' }
const stack = readLambdaStack({ template, configuration }, PLACE)

/** As infra/pipeline.yml configures the action. */
const CONFIGURATION = {
  ActionMode: 'CREATE_UPDATE',
  StackName: 'hello-production',
  TemplatePath: 'Bundle::target-lambda.yml',
  TemplateConfiguration: 'Bundle::target-lambda.json',
  ParameterOverrides: JSON.stringify({
    CodeBucket: { 'Fn::GetArtifactAtt': ['Bundle', 'BucketName'] },
    CodeKey: { 'Fn::GetArtifactAtt': ['Bundle', 'ObjectKey'] },
    AppVersion: '3f1c9a2',
  }),
}

const update = async (
  files: Record<string, string> = { 'target-lambda.yml': template, 'target-lambda.json': configuration },
  given: Record<string, string> = {},
) => {
  const run = order({
    inputArtifacts: { Bundle: await directoryWith(files) },
    configuration: { ...CONFIGURATION, ...given },
  })
  return updateLambdaStack(stack, () => Promise.resolve({ status: 'Succeeded', summary: 'Shifted' }))(run)
}

test('the template says what is deployed, and how', async () => {
  expect(stack).toEqual({
    functionName: 'hello-lambda',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    healthPath: '/healthz',
  })
  expect(await update()).toEqual({ status: 'Succeeded', summary: 'Shifted' })
})

const withParameters = (change: Record<string, string>) => {
  const { Parameters } = JSON.parse(configuration) as { Parameters: Record<string, string> }
  return {
    'target-lambda.yml': template,
    'target-lambda.json': JSON.stringify({ Parameters: { ...Parameters, ...change } }),
  }
}

test.each([
  ['no template', { 'target-lambda.json': configuration }, {}, 'target-lambda.yml is not in the artifact Bundle'],
  ['no parameters', { 'target-lambda.yml': template }, {}, 'target-lambda.json is not in the artifact Bundle'],
  ['another artifact’s', undefined, { TemplatePath: 'Built::target.yml' }, 'there is no input artifact "Built"'],
  [
    'parameters in no JSON',
    { ...withParameters({}), 'target-lambda.json': '{' },
    {},
    'file is not as it should be: no JSON',
  ],
  [
    'a bad value',
    withParameters({ Handler: 'index' }),
    {},
    'parameter Handler is "index": is a file without its ending',
  ],
  ['an unknown parameter', withParameters({ Colour: 'red' }), {}, 'there is no parameter Colour'],
  ['malformed overrides', undefined, { ParameterOverrides: '{"CodeKey":1}' }, 'ParameterOverrides is not'],
  ['another template', { ...withParameters({}), 'target-lambda.yml': 'Resources: {}' }, {}, 'there is no parameter'],
  [
    'another runtime',
    withParameters({ Runtime: 'nodejs22.x' }),
    {},
    "runtime is nodejs24.x, and the release's role may not",
  ],
])('a deployment with %s is refused', async (_, files, given, because) => {
  const { status, errorCode, summary } = await update(files, given)
  expect([status, errorCode]).toEqual(['Failed', 'ConfigurationError'])
  expect(summary).toMatch(/^hello-production is not updated: /)
  expect(summary).toContain(because)
})
