import type { CodePipeline, CodePipelineEvent } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ApprovalNotice } from '../../local/aws/codepipeline/codepipeline.ts'
import type { Verdict } from '../../functions/domain/policy.ts'
import type { EnginePipelines } from '../support/engine-pipelines.ts'
import { enginePipelines } from '../support/engine-pipelines.ts'
import {
  DANA,
  START,
  approve,
  deploy,
  settled,
  shop,
  sourceStage,
  virtualCodePipeline,
} from '../support/virtual-codepipeline.ts'

export const MINUTE = 60_000
/** On a full minute, as the notification tells the expiry without seconds. */
export const REQUESTED_AT = START + 45_000

/** What has changed the approval action since it began to wait. Epoch milliseconds. */
export type Change =
  { by: 'bot' | 'console'; verdict: Verdict; summary: string; at: number } | { by: 'time'; at: number }

/** CodePipeline as one history of changes leaves it. */
export interface CodePipelineState {
  changes: readonly Change[]
  /** Every verdict that the bot tried to send, whether or not CodePipeline took it. */
  sent: readonly { verdict: Verdict; summary: string; at: number }[]
}

export const UNTOUCHED: CodePipelineState = { changes: [], sent: [] }

export interface AfterChanges {
  engine: CodePipeline
  pipelines: EnginePipelines
  /** From the approval action's beginning on. */
  events: readonly CodePipelineEvent[]
  notice: ApprovalNotice
  token: string
  executionId: string
  actionExecutionId: string
  /** Epoch milliseconds. */
  expiresAt: number
  passTo: (at: number) => Promise<void>
}

/**
 * The local CodePipeline cannot be copied: each state is made once, by the changes before it, and kept. It
 * answers every read.
 */
export class CodePipelines {
  readonly #timeoutInMinutes: number
  readonly #made = new Map<string, Promise<AfterChanges>>()

  constructor(timeoutInMinutes: number) {
    this.#timeoutInMinutes = timeoutInMinutes
  }

  after(changes: readonly Change[]): Promise<AfterChanges> {
    const key = JSON.stringify(changes)
    const made = this.#made.get(key) ?? this.make(changes)
    this.#made.set(key, made)
    return made
  }

  /** One that no one else has, so that it may be changed. */
  async make(changes: readonly Change[]): Promise<AfterChanges> {
    const { clock, engine, notices, events, create, start } = virtualCodePipeline({ instant: true })
    const approval = approve('Approve', {
      timeoutInMinutes: this.#timeoutInMinutes,
      configuration: { NotificationArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals' },
    })
    const production = { name: 'Production', actions: [approval, deploy('Deploy', { runOrder: 2 })] }
    await create(shop({ stages: [sourceStage, production] }))
    clock.pass(REQUESTED_AT - clock.now())
    const executionId = await start()
    await settled()
    const { message } = notices[0]!
    const { token, pipelineName, stageName, actionName } = message.approval
    const passTo = async (at: number) => {
      clock.pass(at - clock.now())
      await settled()
    }
    for (const change of changes) {
      await passTo(change.at)
      if (change.by === 'time') continue
      const { verdict: status, summary } = change
      engine.putApprovalResult(
        { pipelineName, stageName, actionName, token, result: { status, summary } },
        BY[change.by],
      )
      await settled()
    }
    const runs = engine.listActionExecutions({ pipelineName, maxResults: 100 }).actionExecutionDetails
    const run = runs.find(({ output }) => output.executionResult.externalExecutionId === token)!
    return {
      engine,
      pipelines: enginePipelines(engine),
      events,
      notice: message,
      token,
      executionId,
      actionExecutionId: run.actionExecutionId,
      expiresAt: REQUESTED_AT + this.#timeoutInMinutes * MINUTE,
      passTo,
    }
  }
}

const BY = { bot: 'arn:aws:sts::111122223333:assumed-role/greenlight-button-clicked/greenlight', console: DANA }
