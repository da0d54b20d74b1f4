import { createCodePipeline } from '../aws/codepipeline/codepipeline.ts'
import type { CodePipelineEvent } from '../aws/codepipeline/codepipeline.ts'
import type { Sns } from '../aws/sns/sns.ts'
import type { WorkspaceClock } from '../clock.ts'
import type { Account, ShownDelivery } from '../web/account.ts'
import type { Delivery } from './delivery.ts'
import type { RunningActions } from './running-actions.ts'

/** Where links into CodePipeline's console begin; here they lead to the workspace's own replacement. */
const AWS_CONSOLE = 'https://console.aws.amazon.com/codesuite/codepipeline'

/**
 * Opens CodePipeline in an account, with the runners of what its pipeline delivers. The pipeline is not created yet.
 */
export const openAccount = (options: {
  place: { accountId: string; name: string; region: string; deciderRoleName: string }
  delivery: Delivery | undefined
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  /** The parent of the directories of artifacts. */
  workDirectory: string
  actions: RunningActions
  sns: Sns
  putEvent: (event: CodePipelineEvent) => void
}): Account => {
  const { place, delivery, clock, url, workDirectory, actions, sns, putEvent } = options
  const codePipeline = createCodePipeline({
    accountId: place.accountId,
    region: place.region,
    clock,
    timers: clock,
    runners: actions.observe(delivery?.runners ?? {}),
    publishNotice: (topicArn, notice) => {
      const message = JSON.stringify(notice).replaceAll(AWS_CONSOLE, `${url}/console`)
      sns.publish({ topicArn, message })
    },
    putEvent,
    workDirectory,
  })
  const push =
    ({ pipeline, push }: Delivery): ShownDelivery['push'] =>
    async (person, kind, message) => {
      const trouble = await push(person, kind, message)
      if (trouble === null)
        codePipeline.sourceChanged(pipeline.name, {
          triggerType: 'WebhookV2',
          triggerDetail: connectionOf(pipeline) ?? 'workspace',
        })
      return trouble
    }
  return {
    accountId: place.accountId,
    name: place.name,
    deciderRoleName: place.deciderRoleName,
    codePipeline,
    delivery: delivery && { ...delivery, pipelineName: delivery.pipeline.name, push: push(delivery) },
  }
}

/** CodePipeline is notified of a push through the connection of the source action. */
const connectionOf = ({ stages }: Delivery['pipeline']): string | undefined =>
  stages[0]?.actions[0]?.configuration.ConnectionArn

/** Ends every execution, so that its runners are told to stop. */
export const abandonAll = ({ codePipeline }: Account): void => {
  for (const { name, executions } of codePipeline.overview())
    for (const { id, status } of executions)
      if (status === 'InProgress' || status === 'Stopping')
        codePipeline.stopPipelineExecution({ pipelineName: name, pipelineExecutionId: id, abandon: true })
}
