import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloudFormation } from '../../../../functions/aws/cloudformation.ts'
import { whyNotEmpty } from '../../../../functions/domain/change-set.ts'
import { behindApproval, changeSetsToShow } from '../../../../functions/flows/gates/manual-approval/read-change-sets.ts'
import {
  othersBehind,
  waitingChangeSets,
} from '../../../../functions/flows/gates/manual-approval/waiting-change-sets.ts'
import { changeSetAction } from '../../../../local/aws/cloudformation/cloudformation.ts'
import { openAws } from '../../../support/aws-endpoint.ts'
import { enginePipelines } from '../../../support/engine-pipelines.ts'
import { WHERE as RECORDED } from '../../../support/records.ts'
import {
  approve,
  build,
  deploy,
  settled,
  shop,
  sourceStage,
  virtualCodePipeline,
} from '../../../support/virtual-codepipeline.ts'

const WHERE = { ...RECORDED, pipeline: 'shop-web', stage: 'Production', action: 'Approve' }

const cloudFormationAction = (name: string, mode: string, more: object = {}, configuration: object = {}) => ({
  name,
  actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'CloudFormation', version: '1' },
  inputArtifacts: [{ name: 'SourceArtifact' }],
  configuration: {
    ActionMode: mode,
    StackName: 'shop-prod',
    ChangeSetName: 'Release',
    ...(mode === 'CHANGE_SET_REPLACE' && { TemplatePath: 'SourceArtifact::infra.yml' }),
    ...configuration,
  },
  ...more,
})
const prepare = (more: object = {}, configuration: object = {}) =>
  cloudFormationAction('Prepare', 'CHANGE_SET_REPLACE', more, configuration)
const execute = (more: object = {}, configuration: object = {}) =>
  cloudFormationAction('Execute', 'CHANGE_SET_EXECUTE', { runOrder: 3, ...more }, configuration)

const BUCKET = "Resources: { Uploads: { Type: 'AWS::S3::Bucket' } }"
const QUEUE = "Resources: { Jobs: { Type: 'AWS::SQS::Queue' } }"

let aws: Awaited<ReturnType<typeof openAws>>
/** What the source has. */
let directory: string
beforeEach(async () => {
  aws = await openAws()
  directory = await mkdtemp(join(tmpdir(), 'greenlight-template-'))
})
afterEach(async () => {
  await aws.close()
  await rm(directory, { recursive: true })
})

/** The real engine and CloudFormation; Source → Production, whose actions a test says. */
const pipelineWith = async (actions: object[], behind: object[] = []) => {
  const commit = (template: string) => writeFile(join(directory, 'infra.yml'), template)
  await commit(BUCKET)
  const act = changeSetAction(aws.cloudFormation.changeSets)
  const pipeline = virtualCodePipeline({
    instant: true,
    runners: {
      'Deploy/CloudFormation': (run) => act({ ...run, inputArtifacts: { SourceArtifact: directory } }),
    },
  })
  await pipeline.create(shop({ stages: [sourceStage, { name: 'Production', actions }, ...behind] }))
  const answers = enginePipelines(pipeline.engine)
  const services = {
    clock: { now: pipeline.clock.now, newId: pipeline.clock.newId, sleep: () => new Promise<void>(() => {}) },
    changeSets: cloudFormation(async () => aws.client, { clock: pipeline.clock, log: { warn: () => {} } }),
    pipelines: {
      actionRuns: async (key: Parameters<typeof answers.actionRuns>[0]) => answers.actionRuns(key),
      structure: async (of: Parameters<typeof answers.structure>[0]) => answers.structure(of),
    },
  } as never
  /** Files are read meanwhile. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await settled()
  }
  return {
    ...pipeline,
    services,
    commit,
    /** Starts an execution and returns once it asks for approval. */
    ask: async () => {
      pipeline.notices.length = 0
      const executionId = await pipeline.start()
      await until(() => pipeline.notices.length > 0)
      return executionId
    },
    approve: async () => {
      const token = pipeline.tokenOf()
      const { stage: stageName, action: actionName, pipeline: pipelineName } = WHERE
      const result = { status: 'Approved' as const, summary: '' }
      pipeline.engine.putApprovalResult({ pipelineName, stageName, actionName, token, result }, 'arn:aws:iam::1:user/x')
      await until(
        () =>
          pipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates[1]!.latestExecution!.status !==
          'InProgress',
      )
    },
    shown: (executionId: string) => {
      const runs = answers.actionRuns({ ...WHERE, executionId })!
      return changeSetsToShow(services, WHERE, executionId, runs)
    },
    why: async (executionId: string) =>
      whyNotEmpty(await behindApproval(services, WHERE, executionId))?.because ?? null,
  }
}

const APPROVE = approve('Approve', { runOrder: 2 })

test('an approval shows what the change set behind it would do, and that nothing would, once it did', async () => {
  const pipeline = await pipelineWith([prepare(), APPROVE, execute()])
  const first = await pipeline.ask()
  expect(await pipeline.shown(first)).toEqual([
    {
      stack: 'shop-prod',
      url: expect.stringMatching(
        /^https:\/\/console\.aws\.amazon\.com\/cloudformation\/home\?region=eu-west-1#\/changeset\//,
      ),
      kind: 'changes',
      counts: { added: 1 },
      atRisk: [],
      atRiskCount: 0,
    },
  ])
  expect(await pipeline.why(first)).toBe('the change set of the stack shop-prod is not empty')
  await pipeline.approve()
  // The change set is executed: it no longer waits.
  expect(await pipeline.shown(first)).toEqual([])

  const second = await pipeline.ask()
  expect(await pipeline.shown(second)).toMatchObject([{ kind: 'empty' }])
  expect(await pipeline.why(second)).toBeNull()
  await pipeline.approve()
  expect(pipeline.statusOf(second)).toBe('Succeeded')

  await pipeline.commit(QUEUE)
  expect(await pipeline.shown(await pipeline.ask())).toMatchObject([
    { kind: 'changes', counts: { added: 1, removed: 1 }, atRisk: [{ what: 'removed', id: 'Uploads' }] },
  ])
})

test('a change set that was made again since is not taken for this execution’s', async () => {
  const pipeline = await pipelineWith([prepare(), APPROVE, execute()])
  await pipeline.ask()
  await pipeline.approve()
  const executionId = await pipeline.ask()
  expect(await pipeline.why(executionId)).toBeNull()
  const named = { accountId: '111122223333', region: 'eu-west-1', stack: 'shop-prod', name: 'Release' }
  aws.cloudFormation.changeSets.make(named, { Resources: {}, Parameters: {}, Rules: {}, Conditions: {} })
  const because = 'it was made again since'
  expect(await pipeline.shown(executionId)).toMatchObject([{ kind: 'unread', because }])
  expect(await pipeline.why(executionId)).toBe(
    `the change set of the stack shop-prod is not known to be empty: ${because}`,
  )
})

test('without an answer in time, an approval is shown without its change sets, and says so', async () => {
  const pipeline = await pipelineWith([prepare(), APPROVE, execute()])
  const executionId = await pipeline.ask()
  const services = {
    changeSets: { read: () => new Promise<never>(() => {}) },
    clock: { now: () => 0, newId: () => '', sleep: async () => {} },
  }
  const runs = enginePipelines(pipeline.engine).actionRuns({ ...WHERE, executionId })!
  expect(await changeSetsToShow(services, WHERE, executionId, runs)).toMatchObject([
    { kind: 'unread', because: 'CloudFormation did not answer' },
  ])
})

const RELEASE = { accountId: '111122223333', region: 'eu-west-1', stack: 'shop-prod', name: 'Release' }

const others = async (actions: object[], behind: object[] = [], where = WHERE) => {
  const { engine } = await pipelineWith(actions, behind)
  return othersBehind(where, enginePipelines(engine).structure(WHERE)!, [RELEASE])
}

describe('behind an approval, more than its change set may go on with', () => {
  test.each<[string, object[], object[], string[]]>([
    ['the execution of it alone', [prepare(), APPROVE, execute()], [], []],
    [
      'a test',
      [
        prepare(),
        APPROVE,
        execute(),
        {
          ...build('Smoke', { runOrder: 4 }),
          actionTypeId: { category: 'Test', owner: 'AWS', provider: 'CodeBuild', version: '1' },
        },
      ],
      [],
      [],
    ],
    [
      'another change set that is made',
      [prepare(), APPROVE, execute(), prepare({ name: 'Next', runOrder: 4 }, { ChangeSetName: 'Next' })],
      [],
      [],
    ],
    [
      'its stages up to the next approval',
      [prepare(), APPROVE, execute()],
      [{ name: 'Later', actions: [approve('Again'), deploy('Deploy', { runOrder: 2 })] }],
      [],
    ],
    [
      'a deployment beside the next approval',
      [prepare(), APPROVE, execute()],
      [{ name: 'Later', actions: [approve('Again'), deploy('Deploy')] }],
      ['Later/Deploy'],
    ],
    ['a deployment', [prepare(), APPROVE, execute(), deploy('Deploy', { runOrder: 4 })], [], ['Production/Deploy']],
    [
      'a deployment in a later stage',
      [prepare(), APPROVE, execute()],
      [{ name: 'Later', actions: [deploy('Deploy')] }],
      ['Later/Deploy'],
    ],
    ['a build', [prepare(), APPROVE, execute(), build('Migrate', { runOrder: 4 })], [], ['Production/Migrate']],
    [
      'an update without a change set',
      [prepare(), APPROVE, execute({}, { ActionMode: 'CREATE_UPDATE' })],
      [],
      ['Production/Execute'],
    ],
    ['another change set', [prepare(), APPROVE, execute({}, { ChangeSetName: 'Other' })], [], ['Production/Execute']],
    ['one of another Region', [prepare(), APPROVE, execute({ region: 'us-east-1' })], [], ['Production/Execute']],
    [
      'one of another account',
      [prepare(), APPROVE, execute({ roleArn: 'arn:aws:iam::999988887777:role/deploy' })],
      [],
      ['Production/Execute'],
    ],
    [
      'the same one, made again',
      [APPROVE, prepare({ runOrder: 3 }), execute({ runOrder: 4 })],
      [],
      ['Production/Prepare'],
    ],
    ...[
      { StackName: '#{variables.Stack}' },
      { ChangeSetName: '#{variables.Name}' },
      { StackName: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-prod/1' },
    ].map((configuration): [string, object[], object[], string[]] => [
      `one that is made as ${Object.values(configuration)[0]}`,
      [APPROVE, prepare({ runOrder: 3 }, configuration), execute({ runOrder: 4 })],
      [],
      ['Production/Prepare'],
    ]),
    [
      'what runs before and beside it',
      [prepare(), deploy('Early'), APPROVE, deploy('Beside', { runOrder: 2 }), execute()],
      [],
      [],
    ],
  ])('%s', async (_, actions, behind, expected) => {
    expect(await others(actions, behind)).toEqual(expected)
  })
})

test.each([
  ['stage', { ...WHERE, stage: 'Release' }],
  ['action', { ...WHERE, action: 'Ask' }],
])('what is behind an approval whose %s the pipeline does not declare is not known', async (_, where) => {
  expect(await others([APPROVE, execute()], [{ name: 'Later', actions: [approve('Again')] }], where)).toBeNull()
})

describe('the change sets that wait', () => {
  const run = (action: string, mode: string, more: object = {}) => ({
    executionId: 'e1',
    actionExecutionId: action,
    version: 1,
    stage: 'Production',
    action,
    category: 'Deploy',
    owner: 'AWS',
    provider: 'CloudFormation',
    status: 'Succeeded' as const,
    statusText: 'Succeeded',
    startedAt: 1,
    updatedAt: 1,
    externalId: `changeset/detail?changeSetId=${ARN}&stackId=arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1`,
    externalUrl: null,
    summary: null,
    updatedBy: null,
    configuration: { ActionMode: mode, StackName: 'shop-prod', ChangeSetName: 'Release' },
    outputVariables: {},
    outputArtifacts: [],
    ...more,
  })
  const ARN = 'arn:aws:cloudformation:eu-west-1:111122223333:changeSet/Release/efafbe87-10be-404d-b138-ea0db21934e3'
  const REPLACE = 'CHANGE_SET_REPLACE'

  test('are this execution’s own, each by the ARN that CodePipeline tells of its newest run', () => {
    const other = ARN.replace('efafbe87', '00000000')
    expect(
      waitingChangeSets(WHERE, 'e1', [
        run('Prepare', REPLACE, { startedAt: 2 }),
        run('Prepare', REPLACE, { externalId: `changeset/detail?changeSetId=${other}` }),
        run('Prepare', REPLACE, { executionId: 'e2' }),
        run('Deploy', 'CREATE_UPDATE'),
        run('Prepare', REPLACE, { provider: 'CodeDeploy' }),
      ]),
    ).toEqual([
      { accountId: '111122223333', region: 'eu-west-1', stack: 'shop-prod', name: 'Release', id: ARN, url: null },
    ])
  })

  test.each<[string, object]>([
    ['CodePipeline tells none', { externalId: null }],
    ['it tells none that it can be', { externalId: 'stack/detail?stackId=x' }],
    ['the action has not succeeded', { status: 'InProgress' }],
  ])('have no ARN if %s', (_, more) => {
    expect(waitingChangeSets(WHERE, 'e1', [run('Prepare', REPLACE, more)])).toMatchObject([{ id: null }])
  })

  test('are in the Region of the action and the account of its role', () => {
    const roleArn = 'arn:aws:iam::999988887777:role/deploy'
    expect(waitingChangeSets(WHERE, 'e1', [run('Prepare', REPLACE, { region: 'us-east-1', roleArn })])).toMatchObject([
      { accountId: '999988887777', region: 'us-east-1' },
    ])
  })

  test('wait again if they are made again after they were executed', () => {
    const executed = run('Execute', 'CHANGE_SET_EXECUTE', { startedAt: 2 })
    expect(waitingChangeSets(WHERE, 'e1', [executed, run('Prepare', REPLACE)])).toEqual([])
    expect(waitingChangeSets(WHERE, 'e1', [run('Prepare', REPLACE, { startedAt: 3 }), executed])).toHaveLength(1)
  })

  test('are ten at most that are read', async () => {
    const runs = Array.from({ length: 11 }, (_, at) =>
      run(`Prepare${at}`, REPLACE, { configuration: { ActionMode: REPLACE, StackName: `s${at}`, ChangeSetName: 'x' } }),
    )
    const services = {
      changeSets: { read: async () => ({ kind: 'empty' as const }) },
      clock: { now: () => 0, newId: () => '', sleep: () => new Promise<void>(() => {}) },
    }
    const shown = await changeSetsToShow(services, WHERE, 'e1', runs)
    expect(shown.filter(({ kind }) => kind === 'empty')).toHaveLength(10)
    expect(shown.at(-1)).toMatchObject({ kind: 'unread', because: 'Greenlight reads 10 change sets at most' })
  })
})
