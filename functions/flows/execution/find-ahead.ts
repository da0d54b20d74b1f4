import type { ExecutionAhead } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Services } from '../../ports/services.ts'

/** The execution in the stage that this one waits to enter; null if it waits for none. */
export const findAhead = async (
  { executions, pipelines }: Pick<Services, 'executions' | 'pipelines'>,
  key: ExecutionKey,
): Promise<ExecutionAhead | null> => {
  const stages = await pipelines.stages(key)
  const executionId = stages?.find(({ inbound }) => inbound.includes(key.executionId))?.executionId
  if (!executionId) return null
  const ahead = await executions.read({ ...key, executionId })
  return { executionId, revision: ahead?.revisions[0] ?? null }
}
