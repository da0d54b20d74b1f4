import { evaluate, parameterValues } from '../../local/aws/template/template.ts'
import { partitionOf } from '../../functions/domain/partition.ts'
import { packageService } from '../support/package-service.ts'
import { TEMPLATES, readTemplate } from './read-template.ts'

/*
 * China and the US government have ARNs, consoles, endpoints and some service principals of their own. A template names
 * none of them itself: references of CloudFormation stand for them.
 */

/** A part of a template → the text in it that holds only in one partition. */
const NAMES_A_PARTITION = /arn:aws:|\.amazonaws\.com\.cn/

/** A comment or a description names an example. */
const values = (file: string): string =>
  JSON.stringify(Object.values(readTemplate(file).Resources).map(({ Properties }) => Properties))

test.each(TEMPLATES)('%s is the same in every partition', (file) => {
  expect(NAMES_A_PARTITION.exec(values(file))?.[0]).toBeUndefined()
})

test('the packaged stack is the same in every partition', async () => {
  const { template } = await packageService()
  expect(NAMES_A_PARTITION.exec(JSON.stringify(template.Resources))?.[0]).toBeUndefined()
}, 120_000)

/**
 * Services whose principal ends in amazonaws.com.cn in China (aws/aws-cdk, region-info). Every other principal is the same
 * everywhere.
 */
const OF_A_PARTITION = ['codedeploy', 'ec2', 'logs']

test.each(TEMPLATES)('%s names the principals that differ in China by a reference', (file) => {
  for (const service of OF_A_PARTITION) expect(values(file)).not.toContain(`"${service}.amazonaws.com"`)
})

test('an e-mail about an approval links to the console of the partition, as the bot’s messages do', () => {
  const { Resources, Conditions } = readTemplate('approval-mail.yml')
  const { Targets } = Resources.ApprovalWaits!.Properties as {
    Targets: [{ InputTransformer: { InputTemplate: unknown } }]
  }
  for (const region of ['eu-west-1', 'cn-north-1', 'us-gov-west-1']) {
    const { name, consoleHost } = partitionOf(region)
    const mail = evaluate(
      Targets[0].InputTransformer.InputTemplate,
      {
        ref: (one) => (one === 'AWS::Partition' ? name : one === 'AWS::Region' ? region : undefined),
        attribute: () => undefined,
        condition: (one) => Conditions[one],
      },
      'InputTemplate',
    )
    expect(mail).toContain(`https://${consoleHost.replace(`${region}.`, '')}/codesuite/codepipeline/pipelines/`)
  }
})

test.each(['pipeline.yml', 'self.yml'])('%s refuses a connection in China, where AWS has none, and says so', (file) => {
  const { ConnectionArn } = readTemplate(file).Parameters
  const problems = (partition: string) =>
    parameterValues(
      { ConnectionArn: ConnectionArn! },
      { ConnectionArn: `arn:${partition}:codeconnections:x-1:111122223333:connection/1` },
    ).problems
  expect(problems('aws-cn')).toEqual([expect.stringContaining('China has no connections')])
  for (const partition of ['aws', 'aws-us-gov']) expect(problems(partition)).toEqual([])
})
