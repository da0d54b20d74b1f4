import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionOutcome, ActionRun, ActionRunner } from '../../local/aws/action-runner.ts'
import { changeSetAction } from '../../local/aws/cloudformation/cloudformation.ts'
import type { PublishedBuild } from '../../local/aws/codebuild/codebuild.ts'
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
 * Of each kind of action whose outcome the functions read from AWS, one: tests with a report, in another Region, and in a
 * batch of builds, a change set that waits behind two approvals, a stack, a service, and a function.
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
          name: 'Browser',
          actionTypeId: actionType('Test', 'CodeBuild'),
          configuration: { ProjectName: 'shop-browser', BatchEnabled: 'true' },
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
  const idIn = (run: ActionRun) => `${run.configuration.ProjectName}:${randomUUID()}`
  const built = (run: ActionRun, passed: number): PublishedBuild => {
    const { accountId, region, pipelineExecutionId, configuration } = run
    const { ProjectName: projectName = '' } = configuration
    const id = idIn(run)
    return {
      id,
      projectName,
      accountId,
      region,
      startedAt: clock.now(),
      initiator: 'codepipeline/flask-app',
      sourceVersion: pipelineExecutionId,
      commit: null,
      logs: { groupName: `/aws/codebuild/${projectName}`, streamName: id },
      endedAt: clock.now(),
      status: 'SUCCEEDED',
      phases: [],
      reports: [{ name: 'unit', counts: { passed, skipped: 0, failed: [] }, durationMs: 900 }],
      newId: randomUUID,
    }
  }
  const tested: ActionRunner = (run) => {
    const build = built(run, 3)
    aws.builds.publish(build)
    return Promise.resolve({ ...ended('Unit'), externalExecutionId: build.id })
  }
  const testedInBatch: ActionRunner = (run) => {
    const { accountId, region, configuration } = run
    const { ProjectName: projectName = '' } = configuration
    const id = idIn(run)
    const outcome = ended('Browser')
    const failure = { code: 'COMMAND_EXECUTION_ERROR', message: 'no browser' }
    const failed: Partial<PublishedBuild> = { status: 'FAILED', phases: [{ name: 'BUILD', failure }] }
    const second = { ...built(run, 1), ...(outcome.status === 'Failed' && failed) }
    const builds = { firefox: built(run, 1), chrome: second }
    aws.builds.publishBatch({ id, projectName, accountId, region, initiator: 'codepipeline/flask-app', builds })
    return Promise.resolve({ ...outcome, externalExecutionId: `build-batch/${id}` })
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
      'Test/CodeBuild': (run) => (run.actionName === 'Browser' ? testedInBatch(run) : tested(run)),
      'Deploy/CloudFormation': (run) => (run.actionName === 'Stack' ? Promise.resolve(ended('Stack')) : act(run)),
      'Deploy/ECS': () => Promise.resolve(ended('Service')),
      'Invoke/Lambda': () => Promise.resolve(ended('Function')),
    },
  }
}
