import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import { parsePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { Chance } from './chance.ts'

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

type Stages = (timeout: number | undefined) => object[]

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

const declare = (stages: object[], executionMode: string): PipelineDeclaration =>
  parsePipeline({
    name: PIPELINE,
    roleArn: 'arn:aws:iam::111122223333:role/pipeline',
    artifactStore: { type: 'S3', location: 'shop-artifacts' },
    pipelineType: 'V2',
    executionMode,
    stages: [SOURCE, ...stages],
  })

/** A pipeline, and what an edit may make of it: much the same, or without its approvals. */
export const somePipeline = (chance: Chance): { declaration: PipelineDeclaration; edits: PipelineDeclaration[] } => {
  const timeout = chance.pick([5, 10, 30, undefined])
  const mode = chance.pick(['SUPERSEDED', 'SUPERSEDED', 'QUEUED', 'PARALLEL'])
  const declaration = declare(chance.pick(SHAPES)(timeout), mode)
  return { declaration, edits: [declaration, declare([{ name: 'Production', actions: [deploy()] }], mode)] }
}
