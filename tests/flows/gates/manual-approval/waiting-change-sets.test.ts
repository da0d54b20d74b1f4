import { changeSetsToShow } from '../../../../functions/flows/gates/manual-approval/read-change-sets.ts'
import {
  othersBehind,
  waitingChangeSets,
} from '../../../../functions/flows/gates/manual-approval/waiting-change-sets.ts'
import { execute, prepare } from '../../../support/change-set-actions.ts'
import { enginePipelines } from '../../../support/engine-pipelines.ts'
import { WHERE as RECORDED } from '../../../support/records.ts'
import {
  approve,
  build,
  deploy,
  shop,
  sourceStage,
  virtualCodePipeline,
} from '../../../support/virtual-codepipeline.ts'

const WHERE = { ...RECORDED, pipeline: 'shop-web', stage: 'Production', action: 'Approve' }
const APPROVE = approve('Approve', { runOrder: 2 })
const RELEASE = { accountId: '111122223333', region: 'eu-west-1', stack: 'shop-prod', name: 'Release' }

/** No execution is started here. */
const neverRuns = () => new Promise<never>(() => {})

const others = async (actions: object[], behind: object[] = [], where = WHERE) => {
  const pipeline = virtualCodePipeline({ instant: true, runners: { 'Deploy/CloudFormation': neverRuns } })
  await pipeline.create(shop({ stages: [sourceStage, { name: 'Production', actions }, ...behind] }))
  return othersBehind(where, enginePipelines(pipeline.engine).structure(WHERE)!, [RELEASE])
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
      [{ name: 'Later', actions: [approve('Again'), deploy('Deploy'), deploy('After', { runOrder: 2 })] }],
      ['Later/Deploy'],
    ],
    [
      'the next approval and what it asks for',
      [prepare(), APPROVE, approve('Again', { runOrder: 3 }), deploy('Deploy', { runOrder: 4 })],
      [],
      [],
    ],
    [
      'the next approval, declared behind what it asks for',
      [prepare(), APPROVE, execute()],
      [{ name: 'Later', actions: [deploy('Deploy', { runOrder: 2 }), approve('Again')] }],
      [],
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
      { StackName: '#{variables.Env}-shop' },
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
    const others = { externalId: `changeset/detail?changeSetId=${ARN.replace('efafbe87', '00000000')}` }
    expect(
      waitingChangeSets(WHERE, 'e1', [
        run('Deploy', 'CREATE_UPDATE', others),
        run('Prepare', REPLACE, { ...others, provider: 'CodeDeploy' }),
        run('Prepare', REPLACE, { ...others, executionId: 'e2' }),
        run('Prepare', REPLACE, { startedAt: 2 }),
        run('Prepare', REPLACE, others),
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
    expect(waitingChangeSets(WHERE, 'e1', [run('Prepare', REPLACE, { startedAt: 2 }), executed])).toEqual([])
    expect(waitingChangeSets(WHERE, 'e1', [run('Prepare', REPLACE, { startedAt: 3 }), executed])).toHaveLength(1)
  })

  test('have the link that CodePipeline tells', () => {
    const externalUrl = 'https://console.aws.amazon.com/cloudformation/home'
    expect(waitingChangeSets(WHERE, 'e1', [run('Prepare', REPLACE, { externalUrl })])).toMatchObject([
      { url: externalUrl },
    ])
  })

  const shown = (runs: Parameters<typeof waitingChangeSets>[2], more: object = {}) => {
    const services = {
      changeSets: { read: async () => ({ kind: 'empty' as const }) },
      clock: { now: () => 0, newId: () => '', sleep: () => new Promise<void>(() => {}) },
      ...more,
    }
    return changeSetsToShow(services, WHERE, 'e1', runs)
  }

  test.each([
    ['CloudFormation does not answer in time', {}, 'CloudFormation did not answer'],
    ['they have no ARN', { externalId: null }, 'CodePipeline does not tell which one the execution has made'],
  ])('are shown and not read if %s', async (_, more, because) => {
    const silent = {
      changeSets: { read: () => new Promise<never>(() => {}) },
      clock: { now: () => 0, newId: () => '', sleep: async () => {} },
    }
    expect(await shown([run('Prepare', REPLACE, more)], 'externalId' in more ? {} : silent)).toMatchObject([
      { stack: 'shop-prod', kind: 'unread', because },
    ])
  })

  test('are ten at most that are read', async () => {
    const runs = Array.from({ length: 11 }, (_, at) =>
      run(`Prepare${at}`, REPLACE, { configuration: { ActionMode: REPLACE, StackName: `s${at}`, ChangeSetName: 'x' } }),
    )
    const all = await shown(runs)
    expect(all.filter(({ kind }) => kind === 'empty')).toHaveLength(10)
    expect(all.at(-1)).toMatchObject({ kind: 'unread', because: 'Greenlight reads 10 change sets at most' })
  })
})
