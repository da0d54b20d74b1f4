import type { DeployedApplication } from '../aws/codedeploy/codedeploy.ts'
import type { CodePipeline } from '../aws/codepipeline/codepipeline.ts'
import type { NotRun } from '../process/capabilities.ts'
import type { Trouble } from '../slack/interactions.ts'
import type { Person } from '../slack/people.ts'
import type { CommitKind } from '../source/example-commits.ts'
import type { GitSource } from '../source/git-source.ts'

/** An AWS account of the workspace, with the parts that its pages use. */
export interface Account {
  accountId: string
  /** What people call it. */
  name: string
  /** The role in which the bot steers its pipelines. */
  deciderRoleName: string
  codePipeline: CodePipeline
  /** What its pipeline delivers; undefined if the workspace has no pipeline there. */
  delivery: ShownDelivery | undefined
}

export interface ShownDelivery {
  pipelineName: string
  /** What cannot run for real on this machine, and why. */
  notRun: readonly NotRun[]
  /** Null before the first deployment. */
  application(): DeployedApplication | null
  /** The repository that changes come from. */
  source: Pick<GitSource, 'commits' | 'show' | 'compare'>
  /** What can be started without the pipeline; undefined if nothing can. */
  outside?: Outside
  /** Makes a commit on the pipeline's branch, and notifies CodePipeline. */
  push(person: Person, kind: CommitKind, message: string | undefined): Promise<Trouble>
}

/** Starts work that no pipeline runs, in the name of a caller. Each throws an AwsError if it is refused. */
export interface Outside {
  /** A build of the newest commit. */
  build(callerArn: string): Promise<void>
}

/** The account with that id, or the first, the bot's own, without an id. */
export const accountOf = (accounts: readonly Account[], accountId: string | undefined): Account | undefined =>
  accountId === undefined ? accounts[0] : accounts.find((account) => account.accountId === accountId)

/** The log of one action execution, in whichever account it ran. */
export const logOf = (accounts: readonly Account[], actionExecutionId: string): string | undefined =>
  accounts.map(({ codePipeline }) => codePipeline.logOf(actionExecutionId)).find((log) => log !== undefined)
