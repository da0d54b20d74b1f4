import { evaluate, holds, type Meanings } from '../../local/aws/template/template.ts'
import { readTemplate } from './read-template.ts'
import { templateMeanings } from './template-meanings.ts'

/*
 * infra/target-ecs.yml, with deployments by ECS itself and by CodeDeploy. ECS refuses a service that mixes the two ("Amazon
 * ECS deployment controllers and strategies", ECS Developer Guide).
 */

const template = readTemplate('target-ecs.yml')

const meaningsWith = (given: Record<string, string>) =>
  templateMeanings('target-ecs.yml', {
    HookCodeBucket: 'code',
    HookCodeKey: 'greenlight/traffic-shifting-0b1c2d3e4f5a6b7c.zip',
    VpcId: 'vpc-1',
    ServiceSubnetIds: 'subnet-a,subnet-b',
    LoadBalancerSubnetIds: 'subnet-c,subnet-d',
    AllowedCidr: '0.0.0.0/0',
    TestCidr: '203.0.113.7/32',
    ...given,
  })

const created = (meanings: Meanings) =>
  Object.entries(template.Resources)
    .filter(([id, { Condition }]) => Condition === undefined || holds({ Condition }, meanings, id))
    .map(([id]) => id)

const service = (meanings: Meanings) =>
  evaluate(template.Resources.Service!.Properties, meanings, 'Service') as Record<string, unknown>

const IMAGE = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${'0b'.repeat(32)}`

const task = (meanings: Meanings) => {
  const { ContainerDefinitions } = evaluate(template.Resources.Task!.Properties, meanings, 'Task') as {
    ContainerDefinitions: [{ Image: string; Command?: string[] }]
  }
  return ContainerDefinitions[0]
}

test('without a choice, ECS itself deploys, and there is nothing of CodeDeploy', () => {
  const meanings = meaningsWith({ AppImage: IMAGE })
  expect(created(meanings).filter((id) => template.Resources[id]!.Type.startsWith('AWS::CodeDeploy'))).toEqual([])
  expect(created(meanings)).toEqual(expect.arrayContaining(['ProductionRule', 'TestRule', 'InfrastructureRole']))
  expect(service(meanings)).toMatchObject({
    DeploymentController: { Type: 'ECS' },
    DeploymentConfiguration: {
      Strategy: 'BLUE_GREEN',
      Alarms: { Enable: true, Rollback: true, AlarmNames: ['the ServerErrors', 'the SlowAnswers'] },
      LifecycleHooks: [
        {
          HookTargetArn: 'Arn of Hook',
          RoleArn: 'Arn of HookInvokerRole',
          LifecycleStages: ['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
        },
      ],
    },
    LoadBalancers: [
      {
        TargetGroupArn: 'the Blue',
        AdvancedConfiguration: {
          AlternateTargetGroupArn: 'the Green',
          ProductionListenerRule: 'the ProductionRule',
          TestListenerRule: 'the TestRule',
        },
      },
    ],
  })
})

test('with CodeDeploy, the service leaves its traffic and its task definition to it', () => {
  const meanings = meaningsWith({ DeploymentController: 'codedeploy' })
  expect(created(meanings)).toEqual(expect.arrayContaining(['Application', 'CodeDeployRole', 'DeploymentGroup']))
  expect(created(meanings)).not.toEqual(expect.arrayContaining(['ProductionRule']))
  const { DeploymentController, DeploymentConfiguration, LoadBalancers } = service(meanings)
  expect(DeploymentController).toEqual({ Type: 'CODE_DEPLOY' })
  expect(DeploymentConfiguration).toBeUndefined()
  expect(LoadBalancers).toEqual([{ ContainerName: 'web', ContainerPort: 8000, TargetGroupArn: 'the Blue' }])
})

test.each([
  ['BLUE_GREEN', {}],
  ['CANARY', { CanaryConfiguration: { CanaryPercent: '20', CanaryBakeTimeInMinutes: '3' } }],
  ['LINEAR', { LinearConfiguration: { StepPercent: '20', StepBakeTimeInMinutes: '3' } }],
])('%s has the steps of its strategy alone', (Strategy, steps) => {
  const meanings = meaningsWith({ Strategy, StepPercent: '20', StepMinutes: '3', BlueLivesOnMinutes: '7' })
  const configuration = service(meanings).DeploymentConfiguration as Record<string, unknown>
  expect(configuration).toMatchObject({ Strategy, BakeTimeInMinutes: '7' })
  const { CanaryConfiguration, LinearConfiguration } = configuration
  expect(JSON.parse(JSON.stringify({ CanaryConfiguration, LinearConfiguration }))).toEqual(steps)
})

/* ECS also runs the hook when it creates the service: BlueGreenDeployment_createFailure, hashicorp/terraform-provider-aws. */
test('the hook asks the live address, whose record needs the load balancer, from the first image on', () => {
  const certificate = {
    CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1',
    LiveAddress: 'https://shop.example',
  }
  const stages = (AppImage: string) => {
    const { LifecycleHooks } = service(meaningsWith({ ...certificate, AppImage })).DeploymentConfiguration as {
      LifecycleHooks: { LifecycleStages: string[] }[]
    }
    return LifecycleHooks.flatMap(({ LifecycleStages }) => LifecycleStages)
  }
  expect(stages('none')).toEqual(['POST_TEST_TRAFFIC_SHIFT'])
  expect(stages(IMAGE)).toEqual(['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])
})

test('a placeholder answers until there is an image, which then runs with its own command', () => {
  expect(task(meaningsWith({}))).toMatchObject({
    Image: expect.stringContaining('python'),
    Command: ['python3', '-c', expect.anything()],
  })
  const deployed = task(meaningsWith({ AppImage: IMAGE }))
  expect(deployed.Image).toBe(IMAGE)
  expect(deployed.Command).toBeUndefined()
})
