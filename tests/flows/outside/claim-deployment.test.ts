import { claimDeployment } from '../../../functions/flows/outside/claim-deployment.ts'
import type { ActionRun } from '../../../functions/ports/pipelines.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { actionRun, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
import { KEY, MINUTE, START } from '../../support/records.ts'

const ACTION = 'Production/Deploy/1'
const NAMED = { ApplicationName: 'shop', DeploymentGroupName: 'shop-prod' }
const DEPLOYMENT = { accountId: KEY.accountId, region: KEY.region, pipeline: 'shop', executionId: 'd-1' }

const world = (run: Partial<ActionRun> | null) => {
  const bot = botInMemory()
  const runs = run && [
    actionRun({ actionExecutionId: 'Production/Other/1', externalId: 'd-0', configuration: NAMED }),
    actionRun({ actionExecutionId: ACTION, externalId: 'd-1', configuration: NAMED, ...run }),
  ]
  const services = { ...bot.services, pipelines: pipelinesThatAnswer({ runs }) }
  const { create } = services.executions
  services.executions = { ...services.executions, create: slowly(create) }
  const claim = (action = ACTION) => claimDeployment(services, { do: 'claim-deployment', execution: KEY, action })
  return { ...bot, services, claim, read: (key = DEPLOYMENT) => services.executions.read(key) }
}

test('the deployment of an action is marked as one of a pipeline', async () => {
  const { claim, read } = world({})
  expect(await claim()).toEqual({ kind: 'done', next: [] })
  expect(await read()).toMatchObject({
    outside: { service: 'CodeDeploy', group: 'shop-prod', version: null, isOfPipeline: true },
    confirmed: true,
  })
})

test.each<[string, Partial<ActionRun>, Partial<typeof DEPLOYMENT>]>([
  ['another account', { roleArn: 'arn:aws-cn:iam::222233334444:role/deploy' }, { accountId: '222233334444' }],
  ['a role of no account', { roleArn: 'x arn:aws:iam::222233334444:role/deploy' }, {}],
  ['another Region', { region: 'us-east-1' }, { region: 'us-east-1' }],
])('of %s, it is found there', async (_, run, key) => {
  const { claim, read } = world(run)
  await claim()
  expect(await read({ ...DEPLOYMENT, ...key })).toMatchObject({ outside: { isOfPipeline: true } })
})

test('without a group, it has none', async () => {
  const { claim, read } = world({ configuration: { ApplicationName: 'shop' } })
  await claim()
  expect(await read()).toMatchObject({ outside: { group: null } })
})

test.each<[string, Partial<ActionRun>, number, object]>([
  ['has just begun', {}, 0, { kind: 'again', afterSeconds: 5 }],
  ['began less than two minutes ago', {}, 2 * MINUTE - 1, { kind: 'again', afterSeconds: 5 }],
  ['began two minutes ago', {}, 2 * MINUTE, { kind: 'done' }],
  ['is over', { status: 'Failed' }, 0, { kind: 'done' }],
])('an action that CodePipeline names no deployment of, and that %s', async (_, run, after, performed) => {
  const { claim, pass } = world({ externalId: null, startedAt: START, ...run })
  pass(after)
  expect(await claim()).toMatchObject(performed)
})

test('an action without an application is logged', async () => {
  const { claim, logged } = world({ configuration: {} })
  expect(await claim()).toEqual({ kind: 'done', next: [] })
  expect(logged).toMatchObject([{ level: 'warn', about: { execution: KEY.executionId, action: ACTION } }])
})

test.each(['the action', 'the execution'])('nothing is marked if CodePipeline does not have %s', async (what) => {
  const { claim, read } = world(what === 'the execution' ? null : {})
  expect(await claim(what === 'the action' ? 'Production/Gone/1' : ACTION)).toEqual({ kind: 'done', next: [] })
  expect(await read()).toBeNull()
})
