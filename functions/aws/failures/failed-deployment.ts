import * as z from 'zod/mini'
import type { FailureCause } from '../../domain/failure-cause.ts'
import type { ToldWhy, ReadFailure } from './asked.ts'
import { askWhy, cause, textOrNull, sentence } from './asked.ts'

export const CODEDEPLOY = { service: 'codedeploy', target: 'CodeDeploy_20141006', name: 'CodeDeploy' }

const DEPLOYMENT = z.lazy(() =>
  z.object({
    deploymentInfo: z.optional(
      z.object({ errorInformation: z.nullish(z.object({ code: textOrNull, message: textOrNull })) }),
    ),
  }),
)

const TARGETS = z.lazy(() => z.object({ targetIds: z.optional(z.array(z.string())) }))

const LIFECYCLE_EVENT = z.lazy(() =>
  z.object({
    lifecycleEventName: textOrNull,
    status: textOrNull,
    diagnostics: z.nullish(
      z.object({ errorCode: textOrNull, scriptName: textOrNull, message: textOrNull, logTail: textOrNull }),
    ),
  }),
)

const DEPLOYED_TO = z.lazy(() =>
  z.nullish(
    z.object({ targetId: textOrNull, status: textOrNull, lifecycleEvents: z.nullish(z.array(LIFECYCLE_EVENT)) }),
  ),
)

const ALL_DEPLOYED_TO = z.lazy(() =>
  z.object({
    deploymentTargets: z.optional(
      z.array(
        z.object({
          instanceTarget: DEPLOYED_TO,
          lambdaTarget: DEPLOYED_TO,
          ecsTarget: DEPLOYED_TO,
          cloudFormationTarget: DEPLOYED_TO,
        }),
      ),
    ),
  }),
)

type DeployedTo = NonNullable<z.output<typeof DEPLOYED_TO>>

/** One call takes so many targets ("BatchGetDeploymentTargets", CodeDeploy API reference). */
const MOST_TARGETS = 25

/**
 * Why a deployment failed: the lifecycle event, script and error of the first target that failed, with the end of its
 * log; without such a target, what CodeDeploy says of the whole deployment.
 */
export const failedDeployment: ReadFailure = async (asking, { externalId: deploymentId }) => {
  if (deploymentId === null) return cause({ unread: [{ because: 'gone', of: 'CodeDeploy' }] })
  const failing = { deploymentId, targetFilters: { TargetStatus: ['Failed'] } }
  const [deployment, listed] = await Promise.all([
    askWhy(asking, CODEDEPLOY, 'GetDeployment', { deploymentId }, DEPLOYMENT),
    askWhy(asking, CODEDEPLOY, 'ListDeploymentTargets', failing, TARGETS),
  ])
  if (deployment.kind === 'missing') return cause({ unread: [{ because: 'gone', of: 'CodeDeploy' }] })
  const targetIds = listed.kind === 'answered' ? (listed.answer.targetIds ?? []) : []
  const details =
    targetIds.length > 0
      ? await askWhy(
          asking,
          CODEDEPLOY,
          'BatchGetDeploymentTargets',
          { deploymentId, targetIds: targetIds.slice(0, MOST_TARGETS) },
          ALL_DEPLOYED_TO,
        )
      : null
  const denied = [deployment, listed, ...(details ? [details] : [])].flatMap(deniedIn)
  const targets = details?.kind === 'answered' ? deployedToIn(details.answer) : []
  const failed = targets.find((target) => failedEvent(target) !== undefined)
  const overall = deployment.kind === 'answered' ? deployment.answer.deploymentInfo?.errorInformation : null
  if (!failed) return cause({ what: sentence(overall?.code, overall?.message), unread: denied })
  const { lifecycleEventName, diagnostics } = failedEvent(failed)!
  const others = targetIds.length - 1
  const on = `${lifecycleEventName ?? 'An event'} on ${failed.targetId ?? 'a target'}${others > 0 ? ` and ${others} more` : ''}`
  const isNamed = (diagnostics?.message ?? '').includes(diagnostics?.scriptName ?? '')
  return {
    what: sentence(on, isNamed ? null : diagnostics?.scriptName, diagnostics?.errorCode, diagnostics?.message),
    lines: (diagnostics?.logTail ?? '')
      .split('\n')
      .filter((line) => !HEADING.test(line))
      .map(withoutStream),
    log: null,
    unread: denied,
  }
}

const deniedIn = (asked: ToldWhy<unknown>): FailureCause['unread'] => (asked.kind === 'denied' ? [asked.unread] : [])

const deployedToIn = ({ deploymentTargets = [] }: z.output<typeof ALL_DEPLOYED_TO>): DeployedTo[] =>
  deploymentTargets.flatMap((one) => Object.values(one).flatMap((target) => target ?? []))

const failedEvent = ({ lifecycleEvents }: DeployedTo) => lifecycleEvents?.find(({ status }) => status === 'Failed')

/** What the agent writes before the lines of a script. */
const HEADING = /^(?:LifecycleEvent|Script) - /

const withoutStream = (line: string): string => line.replace(/^\[std(?:out|err)\]/, '')
