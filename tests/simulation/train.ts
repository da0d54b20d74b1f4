import { createCodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ApprovalNotice } from '../../local/aws/codepipeline/codepipeline.ts'
import type { CodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { CodePipelineEvent } from '../../local/aws/codepipeline/codepipeline.ts'
import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ActionRunner } from '../../local/aws/action-runner.ts'
import type { Chance } from './chance.ts'
import type { Asked, Ledger } from './ledger.ts'
import { ACCOUNT } from './ledger.ts'
import { PIPELINE, makeChangeSet } from './pipeline-under-test.ts'
import type { Commit } from './commit.ts'
import { COMMITS, MARKUP } from './configuration.ts'
import { ToldChanges } from './told-changes.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Receives what leaves CodePipeline: a notification to people, an event. */
export interface Outbound {
  notice(topicArn: string, message: ApprovalNotice, asked: Asked): void
  event(event: CodePipelineEvent): void
}

/** The local CodePipeline with one pipeline whose actions take a while. `fails`: how likely a deployment fails. */
export const openTrain = (
  { time, chance, ledger, fails }: { time: VirtualTime; chance: Chance; ledger: Ledger; fails: number },
  declaration: PipelineDeclaration,
  outbound: Outbound,
  commits: readonly Commit[] = COMMITS,
): CodePipeline => {
  let ids = 0
  const changes = new ToldChanges(time.now, declaration)
  const takes = (ms: number) => new Promise<void>((resolve) => void time.in(ms, resolve))
  const source: ActionRunner = async ({ pipelineExecutionId }) => {
    await takes(chance.between(500, 5_000))
    const revisionId = pipelineExecutionId.replaceAll('-', '').padStart(40, '0')
    const commit = chance.pick(commits)
    const { name, email, coAuthors, wrote, branch, tag, repository } = commit
    const trailers = coAuthors.map((author) => `\nCo-authored-by: ${author.name} <${author.email}>`)
    const message = [`Change ${pipelineExecutionId.slice(-4)} ${MARKUP}`, ...trailers].join('\n')
    changes.brought(pipelineExecutionId, revisionId, commit)
    ledger.involved.set(pipelineExecutionId, {
      wrote,
      started: ledger.involved.get(pipelineExecutionId)?.started ?? wrote,
    })
    return {
      status: 'Succeeded',
      outputVariables: {
        CommitId: revisionId,
        CommitMessage: message,
        AuthorDisplayName: name,
        ...(email !== null && { AuthorEmail: email }),
        ...(branch && { BranchName: branch }),
        ...(tag && { TagName: tag }),
      },
      revision: {
        revisionId,
        revisionSummary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: message }),
        revisionUrl: repository
          ? `https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections/redirect?FullRepositoryId=${repository}&Commit=${revisionId}`
          : '',
        created: time.now(),
      },
    }
  }
  const deploy: ActionRunner = async () => {
    await takes(chance.between(2_000, 90_000))
    return chance.is(fails) ? { status: 'Failed', summary: 'ValidateService exited 1' } : { status: 'Succeeded' }
  }

  /** A rollback has the change of its target. */
  const noteRollback = (pipelineExecutionId: string) => {
    const target = rollbackTarget(engine, pipelineExecutionId)
    if (target !== null) changes.rolledBack(pipelineExecutionId, target)
  }

  const engine: CodePipeline = createCodePipeline({
    ...ACCOUNT,
    clock: { now: time.now, newId: () => `00000000-0000-4000-8000-${(++ids).toString(16).padStart(12, '0')}` },
    timers: time,
    runners: {
      'Source/CodeStarSourceConnection': source,
      'Deploy/CodeDeploy': deploy,
      'Deploy/CloudFormation': makeChangeSet,
    },
    putEvent: (event) => {
      ledger.note(event)
      noteRollback(String(event.detail['execution-id']))
      changes.note(event)
      outbound.event(event)
    },
    publishNotice: (topicArn, message) => {
      const { token, pipelineName, stageName: stage, actionName: action } = message.approval
      const runs = engine.listActionExecutions({ pipelineName, maxResults: 100 }).actionExecutionDetails
      const run = runs.find(({ output }) => output.executionResult.externalExecutionId === token)
      if (!run) throw new Error(`CodePipeline asks with a token that none of its actions has: ${token}`)
      const { pipelineExecutionId } = run
      const { trigger, executionMode: mode } = engine.getPipelineExecution({
        pipelineName,
        pipelineExecutionId,
      }).pipelineExecution
      const where = { ...ACCOUNT, pipeline: PIPELINE, stage, action }
      const told = changes.of(pipelineExecutionId, stage, action)
      const more = { trigger: trigger.triggerType, mode, ...told }
      outbound.notice(topicArn, message, ledger.ask(where, token, run, time.now(), more))
    },
  })
  engine.createPipeline(declaration, 'arn:aws:iam::111122223333:user/dana', { start: false })
  const noted = <Input extends object, Rest extends unknown[], Answer>(
    operation: string,
    call: (input: Input, ...rest: Rest) => Answer,
  ) => {
    return (input: Input, ...rest: Rest): Answer => {
      const answer = call(input, ...rest)
      ledger.steeredByOthers.push({
        operation,
        input: Object.fromEntries(Object.entries(input)),
        at: time.now(),
        started: null,
      })
      return answer
    }
  }
  return {
    ...engine,
    retryStageExecution: noted('RetryStageExecution', engine.retryStageExecution),
    overrideStageCondition: noted('OverrideStageCondition', engine.overrideStageCondition),
    stopPipelineExecution: noted('StopPipelineExecution', engine.stopPipelineExecution),
    updatePipeline: (edited, ...by) => {
      changes.edited(edited)
      return engine.updatePipeline(edited, ...by)
    },
  }
}

const rollbackTarget = (engine: CodePipeline, pipelineExecutionId: string): string | null => {
  try {
    const { pipelineExecution } = engine.getPipelineExecution({ pipelineName: PIPELINE, pipelineExecutionId })
    return pipelineExecution.rollbackMetadata?.rollbackTargetPipelineExecutionId ?? null
  } catch {
    // Its pipeline was deleted.
    return null
  }
}
