import { findExecution } from '../../../functions/flows/execution/find-execution.ts'
import { executionSummary, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
import { KEY } from '../../support/records.ts'

/** What CodePipeline lists, and how many executions were read of it. */
const found = async (...listed: string[]) => {
  const pipelines = pipelinesThatAnswer({ executions: listed.map((executionId) => executionSummary({ executionId })) })
  const read: number[] = []
  const executions: typeof pipelines.executions = async (...asked) => {
    const answer = await pipelines.executions(...asked)
    read.push(answer!.length)
    return answer
  }
  return { execution: await findExecution({ ...pipelines, executions }, KEY), read }
}

test('an execution is sought no further back than itself: each page is another call', async () => {
  const execution = executionSummary()
  expect(await found('newer', KEY.executionId, 'older')).toEqual({ execution, read: [2] })
})

test('an execution that CodePipeline no longer lists is not found', async () => {
  expect(await found('newer', 'older')).toEqual({ execution: undefined, read: [2] })
})
