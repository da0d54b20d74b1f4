import { readFileSync } from 'node:fs'
import { CodeDeployClient, CreateDeploymentGroupCommand } from '@aws-sdk/client-codedeploy'
import type { CreateDeploymentGroupCommandInput } from '@aws-sdk/client-codedeploy'
import { evaluate, holds, type Meanings } from '../../local/aws/template/template.ts'
import { WHOLE_TEMPLATES, contentOf, readTemplate } from './read-template.ts'
import { templateMeanings } from './template-meanings.ts'
import { accessKeySecret } from '../support/secret.ts'

/*
 * infra/target-ec2.yml, for both types of deployment. CloudFormation refuses AutoScalingGroups together with
 * COPY_AUTO_SCALING_GROUP, and CodeDeploy refuses COPY_AUTO_SCALING_GROUP without a group
 * (aws-cloudformation/cloudformation-coverage-roadmap#2071).
 */

const template = readTemplate('target-ec2.yml')

const meaningsWith = (given: Record<string, string>) =>
  templateMeanings('target-ec2.yml', {
    ArtifactBucketName: 'artifacts',
    VpcId: 'vpc-1',
    InstanceSubnetIds: 'subnet-a,subnet-b',
    LoadBalancerSubnetIds: 'subnet-c,subnet-d',
    AllowedCidr: '0.0.0.0/0',
    ...given,
  })

const created = (meanings: Meanings) =>
  Object.entries(template.Resources)
    .filter(([id, { Condition }]) => Condition === undefined || holds({ Condition }, meanings, id))
    .map(([, { Type }]) => Type)

const OUTSIDE_THE_STACK = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::CodeDeploy::DeploymentGroup']

const outputOf = (name: string, meanings: Meanings) => {
  const output = (template.Outputs as Record<string, { Condition: string; Value: unknown }>)[name]!
  expect(holds({ Condition: output.Condition }, meanings, name)).toBe(true)
  const value = String(evaluate(output.Value, meanings, name))
  // A stack's output can have 1024 bytes for certain. Real names are longer than those here by at most 250.
  expect(value.length).toBeLessThan(774)
  return JSON.parse(value) as unknown
}

test('no template has CloudFormation copy an Auto Scaling group', () => {
  expect(WHOLE_TEMPLATES.length).toBeGreaterThan(5)
  for (const file of WHOLE_TEMPLATES)
    for (const { Type, Properties } of Object.values(readTemplate(file).Resources))
      if (Type === 'AWS::CodeDeploy::DeploymentGroup')
        expect(JSON.stringify(Properties)).not.toContain('COPY_AUTO_SCALING_GROUP')
})

test('the stack creates the groups for deployments in place, and leaves them to commands for blue/green', () => {
  expect(created(meaningsWith({}))).toEqual(expect.arrayContaining(OUTSIDE_THE_STACK))
  const without = created(meaningsWith({ DeploymentType: 'blue-green' }))
  expect(without.filter((type) => OUTSIDE_THE_STACK.includes(type))).toEqual([])
  expect(without).toContain('AWS::EC2::LaunchTemplate')
})

describe('the commands of docs/targets/ec2.md for blue/green', () => {
  const meanings = meaningsWith({ DeploymentType: 'blue-green', BlueLivesOnMinutes: '30' })
  const group = outputOf('BlueGreenGroup', meanings) as Record<string, unknown>
  const deploymentGroup = outputOf('BlueGreenDeploymentGroup', meanings) as CreateDeploymentGroupCommandInput

  test('create a group from the launch template, in the load balancer', () => {
    expect(group).toEqual({
      AutoScalingGroupName: 'flask-app-production',
      LaunchTemplate: { LaunchTemplateId: 'the LaunchTemplate', Version: '$Latest' },
      MinSize: 2,
      MaxSize: 4,
      VPCZoneIdentifier: 'subnet-a,subnet-b',
      TargetGroupARNs: ['the Instances'],
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 300,
    })
  })

  test('create a deployment group that copies exactly that group, with settings that CodeDeploy knows', async () => {
    expect(deploymentGroup.autoScalingGroups).toEqual([group.AutoScalingGroupName])
    expect(deploymentGroup.blueGreenDeploymentConfiguration).toMatchObject({
      greenFleetProvisioningOption: { action: 'COPY_AUTO_SCALING_GROUP' },
      terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 30 },
    })
    expect(await sent(deploymentGroup)).toEqual(deploymentGroup)
  })

  test('are in the guide, with what both have in common', () => {
    const guide = readFileSync(new URL('../../docs/targets/ec2.md', import.meta.url), 'utf8').replaceAll('\\\n', ' ')
    expect(guide).toMatch(
      /aws autoscaling create-auto-scaling-group --region \S+ --cli-input-json "\$\(output BlueGreenGroup\)"/,
    )
    expect(guide).toMatch(
      /aws deploy create-deployment-group --region \S+ --cli-input-json "\$\(output BlueGreenDeploymentGroup\)" +--deployment-style deploymentType=BLUE_GREEN,deploymentOption=WITH_TRAFFIC_CONTROL/,
    )
  })

  test('reach groups that CodeDeploy’s role may change', () => {
    const policies = contentOf('target-ec2.yml').match(/autoScalingGroupName\/\S+(?=')/g)
    expect(policies).toContain('autoScalingGroupName/${CodeDeployApplication}-${CodeDeployDeploymentGroup}')
    expect(policies).toContain('autoScalingGroupName/CodeDeploy_${CodeDeployDeploymentGroup}_*')
  })
})

/** What the SDK sends; it leaves out every setting that the service's model does not have. */
const sent = async (input: CreateDeploymentGroupCommandInput): Promise<unknown> => {
  let body: unknown
  const client = new CodeDeployClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'key', secretAccessKey: accessKeySecret() },
    requestHandler: {
      handle: (request: { body: Uint8Array }) => {
        body = JSON.parse(new TextDecoder().decode(request.body))
        return Promise.reject(new Error('not sent'))
      },
    } as never,
    maxAttempts: 1,
  })
  await expect(client.send(new CreateDeploymentGroupCommand(input))).rejects.toThrow('not sent')
  return body
}
