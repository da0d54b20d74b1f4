import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import { parsePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ActionRunner } from '../../local/aws/action-runner.ts'
import type { ChangeSetRead } from '../../functions/domain/change-set.ts'
import type { Chance } from './chance.ts'
import { someConditions } from './drawn-conditions.ts'

export const PIPELINE = 'shop-web'
export const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals'

const action = (category: string, provider: string, name: string, more: object = {}) => ({
  name,
  actionTypeId: { category, owner: 'AWS', provider, version: '1' },
  ...more,
})

const SOURCE = {
  name: 'Source',
  actions: [
    action('Source', 'CodeStarSourceConnection', 'Checkout', {
      outputArtifacts: [{ name: 'App' }],
      namespace: 'SourceVariables',
    }),
  ],
}
const deploy = (more: object = {}) =>
  action('Deploy', 'CodeDeploy', 'Deploy', { inputArtifacts: [{ name: 'App' }], ...more })
const approval = (name: string, timeoutInMinutes: number | undefined) =>
  action('Approval', 'Manual', name, {
    configuration: { NotificationArn: TOPIC, CustomData: 'Check the basket page first.' },
    ...(timeoutInMinutes !== undefined && { timeoutInMinutes }),
  })

interface Stage {
  name: string
  actions: object[]
}

type Stages = (timeout: number | undefined) => Stage[]

/** Where approvals stand in pipelines: before the deployment, twice on the way, two at once. */
const SHAPES: Stages[] = [
  (timeout) => [{ name: 'Production', actions: [approval('Approve', timeout), deploy({ runOrder: 2 })] }],
  (timeout) => [
    { name: 'Staging', actions: [approval('Check', timeout)] },
    { name: 'Production', actions: [approval('Approve', timeout), deploy({ runOrder: 2 })] },
  ],
  (timeout) => [
    { name: 'Gate', actions: [approval('Approve', timeout), approval('Sign', timeout)] },
    { name: 'Production', actions: [deploy()] },
  ],
]

const changeSet = (name: string, mode: string, runOrder: number) =>
  action('Deploy', 'CloudFormation', name, {
    inputArtifacts: [{ name: 'App' }],
    configuration: { ActionMode: mode, StackName: 'shop', ChangeSetName: 'release' },
    runOrder,
  })

/** An approval between the change set and its execution. */
const byChangeSet: Stages = (timeout) => [
  {
    name: 'Production',
    actions: [
      changeSet('Prepare', 'CHANGE_SET_REPLACE', 1),
      { ...approval('Approve', timeout), runOrder: 2 },
      changeSet('Execute', 'CHANGE_SET_EXECUTE', 3),
    ],
  },
]

/** The ARN of the change set that an execution makes. */
export const changeSetId = (executionId: string): string =>
  `arn:aws:cloudformation:eu-west-1:111122223333:changeSet/release/${executionId}`

/** Whether an execution has something to change in the stack: every second one. */
export const isEmptyChangeSet = (executionId: string): boolean => Number.parseInt(executionId.slice(-1), 16) % 2 === 0

/** What CloudFormation says of it. */
export const changeSetOf = (id: string): ChangeSetRead =>
  isEmptyChangeSet(id)
    ? { kind: 'empty' }
    : { kind: 'changes', changes: [{ what: 'replaced', id: 'Database', type: 'AWS::RDS::DBInstance' }] }

/** CodePipeline's runner of CloudFormation actions. */
export const makeChangeSet: ActionRunner = ({ pipelineExecutionId, configuration: { ActionMode } }) =>
  Promise.resolve({
    status: 'Succeeded',
    ...(ActionMode === 'CHANGE_SET_REPLACE' && {
      externalExecutionId: `changeset/detail?changeSetId=${changeSetId(pipelineExecutionId)}`,
    }),
  })

const declare = (stages: object[], executionMode: string): PipelineDeclaration =>
  parsePipeline({
    name: PIPELINE,
    roleArn: 'arn:aws:iam::111122223333:role/pipeline',
    artifactStore: { type: 'S3', location: 'shop-artifacts' },
    pipelineType: 'V2',
    executionMode,
    stages: [SOURCE, ...stages],
  })

/**
 * A pipeline, and what an edit may make of it: much the same, or without its approvals. `conditioning` draws conditions of
 * its stages; null for none.
 */
export const somePipeline = (
  chance: Chance,
  hasChangeSets: boolean,
  conditioning: Chance | null,
): { declaration: PipelineDeclaration; edits: PipelineDeclaration[] } => {
  const timeout = chance.pick([5, 10, 30, undefined])
  const mode = chance.pick(['SUPERSEDED', 'SUPERSEDED', 'QUEUED', 'PARALLEL'])
  const shape = chance.pick(SHAPES)
  const conditions = conditioning && someConditions(conditioning, ['Staging', 'Gate', 'Production'])
  const conditioned = (stages: Stage[]) => stages.map((stage) => ({ ...stage, ...conditions?.get(stage.name) }))
  const declaration = declare(conditioned(hasChangeSets ? byChangeSet(timeout) : shape(timeout)), mode)
  const withoutApprovals = conditioned([{ name: 'Production', actions: [deploy()] }])
  return { declaration, edits: [declaration, declare(withoutApprovals, mode)] }
}
