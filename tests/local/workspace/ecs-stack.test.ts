import { readFile } from 'node:fs/promises'
import { systemClock } from '../../../functions/clock.ts'
import { shiftingServices, trafficShifting } from '../../../functions/traffic-shifting.ts'
import type { ActionOutcome } from '../../../local/aws/action-runner.ts'
import { createCodePipeline, type CodePipelineEvent } from '../../../local/aws/codepipeline/codepipeline.ts'
import { deployService } from '../../../local/aws/ecs/ecs.ts'
import { renderTemplate } from '../../../local/aws/template/template.ts'
import { createWorkspaceClock } from '../../../local/clock.ts'
import { listen } from '../../../local/http-server.ts'
import { readEcsStack, updateEcsStack, withHook, type Deploy } from '../../../local/workspace/ecs-stack.ts'
import { pipelineFromTemplate } from '../../../local/workspace/pipeline-from-template.ts'
import { directoryWith, order, removeDirectories } from '../../support/order.ts'

/*
 * The pipeline of infra/pipeline.yml for the target ECS, deployed by ECS itself, with the service of infra/target-ecs.yml:
 * its stages of hooks, its steps of traffic and its bake time come from the templates. The hook is the real function, and
 * asks two listeners over HTTP. No image is built or run: the listeners answer by the weights that the deployment sets.
 */

afterAll(removeDirectories)

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')
const template = await read('infra/target-ecs.yml')
const PLACE = { accountId: '111122223333', region: 'eu-west-1' }
const PARAMETERS = {
  HookCodeBucket: 'code',
  HookCodeKey: 'greenlight/traffic-shifting-0b1c2d3e4f5a6b7c.zip',
  VpcId: 'vpc-1',
  ServiceSubnetIds: 'subnet-1,subnet-2',
  LoadBalancerSubnetIds: 'subnet-3,subnet-4',
  AllowedCidr: '0.0.0.0/0',
  TestCidr: '203.0.113.7/32',
}
const image = (commit: string) =>
  `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${commit.repeat(64).slice(0, 64)}`
const configurationOf = (parameters: Record<string, string>) =>
  JSON.stringify({ Parameters: { ...PARAMETERS, ...parameters } })
const launch = (parameters: Record<string, string> = {}) =>
  readEcsStack({ template, configuration: configurationOf(parameters) }, PLACE)

const MINUTE = 60_000

test.each([
  [{}, [{ share: 1, forMs: 0 }]],
  [
    { Strategy: 'CANARY', StepPercent: '10', StepMinutes: '5' },
    [
      { share: 0.1, forMs: 5 * MINUTE },
      { share: 1, forMs: 0 },
    ],
  ],
  [
    { Strategy: 'LINEAR', StepPercent: '40', StepMinutes: '2' },
    [
      { share: 0.4, forMs: 2 * MINUTE },
      { share: 0.8, forMs: 2 * MINUTE },
      { share: 1, forMs: 0 },
    ],
  ],
])('the template says how traffic moves, with %j', (parameters, steps) => {
  const { service } = launch({ ...parameters, BlueLivesOnMinutes: '15', AppImage: image('a1b2c3d4') })
  expect(service).toEqual({
    name: 'flask-app',
    steps,
    bakeMs: 15 * MINUTE,
    hooks: [['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT']],
  })
})

/** Runs an execution of the pipeline to its end, after its approval. */
const run = async (given: { isSickAt?: 'test' | 'production'; rings?: (asked: number) => boolean } = {}) => {
  const strategy = { Strategy: 'CANARY', StepPercent: '10', StepMinutes: '5' }
  const launched = launch(strategy)
  const shares = { test: 0, production: 0 }
  const moved: string[] = []
  const listener = (name: 'test' | 'production') =>
    listen(() => {
      const isNew = shares[name] === 1
      return new Response('', { status: isNew && given.isSickAt === name ? 503 : 200 })
    }, 0)
  const listeners = await Promise.all([listener('test'), listener('production')])
  const [TEST_URL = '', LIVE_URL = ''] = listeners.map(({ url }) => url)
  let slept = 0
  const clock = { ...systemClock, sleep: (ms: number) => Promise.resolve(void (slept += ms)) }
  const quickly = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === 1_000 ? 1 : ms, signal),
  }
  const quiet = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }
  const hook = trafficShifting(shiftingServices({ AWS_REGION: PLACE.region, TEST_URL, LIVE_URL }, quickly, quiet))
  let looked = 0
  const deploy: Deploy = (_, service) =>
    deployService({
      deploymentArn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/flask-app/flask-app/1',
      configuration: withHook(service, (event) => hook(event, { getRemainingTimeInMillis: () => 60_000 })),
      clock,
      rings: () => given.rings?.((looked += 1)) ?? false,
      weigh: (name, share) => {
        shares[name] = share
        moved.push(`${name} ${share}`)
      },
    })

  const bundle = await directoryWith({ 'target-ecs.yml': template, 'target-ecs.json': configurationOf(strategy) })
  const passes =
    (outputVariables: Record<string, string> = {}) =>
    (): Promise<ActionOutcome> =>
      Promise.resolve({ status: 'Succeeded', outputVariables })
  const workspaceClock = createWorkspaceClock()
  const events: CodePipelineEvent[] = []
  const ended: ActionOutcome[] = []
  const update = updateEcsStack(launched, deploy)
  const engine = createCodePipeline({
    ...PLACE,
    clock: { now: () => workspaceClock.now(), newId: () => crypto.randomUUID() },
    timers: { at: (ms, fire) => workspaceClock.at(ms, fire) },
    runners: {
      'Source/CodeStarSourceConnection': passes({ CommitId: 'a1b2c3d' }),
      'Build/CodeBuild': passes({ APP_VERSION: 'a1b2c3d', APP_IMAGE: image('a1b2c3d4') }),
      'Test/CodeBuild': passes(),
      'Deploy/CloudFormation': async (action) => {
        const outcome = await update({ ...action, inputArtifacts: { Bundle: bundle } })
        ended.push(outcome)
        return outcome
      },
    },
    publishNotice: () => {},
    putEvent: (event) => void events.push(event),
  })
  const declaration = pipelineFromTemplate(
    renderTemplate(await read('infra/pipeline.yml'), {
      ...PLACE,
      parameters: {
        PipelineName: 'shop',
        ConnectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/1',
        RepositoryId: 'shop/web',
        ApprovalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:approvals',
        Target: 'ecs',
        ImageRepositoryName: 'shop',
        EcsStackName: 'shop',
      },
    }),
  )
  engine.createPipeline(declaration, 'arn:aws:iam::111122223333:user/ana')
  const production = () => engine.getPipelineState({ name: 'shop' }).stageStates.at(-1)!
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const approval = () => production().actionStates[0]?.latestExecution
  await until(() => approval()?.token !== undefined)
  expect(moved).toEqual([])
  engine.putApprovalResult(
    {
      pipelineName: 'shop',
      stageName: 'Production',
      actionName: 'Approve',
      token: approval()!.token!,
      result: { status: 'Approved', summary: 'by Dana' },
    },
    'arn:aws:iam::111122223333:user/dana',
  )
  await until(() => ['Succeeded', 'Failed'].includes(production().latestExecution?.status ?? ''))
  workspaceClock.stop()
  await Promise.all(listeners.map((server) => server.close()))
  return { status: production().latestExecution?.status, outcome: ended[0], moved, minutes: slept / MINUTE }
}

test('an approved image gets traffic in the steps of the template, and bakes', async () => {
  const { status, outcome, moved, minutes } = await run()
  expect(outcome).toEqual({ status: 'Succeeded', summary: `flask-app runs ${image('a1b2c3d4')}.` })
  expect(status).toBe('Succeeded')
  expect(moved).toEqual(['test 1', 'production 0.1', 'production 1'])
  expect(minutes).toBeGreaterThanOrEqual(5 + launch().service.bakeMs / MINUTE)
})

test.each([
  ['test', ['test 1', 'production 0', 'test 0'], 'the hook failed in POST_TEST_TRAFFIC_SHIFT'],
  [
    'production',
    ['test 1', 'production 0.1', 'production 1', 'production 0', 'test 0'],
    'the hook failed in POST_PRODUCTION_TRAFFIC_SHIFT',
  ],
] as const)(
  'a version that is ill at the %s listener is rolled back, and the pipeline fails',
  async (isSickAt, moves, because) => {
    const { status, outcome, moved } = await run({ isSickAt })
    expect(status).toBe('Failed')
    expect(moved).toEqual(moves)
    expect(outcome?.summary).toBe(`shop is not updated: ECS rolled the deployment back, because ${because}.`)
  },
)

test('an alarm during the bake time rolls back', async () => {
  const { status, outcome, moved } = await run({ rings: (looked) => looked > 10 })
  expect(status).toBe('Failed')
  expect(outcome?.summary).toContain('because an alarm rang')
  expect(moved.slice(-3)).toEqual(['production 1', 'production 0', 'test 0'])
})

test.each([
  ['no template', { 'target-ecs.json': configurationOf({}) }, 'target-ecs.yml is not in the artifact Bundle'],
  [
    'another strategy',
    { 'target-ecs.yml': template, 'target-ecs.json': configurationOf({ Strategy: 'LINEAR' }) },
    'its service differs in more than the image',
  ],
  [
    'an image that is not named by its digest',
    { 'target-ecs.yml': template, 'target-ecs.json': configurationOf({ AppImage: 'shop:latest' }) },
    'is an image by its digest',
  ],
])('a bundle with %s is not deployed', async (_, files, because) => {
  const never: Deploy = () => Promise.reject(new Error('deployed'))
  const outcome = await updateEcsStack(
    launch(),
    never,
  )(
    order({
      inputArtifacts: { Bundle: await directoryWith(files) },
      configuration: {
        StackName: 'shop',
        TemplatePath: 'Bundle::target-ecs.yml',
        TemplateConfiguration: 'Bundle::target-ecs.json',
      },
    }),
  )
  expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'ConfigurationError' })
  expect(outcome.summary).toContain(because)
})
