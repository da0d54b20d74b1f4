import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { Services } from '../../functions/ports/services.ts'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import { snsEvent } from '../../local/aws/lambda/envelopes.ts'
import { plantForTests } from '../local/aws/codepipeline/plant-for-tests.ts'
import { enginePipelines } from './engine-pipelines.ts'
import { ACCOUNT } from './ledger.ts'
import { memoryPorts } from '../support/memory/ports.ts'
import { MemorySlack } from '../support/memory/slack.ts'
import { PIPELINE, TOPIC } from './pipeline-under-test.ts'

/** Where time stands still, a pause passes at once, and a limit (which has a signal, to call it off) is never reached. */
const stillSleep = (_: number, signal?: AbortSignal): Promise<void> =>
  signal ? new Promise(() => {}) : Promise.resolve()

/** The same parts where nothing goes wrong but what a test makes go wrong: for what the simulation has found. */
export const stillWorld = () => {
  const plant = plantForTests({ instant: true })
  const slack = new MemorySlack(plant.clock.now)
  const pipelines = enginePipelines(plant.engine)
  const { ports, announced, entriesOf } = memoryPorts(slack)
  const services: Services = {
    clock: { now: plant.clock.now, newId: plant.clock.newId, sleep: stillSleep },
    ...ports,
    pipelines: {
      stages: async (pipeline) => pipelines.stages(pipeline),
      actionRuns: async (pipeline, id) => pipelines.actionRuns(pipeline, id),
      execution: async (key) => pipelines.execution(key),
      executions: async (pipeline, stage) => pipelines.executions(pipeline, stage),
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
    plant,
    slack,
    services,
    announced,
    entriesOf,
    keyOf: (executionId: string) => ({ ...ACCOUNT, pipeline: PIPELINE, executionId }),
    /** The latest notification, as its door reads it. */
    notification: () => {
      const message = JSON.stringify(plant.notices.at(-1)!.message)
      const notice = { topicArn: TOPIC, messageId: 'm', message, subject: null }
      return parseApprovalNotification(snsEvent(notice, plant.clock.now()).Records[0]!)
    },
  }
}
