import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionOutcome, ActionRunner } from '../../local/aws/action-runner.ts'
import { changeSetAction } from '../../local/aws/cloudformation/cloudformation.ts'
import { parsePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import { readTemplate } from '../../local/aws/template/template.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import type { Delivery, DeliverySettings } from '../../local/workspace/delivery.ts'
import { FLASK_APP, SOURCE_STAGE, actionType, stillDelivery } from './still-delivery.ts'

const changeSet = { StackName: 'shop-prod', ChangeSetName: 'Release' }
const approval = {
  actionTypeId: actionType('Approval', 'Manual'),
  configuration: { NotificationArn: ACCOUNT.approvalTopicArn },
  runOrder: 2,
}

/**
 * Of each kind of action whose outcome the functions read from AWS, one: tests with a report, in another Region, a change set
 * that waits behind two approvals, a stack, a service, and a function.
 */
const pipeline = parsePipeline({
  ...FLASK_APP,
  stages: [
    SOURCE_STAGE,
    {
      name: 'Test',
      actions: [
        {
          name: 'Unit',
          region: 'us-east-1',
          actionTypeId: actionType('Test', 'CodeBuild'),
          configuration: { ProjectName: 'shop-test' },
          inputArtifacts: [{ name: 'Source' }],
        },
        {
          name: 'Stack',
          actionTypeId: actionType('Deploy', 'CloudFormation'),
          configuration: { ActionMode: 'CREATE_UPDATE', StackName: 'shop-test' },
          inputArtifacts: [{ name: 'Source' }],
        },
        {
          name: 'Service',
          actionTypeId: actionType('Deploy', 'ECS'),
          configuration: { ClusterName: 'shop', ServiceName: 'web' },
          inputArtifacts: [{ name: 'Source' }],
        },
        {
          name: 'Function',
          actionTypeId: actionType('Invoke', 'Lambda'),
          configuration: { FunctionName: 'shop-smoke' },
        },
      ],
    },
    {
      name: 'Production',
      actions: [
        {
          name: 'Prepare',
          actionTypeId: actionType('Deploy', 'CloudFormation'),
          inputArtifacts: [{ name: 'Source' }],
          configuration: { ...changeSet, ActionMode: 'CHANGE_SET_REPLACE', TemplatePath: 'Source::infra.yml' },
        },
        { name: 'Approve', ...approval },
        { name: 'Calm', ...approval },
        {
          name: 'Execute',
          runOrder: 3,
          actionTypeId: actionType('Deploy', 'CloudFormation'),
          configuration: { ...changeSet, ActionMode: 'CHANGE_SET_EXECUTE' },
        },
      ],
    },
  ],
})

const TEMPLATE = "Resources: { Uploads: { Type: 'AWS::S3::Bucket' } }"

/** An action of the stage Test fails if the title of the newest commit names it: `Stack fails`. */
export const readingDelivery = async (settings: DeliverySettings): Promise<Delivery> => {
  const delivery = await stillDelivery(settings)
  const { clock, aws } = settings
  const checkout = delivery.runners['Source/CodeStarSourceConnection']!
  const act = changeSetAction(aws.cloudFormation.changeSets)
  // The stack is there, so that a change set with the same template is empty.
  const stack = { accountId: ACCOUNT.accountId, region: ACCOUNT.region, stack: 'shop-prod', name: 'Release' }
  aws.cloudFormation.changeSets.make(stack, readTemplate(TEMPLATE))
  aws.cloudFormation.changeSets.execute(stack)
  let title = ''
  const ended = (name: string): ActionOutcome => ({
    status: title === `${name} fails` ? 'Failed' : 'Succeeded',
    externalExecutionId: randomUUID(),
    summary: `${name} has ended`,
  })
  const tested: ActionRunner = (run) => {
    const { accountId, region, pipelineExecutionId } = run
    const id = `shop-test:${randomUUID()}`
    aws.builds.publish({
      id,
      projectName: 'shop-test',
      accountId,
      region,
      startedAt: clock.now(),
      initiator: 'codepipeline/flask-app',
      sourceVersion: pipelineExecutionId,
      commit: null,
      logs: { groupName: '/aws/codebuild/shop-test', streamName: id },
      endedAt: clock.now(),
      status: 'SUCCEEDED',
      phases: [],
      reports: [{ name: 'unit', counts: { passed: 3, skipped: 0, failed: [] }, durationMs: 900 }],
      newId: randomUUID,
    })
    return Promise.resolve({ ...ended('Unit'), externalExecutionId: id })
  }
  return {
    ...delivery,
    pipeline,
    push: async (person, kind, message) => {
      title = message ?? ''
      return delivery.push(person, kind, message)
    },
    runners: {
      'Source/CodeStarSourceConnection': async (run) => {
        await writeFile(join(run.outputArtifacts['Source']!, 'infra.yml'), TEMPLATE)
        return checkout(run)
      },
      'Test/CodeBuild': tested,
      'Deploy/CloudFormation': (run) => (run.actionName === 'Stack' ? Promise.resolve(ended('Stack')) : act(run)),
      'Deploy/ECS': () => Promise.resolve(ended('Service')),
      'Invoke/Lambda': () => Promise.resolve(ended('Function')),
    },
  }
}
