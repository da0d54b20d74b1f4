import type { ChangeSetRead } from '../../../functions/domain/change-set.ts'
import { MINUTE } from '../../../functions/domain/time-units.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { DeclaredStage } from '../../../functions/ports/pipelines.ts'
import {
  approve,
  approvedChangeSet,
  build,
  commit,
  deploy,
  deployedPipeline,
  pipelineOf,
  sourceOf,
} from '../../support/deployed-pipeline.ts'

/*
 * An approval whose route approves empty change sets, from CodePipeline's notification to its verdict, with the real
 * engine. CloudFormation answers as a test says.
 */

const EMPTY: ChangeSetRead = { kind: 'empty' }
const FULL: ChangeSetRead = {
  kind: 'changes',
  changes: [{ what: 'removed', id: 'Uploads', type: 'AWS::S3::Bucket' }],
}

interface Asked {
  behind?: [name: string, actions: object[]][]
  declared?: (stages: DeclaredStage[]) => DeclaredStage[]
}

/** `answers`: of CloudFormation, one after the other; the last one stays. `declared` changes what GetPipeline answers. */
const asked = async (
  answers: ChangeSetRead[],
  more: object[] = [],
  { behind = [], declared = (stages) => stages }: Asked = {},
) => {
  const automatic = { after: MINUTE, alarms: [], emptyChangeSet: true } as const
  const shop = deployedPipeline({
    route: { automatic, forbid: [] },
    pipelines: (codePipeline) => ({
      ...codePipeline,
      structure: async (of) => declared((await codePipeline.structure(of))!),
    }),
  })
  const ids: string[] = []
  shop.services.changeSets = {
    read: async (_, id) => {
      ids.push(id)
      return answers.length > 1 ? answers.shift()! : answers[0]!
    },
  }
  shop.create(pipelineOf([sourceOf('App')], [['Production', [...approvedChangeSet(), ...more]], ...behind]))
  shop.heads.set('App', commit('a'.repeat(40), 'Ana', 'Tidy up'))
  const executionId = await shop.start()
  const [approval] = await shop.request()
  await shop.advance(2 * MINUTE)
  const checked = await shop.check(approval!)
  await shop.rest()
  const { status } = shop.engine.getPipelineExecution({
    pipelineName: approval!.where.pipeline,
    pipelineExecutionId: executionId,
  }).pipelineExecution
  return { ...shop, ids, checked, status, text: shop.shown(checked) }
}

test('an empty change set is approved by the rule, and the execution goes on', async () => {
  const { checked, status, ids } = await asked([EMPTY])
  expect(checked.state).toMatchObject({ name: 'settled', outcome: { how: 'slack', verdict: 'Approved' } })
  expect(checked.approvedBy).toEqual({ after: MINUTE, alarms: [], emptyChangeSet: true })
  expect(status).toBe('Succeeded')
  // For the request, for the rule, and for the sender.
  expect(ids).toHaveLength(3)
  expect(new Set(ids).size).toBe(1)
})

test('one with changes waits for people, and the message says why', async () => {
  const { checked, status, text } = await asked([FULL])
  expect(checked.state).toEqual({ name: 'waiting' })
  expect(status).toBe('InProgress')
  expect(text).toContain('It does not approve itself now: the change set of the stack shop is not empty.')
  expect(text).toContain('⚠ Stack shop removes Uploads (AWS::S3::Bucket) · 1 removed')
})

test('so does one behind which something else is deployed', async () => {
  const { checked, text } = await asked([EMPTY], [deploy('Deploy', { runOrder: 4 })])
  expect(checked.state).toEqual({ name: 'waiting' })
  expect(text).toContain('the action Production/Deploy behind the approval may do more than the change sets say')
})

test('so does one in a stage that was renamed since: what is behind it is not known', async () => {
  const { checked, text } = await asked([EMPTY], [build('Migrate', { runOrder: 4 })], {
    behind: [['Later', [approve('Again')]]],
    declared: (stages) => stages.map((one) => (one.stage === 'Production' ? { ...one, stage: 'Live' } : one)),
  })
  expect(checked.state).toEqual({ name: 'waiting' })
  expect(text).toContain('CodePipeline does not tell which actions are behind the approval')
})

test('so does one that may be made again behind the approval, under a name that is a variable', async () => {
  const again = {
    ...approvedChangeSet()[0]!,
    name: 'Again',
    runOrder: 3,
    configuration: { ActionMode: 'CHANGE_SET_REPLACE', StackName: '#{variables.Stack}', ChangeSetName: 'release' },
  }
  const { checked, text } = await asked([EMPTY], [again])
  expect(checked.state).toEqual({ name: 'waiting' })
  expect(text).toContain('the action Production/Again behind the approval may do more than the change sets say')
})

test('the sender reads it again: one that was made again meanwhile is not approved', async () => {
  const again: ChangeSetRead = { kind: 'unread', because: 'it was made again since', isFinal: true }
  const { checked, status } = await asked([EMPTY, EMPTY, again])
  expect(checked.state).toEqual({ name: 'waiting' })
  expect(checked.notSent).toContain('it was made again since')
  expect(checked).not.toHaveProperty('approvedBy')
  expect(status).toBe('InProgress')
})

test('the sender tries again if CloudFormation does not answer', async () => {
  const silent: ChangeSetRead = { kind: 'unread', because: 'CloudFormation did not answer' }
  const { checked, services, read } = await asked([EMPTY, EMPTY, silent, EMPTY])
  expect(checked.state).toMatchObject({ name: 'deciding' })
  expect(await settleApproval(services, checked.id)).toMatchObject({ kind: 'done' })
  expect((await read(checked.token)).state).toMatchObject({ name: 'settled', outcome: { verdict: 'Approved' } })
})
