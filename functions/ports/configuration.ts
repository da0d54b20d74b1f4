import type { Digest } from '../domain/digest.ts'
import type { Calendar, ClosedTimes } from '../domain/calendar.ts'
import type { OutsideWork } from '../domain/outside-work.ts'
import type { AccountRegion, ExecutionKey, Pipeline, StageAction } from '../domain/pipeline.ts'
import type { Change, Repository } from '../domain/revision.ts'
import type { May, Route } from '../domain/route.ts'
import type { Starter } from '../domain/starter.ts'

/** What routes may match beside the action: the change, what started the execution, and the time. */
export interface RouteSubject {
  change: Change
  starter: Starter
  at: number
}

/** A route by its place in greenlight.yml, who may do what there, and the channel of its approvals. */
export interface TouchedRoute {
  /** Such as `routes.2 (shop-*)`. */
  name: string
  may: May
  approvals: string | null
}

export interface Configuration {
  /**
   * The route that applies, or null: then no one can approve in Slack. Without a subject, what routes match of it is
   * unknown.
   */
  routeFor(where: StageAction, subject?: RouteSubject): Route | null
  /** Whether a route that matches, by what is known, asks by events. */
  mayAskByEvents(where: AccountRegion & Partial<StageAction>): boolean
  /** Where approval is requested, or where people are at least told that no one can approve; null for no message. */
  approvalsChannelFor(where: StageAction, subject?: RouteSubject): string | null
  statusChannelFor(pipeline: Pipeline): string | null
  /** The first route that wants to see this build or deployment, and its channel; null if none does. */
  outsideRouteFor(
    key: ExecutionKey,
    outside: Pick<OutsideWork, 'service' | 'group'>,
  ): { route: Route; status: string } | null
  /** Whether a route wants to see deployments outside pipelines. */
  seesDeployments: boolean
  /** The routes that may match a pipeline whose name matches one of these patterns (domain/name-pattern.ts). */
  routesTouching(patterns: readonly string[]): readonly TouchedRoute[]
  /** Whether any route lets people stand in for its approvers. */
  allowsStandIns: boolean
  /** The routes that an action of the stage may have, of which the last one takes every action. */
  routesOfStage(where: Pipeline & { stage: string }): readonly Route[]
  /**
   * The route whose settings apply to an execution that ended there: the first that matches the action, else the first
   * that matches the pipeline. Without such a route, the settings of `defaults`.
   */
  routeOfExecution(where: Pipeline & Partial<Pick<StageAction, 'stage' | 'action'>>): Route
  /**
   * The person for an e-mail address, an author's name or an AWS identity, by the configuration's `people` map: a Slack
   * user ID, or `nobody` for a machine. Null if the map has no entry.
   */
  personFor(identity: string): string | null
  /** How long approvals and their audit records are kept. Milliseconds. */
  retention: number
  /** What an iCalendar file said when greenlight.yml was packaged; null if it names no such file. */
  calendarFile(calendar: Calendar): ClosedTimes | null
  /** The iCalendar addresses that freezes name, once each. */
  calendarAddresses: readonly Calendar[]
  /** Which channels get a digest, and when. */
  digests: readonly Digest[]
  /** A name for the account, or its ID. */
  accountName(accountId: string): string
  /** The page of the pipeline in the AWS console. */
  consoleUrl(pipeline: Pipeline): string
  /** Pages of a repository that the source action names, if the configuration overrides its provider's default. */
  repositoryFor: (fullName: string) => Repository | null
}
