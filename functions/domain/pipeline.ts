/** A pipeline is identified by its account, Region and name; a name is unique only within account and Region. */
export interface Pipeline {
  accountId: string
  region: string
  pipeline: string
}

/** An account and Region with pipelines. */
export type AccountRegion = Pick<Pipeline, 'accountId' | 'region'>

export interface StageAction extends Pipeline {
  stage: string
  action: string
}

export interface ExecutionKey extends Pipeline {
  executionId: string
}

/** Sortable text for a table key. Pipeline names cannot hold a `#`, so the parts stay apart. */
export const pipelineId = (of: Pipeline): string => `${of.accountId}#${of.region}#${of.pipeline}`

export const executionId = (of: ExecutionKey): string => `${pipelineId(of)}#${of.executionId}`

/** The pipeline alone, without the value's other fields. */
export const pipelineOf = ({ accountId, region, pipeline }: Pipeline): Pipeline => ({ accountId, region, pipeline })
