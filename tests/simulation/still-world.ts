import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { ApprovalDecided } from '../../functions/flows/announce-verdict.ts'
import type { Services } from '../../functions/flows/ports.ts'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import { snsEvent } from '../../local/lambda/envelopes.ts'
import { plantForTests } from '../local/codepipeline/plant-for-tests.ts'
import { enginePipelines } from './engine-pipelines.ts'
import { ACCOUNT } from './ledger.ts'
import { MEMORY_DIRECTORY } from './memory-directory.ts'
import { MemorySlack } from './memory-slack.ts'
import { MemoryTable, memoryTables } from './memory-table.ts'
import { PIPELINE, TOPIC } from './pipeline-under-test.ts'

/** The same parts where nothing goes wrong but what a test makes go wrong: for what the simulation has found. */
export const stillWorld = () => {
  const plant = plantForTests({ instant: true })
  const slack = new MemorySlack(plant.clock.now)
  const pipelines = enginePipelines(plant.engine)
  const announced: ApprovalDecided[] = []
  const tables = memoryTables(new MemoryTable())
  const services: Services = {
    clock: { now: plant.clock.now, newId: plant.clock.newId, sleep: () => new Promise(() => {}) },
    ...tables,
    pipelines: {
      stages: async (pipeline) => pipelines.stages(pipeline),
      actionRuns: async (pipeline, id) => pipelines.actionRuns(pipeline, id),
      execution: async (key) => pipelines.execution(key),
      executions: async (pipeline, stage) => pipelines.executions(pipeline, stage),
      putApprovalResult: async (...given) => pipelines.putApprovalResult(...given),
    },
    slack: {
      post: async (channel, card, under) => ({ kind: 'posted', place: slack.post(channel, card, under) }),
      update: async (place, card) => ({ kind: slack.update(place, card) ? 'updated' : 'lost' }),
      find: async (channel, card, since, under) => slack.find(channel, card, since, under),
      whisper: async (channel, userId, card) => {
        slack.whispers.push({ channel, userId, card })
      },
    },
    directory: {
      person: async (userId) => MEMORY_DIRECTORY.person(userId),
      byEmail: async (email) => MEMORY_DIRECTORY.byEmail(email),
      members: async (groupId) => MEMORY_DIRECTORY.members(groupId),
    },
    announcements: {
      put: async ({ detail }) => {
        announced.push(detail as ApprovalDecided)
      },
    },
    queue: { send: async () => {} },
    configuration: configurationFrom(
      CONFIGURATION.parse({
        defaults: { approvals: 'C0RELEASES', status: 'C0DEPLOYS' },
        routes: [{ match: {}, approvers: [{ name: 'engineers', people: ['U0ANA'], count: 1 }] }],
      }),
    ),
    log: { info: () => {}, warn: () => {}, error: () => {}, count: () => {} },
  }
  return {
    plant,
    slack,
    services,
    announced,
    entriesOf: tables.entriesOf,
    keyOf: (executionId: string) => ({ ...ACCOUNT, pipeline: PIPELINE, executionId }),
    /** The latest notification, as its door reads it. */
    notification: () => {
      const message = JSON.stringify(plant.notices.at(-1)!.message)
      const notice = { topicArn: TOPIC, messageId: 'm', message, subject: null }
      return parseApprovalNotification(snsEvent(notice, plant.clock.now()).Records[0]!)
    },
  }
}
