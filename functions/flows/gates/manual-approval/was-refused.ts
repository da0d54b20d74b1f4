import type { StageAction } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { Services } from '../../../ports/services.ts'

/**
 * Whether an earlier run of this approval action failed in the execution: people rejected it, or it expired, and its stage
 * was retried. A person with access to the table cannot change what CodePipeline lists. Null if it does not know the execution.
 */
export const wasRefused = async (
  { pipelines }: Pick<Services, 'pipelines'>,
  where: StageAction,
  executionId: string,
): Promise<boolean | null> => {
  const runs = await pipelines.actionRuns({ ...pipelineOf(where), executionId })
  return (
    runs &&
    runs.some(({ stage, action, status }) => stage === where.stage && action === where.action && status === 'Failed')
  )
}
