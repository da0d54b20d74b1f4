import { AwsError } from '../aws/aws-error.ts'
import { handleCodePipeline } from '../aws/codepipeline/api.ts'
import type { CodePipeline } from '../aws/codepipeline/engine.ts'
import type { PipelineView } from '../page/contract.ts'

export interface Place {
  accountId: string
  region: string
}

/** CodePipeline in each account that the workspace plays. The first is the bot's own. */
export class CodePipelines {
  readonly #placed: readonly { place: Place; engine: CodePipeline }[]

  constructor(placed: readonly { place: Place; engine: CodePipeline }[]) {
    this.#placed = placed
  }

  /** The account's engine, the bot's own when none is named; undefined when there is no such account. */
  of(accountId: string | undefined): CodePipeline | undefined {
    const found = this.#placed.find(({ place }) => accountId === undefined || place.accountId === accountId)
    return found?.engine
  }

  /** Answers one API call in the account and Region that it was signed for. Throws AwsError where nothing is. */
  answer(target: string, input: unknown, callerArn: string, { accountId, region }: Place) {
    const found = this.#placed.find(({ place }) => place.accountId === accountId)
    if (found?.place.region === region) return handleCodePipeline(found.engine, target, input, callerArn)
    const where = found ? `in ${found.place.region} only, not in ${region}` : 'nowhere'
    throw new AwsError('ValidationException', `In this workspace account ${accountId} has pipelines ${where}.`)
  }

  /** Those of the bot's own account first. */
  view(): PipelineView[] {
    return this.#placed.flatMap(({ engine }) => engine.view())
  }

  logOf(actionExecutionId: string): string | undefined {
    return this.#placed.map(({ engine }) => engine.logOf(actionExecutionId)).find((log) => log !== undefined)
  }

  /** Calls `listener` after every change; returns what ends that. */
  onChange(listener: () => void): () => void {
    const ends = this.#placed.map(({ engine }) => engine.onChange(listener))
    return () => ends.forEach((end) => end())
  }

  /** Ends every execution, so that what runs for it is told to stop. */
  abandonAll(): void {
    for (const { engine } of this.#placed)
      for (const { name, executions } of engine.view())
        for (const { id, status } of executions)
          if (status === 'InProgress' || status === 'Stopping')
            engine.stopPipelineExecution({ pipelineName: name, pipelineExecutionId: id, abandon: true })
  }
}
