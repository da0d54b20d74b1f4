import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy'
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline'
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as s3 from 'aws-cdk-lib/aws-s3'
import * as sns from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'

interface PipelineStackProps extends StackProps {
  /** Output of Greenlight's stack, or of infra/spoke.yml if the bot is in another account or Region. */
  approvalTopicArn: string
  /** The KMS key of that topic; left out if it has none. */
  approvalTopicKeyArn?: string
}

/** An existing pipeline, and what makes its approval action use Greenlight. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props)
    const source = new codepipeline.Artifact()
    const pipeline = new codepipeline.Pipeline(this, 'Pipeline', {
      pipelineType: codepipeline.PipelineType.V2,
      stages: [
        {
          stageName: 'Source',
          actions: [
            new actions.S3SourceAction({
              actionName: 'Source',
              bucket: new s3.Bucket(this, 'SourceBucket', { versioned: true }),
              bucketKey: 'app.zip',
              output: source,
              trigger: actions.S3Trigger.NONE,
            }),
          ],
        },
      ],
    })
    const production = pipeline.addStage({ stageName: 'Production' })

    // Greenlight: the approval
    // CDK gives each action its own role, and CodePipeline publishes with it, so this role gets access to the topic's key.
    const approvalRole = new iam.Role(this, 'AskForApproval', { assumedBy: pipeline.role.grantPrincipal })
    production.addAction(
      new actions.ManualApprovalAction({
        actionName: 'Approve',
        runOrder: 1,
        role: approvalRole,
        timeout: Duration.days(1),
        notificationTopic: sns.Topic.fromTopicArn(this, 'ApprovalTopic', props.approvalTopicArn),
        additionalInformation: 'Look at staging first. Execution #{codepipeline.PipelineExecutionId}',
      }),
    )
    if (props.approvalTopicKeyArn) {
      const key = kms.Key.fromKeyArn(this, 'ApprovalTopicKey', props.approvalTopicKeyArn)
      key.grant(approvalRole, 'kms:Decrypt', 'kms:GenerateDataKey*')
    }
    // Greenlight: to here

    production.addAction(
      new actions.CodeDeployServerDeployAction({
        actionName: 'Deploy',
        runOrder: 2,
        input: source,
        deploymentGroup: new codedeploy.ServerDeploymentGroup(this, 'DeploymentGroup'),
      }),
    )
  }
}
