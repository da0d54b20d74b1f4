/** The three levels of events (CodePipeline User Guide, "Monitoring CodePipeline events"). */
export type EventLevel = 'Pipeline' | 'Stage' | 'Action'

/** An EventBridge event as CodePipeline puts it on the default bus. */
export interface CodePipelineEvent {
  version: '0'
  id: string
  'detail-type': `CodePipeline ${EventLevel} Execution State Change`
  source: 'aws.codepipeline'
  account: string
  time: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
}
