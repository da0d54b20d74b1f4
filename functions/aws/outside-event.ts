import * as z from 'zod/mini'
import type { OutsideState } from '../domain/outside-execution.ts'
import type { Progress } from '../domain/execution.ts'
import type { OutsideEvent } from '../flows/outside/follow-outside.ts'
import { oneLine, visible } from '../domain/visible-text.ts'
import { Malformed, parseAs } from '../malformed.ts'
import { ownEntry } from '../own-entry.ts'
import { EVENT_ENVELOPE } from './event-envelope.ts'
import { PROGRESS_OF_BUILD, isByPipeline, startedBuild } from './outside-states.ts'

/** The event holds the build's environment variables as well, in clear: nothing but this is read. */
const BUILD_EVENT = z.lazy(() =>
  z.object({
    ...EVENT_ENVELOPE,
    // "Build notifications input format reference", CodeBuild user guide.
    detail: z.object({
      // "CreateProject", CodeBuild API reference.
      'project-name': z.string().check(z.regex(/^[A-Za-z0-9][\w-]{1,254}$/)),
      'build-id': z.string(),
      'build-status': z.string(),
      'additional-information': z.nullish(
        z.object({ initiator: z.nullish(z.string()), 'source-version': z.nullish(z.string()) }),
      ),
    }),
  }),
)

/** A message shows it, and one without a letter would be empty there. */
const shownName = z.string().check(
  z.maxLength(100),
  z.refine((name) => oneLine(visible(name)) !== '', 'nothing that can be seen'),
)

const DEPLOYMENT_EVENT = z.lazy(() =>
  z.object({
    ...EVENT_ENVELOPE,
    // "Monitoring deployments with Amazon CloudWatch Events", CodeDeploy user guide.
    detail: z.object({
      application: shownName,
      deploymentGroup: shownName,
      deploymentId: z.string().check(z.regex(/^d-[A-Za-z0-9]+$/)),
      state: z.string(),
    }),
  }),
)

const BUILD_ARN = /^arn:[a-z-]+:codebuild:([a-z0-9-]+):(\d{12}):build\/([^/:]+):([^/:]+)$/

const ofBuild = (input: unknown): OutsideEvent | null => {
  const { account: accountId, region, time, detail } = parseAs(BUILD_EVENT, input, 'The event of a build')
  const project = detail['project-name']
  const [, itsRegion, itsAccount, itsProject, id] = BUILD_ARN.exec(detail['build-id']) ?? []
  if (itsProject !== project || itsRegion !== region || itsAccount !== accountId)
    throw new Malformed('The event of a build', ['detail.build-id: not the ARN of a build of this project'])
  const progress = ownEntry<Progress>(PROGRESS_OF_BUILD, detail['build-status'])
  const { initiator = null, 'source-version': version = null } = detail['additional-information'] ?? {}
  if (!progress || isByPipeline(initiator)) return null
  const state: OutsideState = { progress, at: Date.parse(time) }
  return {
    key: { accountId, region, pipeline: project, executionId: `${project}:${id}` },
    outside: { service: 'CodeBuild', group: null, version: version || null },
    // Without its initiator, a pipeline may have started it.
    told: initiator ? { state, starter: startedBuild(initiator) } : null,
  }
}

/** Its states are not documented in full, and who created the deployment is not in it: CodeDeploy is asked. */
const ofDeployment = (input: unknown): OutsideEvent => {
  const { account: accountId, region, detail } = parseAs(DEPLOYMENT_EVENT, input, 'The event of a deployment')
  const { application, deploymentGroup: group, deploymentId } = detail
  return {
    key: { accountId, region, pipeline: application, executionId: deploymentId },
    outside: { service: 'CodeDeploy', group, version: null },
    told: null,
  }
}

const OUTSIDE_EVENTS: Record<string, (input: unknown) => OutsideEvent | null> = {
  'CodeBuild Build State Change': ofBuild,
  'CodeDeploy Deployment State-change Notification': ofDeployment,
}

const DETAIL_TYPE = z.object({ 'detail-type': z.string() })

const outsideReader = (input: unknown): ((input: unknown) => OutsideEvent | null) | undefined => {
  const { data } = z.safeParse(DETAIL_TYPE, input)
  return data && ownEntry(OUTSIDE_EVENTS, data['detail-type'])
}

/** Whether the event is one of a build or a deployment, by its detail-type. */
export const isOutsideEvent = (input: unknown): boolean => outsideReader(input) !== undefined

/**
 * Reads the event of a build or a deployment. Null for a state that the bot ignores, and for a build that a pipeline
 * started.
 *
 * @throws {Malformed}
 */
export const parseOutsideEvent = (input: unknown): OutsideEvent | null => outsideReader(input)?.(input) ?? null
