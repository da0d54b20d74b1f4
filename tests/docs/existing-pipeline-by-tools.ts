import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Template, at, ofType, only } from '../support/template.ts'
import { EXAMPLES } from './example-regions.ts'
import { TOOLS } from './tools.ts'

/*
 * The examples of docs/existing-pipeline.md for CDK and Terraform, checked with their own tools where npm or PyPI has
 * them.
 */

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:greenlight-prod-ApprovalTopic-1'
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1'
const NOTE = 'Look at staging first. Execution #{codepipeline.PipelineExecutionId}'

describe('the example for CDK', () => {
  const app = `
    import { App } from 'aws-cdk-lib'
    import { PipelineStack } from './pipeline-stack.js'
    const app = new App()
    const env = { account: '111122223333', region: 'eu-west-1' }
    new PipelineStack(app, 'App', { env, approvalTopicArn: '${TOPIC}', approvalTopicKeyArn: '${KEY}' })
    console.log(JSON.stringify(app.synth().getStackByName('App').template))`

  const compile = (): string => {
    cpSync(new URL('cdk/pipeline-stack.ts', EXAMPLES), join(TOOLS, 'pipeline-stack.ts'))
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
    const options = ['--ignoreConfig', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024']
    const run = spawnSync(process.execPath, [tsc, ...options, 'pipeline-stack.ts'], { cwd: TOOLS, encoding: 'utf8' })
    return run.stdout
  }

  test('compiles to a pipeline that requests approval, with a role that may', () => {
    expect(compile()).toBe('')
    writeFileSync(join(TOOLS, 'app.js'), app)
    const output = execFileSync(process.execPath, ['app.js'], { cwd: TOOLS, encoding: 'utf8' })
    const template = JSON.parse(output) as Template
    expect(at(only(template, 'AWS::CodePipeline::Pipeline'), 'Stages.1.Actions.0')).toMatchObject({
      ActionTypeId: { Category: 'Approval', Provider: 'Manual' },
      Configuration: { NotificationArn: TOPIC, CustomData: NOTE },
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^AskForApproval/), 'Arn'] },
      TimeoutInMinutes: 1440,
    })
    const policies = ofType(template, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('AskForApproval'))
    expect(policies.map(([, { Properties }]) => at(Properties, 'PolicyDocument.Statement'))).toEqual([
      [
        { Effect: 'Allow', Action: 'sns:Publish', Resource: TOPIC },
        { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: KEY },
      ],
    ])
  })
})

/*
 * `terraform validate` takes the schema of hashicorp/aws from its provider, which no registry for npm or Python has. So
 * HashiCorp's own parser (hcl2json) checks that the file is HCL, and this test compares the arguments with those in the
 * provider's documentation ("Resource: aws_codepipeline", "Resource: aws_iam_role_policy", "Data Source:
 * aws_iam_policy_document"; `timeout_in_minutes` came with pull request 36316). It does not check types, nor values
 * that the provider would refuse.
 */
describe('the example for Terraform', () => {
  const ACTION =
    'name category owner provider version run_order region role_arn namespace configuration input_artifacts output_artifacts timeout_in_minutes'
  const KNOWN = {
    aws_codepipeline: 'name pipeline_type role_arn artifact_store stage execution_mode variable trigger tags',
    aws_iam_role: 'name assume_role_policy description path tags',
    aws_iam_role_policy: 'name role policy',
    aws_iam_policy_document: 'statement dynamic',
  } as Record<string, string>

  type Blocks = Record<string, Record<string, Record<string, unknown>[]>>
  type Read = { resource: Blocks; data: Blocks }
  type Parse = { parse(name: string, content: string): Promise<Read> }

  const read = async (): Promise<Read> => {
    const { parse } = createRequire(join(TOOLS, 'package.json'))('@cdktn/hcl2json') as Parse
    return parse('main.tf', readFileSync(fileURLToPath(new URL('terraform/main.tf', EXAMPLES)), 'utf8'))
  }

  test('uses arguments that the provider documents', async () => {
    const { resource, data } = await read()
    const types = Object.entries({ ...resource, ...data })
    const used = types.flatMap(([type, named]) =>
      Object.values(named).flatMap(([body]) => Object.keys(body ?? {}).map((argument) => `${type} ${argument}`)),
    )
    expect(used.length).toBeGreaterThan(8)
    const known = Object.entries(KNOWN).flatMap(([type, names]) => names.split(' ').map((name) => `${type} ${name}`))
    expect(used.filter((one) => !known.includes(one))).toEqual([])
    const stages = at(resource, 'aws_codepipeline.app.0.stage') as { action: object[] }[]
    const inActions = stages.flatMap(({ action }) => action.flatMap((one) => Object.keys(one)))
    expect(inActions.filter((name) => !ACTION.split(' ').includes(name))).toEqual([])
  })

  test('requests approval, with a role that may', async () => {
    const { resource, data } = await read()
    expect(at(resource, 'aws_codepipeline.app.0.stage.1.action.0')).toMatchObject({
      category: 'Approval',
      provider: 'Manual',
      timeout_in_minutes: 1440,
      configuration: { NotificationArn: '${var.approval_topic_arn}', CustomData: NOTE },
    })
    expect(at(data, 'aws_iam_policy_document.ask_for_approval.0')).toMatchObject({
      statement: [{ actions: ['sns:Publish'], resources: ['${var.approval_topic_arn}'] }],
      dynamic: {
        statement: [
          { content: [{ actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['${statement.value}'] }] },
        ],
      },
    })
  })
})
