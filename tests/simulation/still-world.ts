import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import { snsEvent } from '../../local/aws/sns/sns.ts'
import { virtualCodePipeline } from '../support/virtual-codepipeline.ts'
import { enginePipelines } from '../support/engine-pipelines.ts'
import { ACCOUNT } from './ledger.ts'
import { memoryPorts } from '../support/memory/ports.ts'
import { MemorySlack } from '../support/memory/slack.ts'
import { PIPELINE, TOPIC } from './pipeline-under-test.ts'

/** Time stands still: a pause ends at once, and a time limit (which has a signal, to cancel it) is never reached. */
const stillSleep = (_: number, signal?: AbortSignal): Promise<void> =>
  signal ? new Promise(() => {}) : Promise.resolve()

/** The same parts without faults but those of a test: for what the simulation has found. */
export const stillWorld = () => {
  const codePipeline = virtualCodePipeline({ instant: true })
  const slack = new MemorySlack(codePipeline.clock.now)
  const pipelines = enginePipelines(codePipeline.engine)
  const { ports, announced, entriesOf } = memoryPorts(slack, codePipeline.clock.now)
  const services: DueServices = {
    clock: { now: codePipeline.clock.now, newId: codePipeline.clock.newId, sleep: stillSleep },
    ...ports,
    pipelines: {
      pipelines: async (there) => pipelines.pipelines(there),
      structure: async (pipeline) => pipelines.structure(pipeline),
      failedRules: async (key) => pipelines.failedRules(key),
      stages: async (pipeline) => pipelines.stages(pipeline),
      actionRuns: async (key) => pipelines.actionRuns(key),
      runs: async (pipeline, enough) => pipelines.runs(pipeline, enough),
      execution: async (key) => pipelines.execution(key),
      executions: async (pipeline, asked) => pipelines.executions(pipeline, asked),
      putApprovalResult: async (...given) => pipelines.putApprovalResult(...given),
    },
    configuration: configurationFrom(
      CONFIGURATION.parse({
        defaults: { approvals: 'C0RELEASES', status: 'C0DEPLOYS' },
        routes: [{ match: {}, approvers: [{ name: 'engineers', people: ['U0ANA'], count: 1 }] }],
      }),
    ),
  }
  return {
    codePipeline,
    slack,
    services,
    announced,
    entriesOf,
    keyOf: (executionId: string) => ({ ...ACCOUNT, pipeline: PIPELINE, executionId }),
    /** The latest notification, as its handler reads it. */
    notification: () => {
      const message = JSON.stringify(codePipeline.notices.at(-1)!.message)
      const notice = { topicArn: TOPIC, messageId: 'm', message, subject: null }
      return parseApprovalNotification(snsEvent(notice, codePipeline.clock.now()).Records[0]!)!
    },
  }
}
