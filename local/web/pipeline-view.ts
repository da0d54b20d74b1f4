import { nameFromArn, steeringSessionIn } from '../../functions/domain/starter.ts'
import type { ExecutionOverview, PipelineOverview } from '../aws/codepipeline/codepipeline.ts'
import type { ExecutionView, PipelineView } from '../page/contract.ts'
import { PEOPLE } from '../slack/people.ts'
import type { Account } from './account.ts'

/** The pipelines of all accounts as the page shows them, the bot's own account first. */
export const pipelineViews = (accounts: readonly Account[]): PipelineView[] =>
  accounts.flatMap((account) => account.codePipeline.overview().map((pipeline) => pipelineView(account, pipeline)))

const pipelineView = ({ name, deciderRoleName, delivery }: Account, pipeline: PipelineOverview): PipelineView => ({
  ...pipeline,
  accountName: name,
  executions: pipeline.executions.map((execution) => executionView(execution, deciderRoleName)),
  ...(delivery?.pipelineName === pipeline.name && {
    delivery: { application: delivery.application(), ...(delivery.outside && { outside: true as const }) },
  }),
})

const executionView = (execution: ExecutionOverview, deciderRoleName: string): ExecutionView => {
  const { trigger: _trigger, sourceVariables: _sourceVariables, revision, ...shown } = execution
  return {
    ...shown,
    stages: shown.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.map((action) => ({ ...action, summary: messageIn(action.summary) ?? action.summary })),
    })),
    startedBy: starter(execution, deciderRoleName),
    revision: revision && {
      id: revision.id,
      title: commitTitle(revision.summary),
      author: author(execution),
      url: revision.url,
    },
  }
}

const starter = (execution: ExecutionOverview, deciderRoleName: string): string => {
  const { triggerType, triggerDetail } = execution.trigger
  if (triggerType.startsWith('Webhook')) return author(execution) || 'a push'
  if (triggerType === 'AutomatedRollback') return 'CodePipeline itself, as a rollback'
  const session = steeringSessionIn(triggerDetail)
  if (session?.role === deciderRoleName)
    return PEOPLE.find(({ id }) => id === session.userId)?.realName ?? session.userId
  return nameFromArn(triggerDetail) ?? triggerDetail
}

const author = ({ sourceVariables }: ExecutionOverview): string =>
  sourceVariables.AuthorDisplayName ?? sourceVariables.AuthorId ?? ''

/** The first line of the commit message, which connections wrap in JSON. */
const commitTitle = (revisionSummary: string): string =>
  (messageIn(revisionSummary) ?? revisionSummary).split('\n')[0]?.trim() ?? ''

const messageIn = (revisionSummary: string): string | undefined => {
  try {
    const parsed: unknown = JSON.parse(revisionSummary)
    const wrapped = typeof parsed === 'object' && parsed !== null && 'CommitMessage' in parsed
    return wrapped && typeof parsed.CommitMessage === 'string' ? parsed.CommitMessage : undefined
  } catch {
    return undefined
  }
}
