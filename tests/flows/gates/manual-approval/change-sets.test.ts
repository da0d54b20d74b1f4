import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloudFormation } from '../../../../functions/aws/cloudformation.ts'
import { whyNotEmpty } from '../../../../functions/domain/change-set.ts'
import { behindApproval, changeSetsToShow } from '../../../../functions/flows/gates/manual-approval/read-change-sets.ts'
import { changeSetAction } from '../../../../local/aws/cloudformation/cloudformation.ts'
import { openAws } from '../../../support/aws-endpoint.ts'
import { execute, prepare } from '../../../support/change-set-actions.ts'
import { enginePipelines } from '../../../support/engine-pipelines.ts'
import { WHERE as RECORDED } from '../../../support/records.ts'
import { approve, settled, shop, sourceStage, virtualCodePipeline } from '../../../support/virtual-codepipeline.ts'

const WHERE = { ...RECORDED, pipeline: 'shop-web', stage: 'Production', action: 'Approve' }

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
const pipelineWith = async (actions: object[]) => {
  const commit = (template: string) => writeFile(join(directory, 'infra.yml'), template)
  await commit(BUCKET)
  const act = changeSetAction(aws.cloudFormation.changeSets)
  const pipeline = virtualCodePipeline({
    instant: true,
    runners: {
      'Deploy/CloudFormation': (run) => act({ ...run, inputArtifacts: { SourceArtifact: directory } }),
    },
  })
  await pipeline.create(shop({ stages: [sourceStage, { name: 'Production', actions }] }))
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
