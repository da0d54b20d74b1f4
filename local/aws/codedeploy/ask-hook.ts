import { type Clock, systemClock } from '../../../functions/clock.ts'
import { trafficShifting, shiftingServices } from '../../../functions/traffic-shifting.ts'
import type { WorkspaceClock } from '../../clock.ts'
import type { ActionRun } from '../codepipeline/runner.ts'
import { AsynchronousInvocation } from '../lambda/asynchronous-invocation.ts'
import { DeadLetters } from '../lambda/dead-letters.ts'
import { terminalLog } from '../../workspace/terminal-log.ts'
import type { DeploymentHooks, ReportedStatus } from './deployment-hooks.ts'

/** A function as CodeDeploy invokes it: what it answers is not heard, only what it reports. */
export type HookFunction = (
  event: { DeploymentId: string; LifecycleEventHookExecutionId: string },
  context: { getRemainingTimeInMillis(): number },
) => Promise<unknown>

/** The timeout in serverless.yml. */
const FUNCTION_TIMEOUT_MS = 60_000

/** How long CodeDeploy waits for a report (AWS CodeDeploy User Guide, "AppSpec 'hooks' section"). */
const HOOK_TIMEOUT_MS = 3_600_000

/**
 * The bot's own door, for the appspec's `traffic-shifting`, connected as the environment says. It waits in the machine's
 * time: somebody who moves the workspace's ahead must not make a check take too long.
 */
export const trafficShiftingHook = (
  environment: Record<string, string>,
  report: (line: string) => void,
  clock: Clock = systemClock,
): HookFunction => trafficShifting(shiftingServices(environment, clock, terminalLog(report)))

/** Invokes a hook and waits for its report. Throws a sentence when that is Failed, or none comes within an hour. */
export const askHook = async (options: {
  clock: WorkspaceClock
  deploymentHooks: DeploymentHooks
  hooks: Record<string, HookFunction>
  /** The deployment. */
  id: string
  hook: string
  event: string
  signal: AbortSignal
  run: ActionRun
}): Promise<void> => {
  const { clock, deploymentHooks, id, hook, event, run } = options
  const handle = options.hooks[hook]
  if (!handle) throw new Error(`there is no function ${hook}`)
  const hookExecutionId = clock.newId()
  const reported = deploymentHooks.reportOf(id, hookExecutionId)
  run.log(`[${event}] asks ${hook}`)

  let answered: unknown
  const invocation = new AsynchronousInvocation({
    door: hook,
    retries: 2,
    clock,
    deadLetters: new DeadLetters(({ because }) => run.log(`[${event}] ${hook} threw ${because}; nothing was reported`)),
    handle: async () => {
      const endsAt = performance.now() + FUNCTION_TIMEOUT_MS
      const context = { getRemainingTimeInMillis: () => endsAt - performance.now() }
      answered = await handle({ DeploymentId: id, LifecycleEventHookExecutionId: hookExecutionId }, context)
    },
  })
  invocation.invoke({})

  const over = new AbortController()
  const tooLate = clock
    .sleep(HOOK_TIMEOUT_MS, AbortSignal.any([options.signal, over.signal]))
    .then(() => 'late' as const)
  try {
    const status: ReportedStatus | 'late' = await Promise.race([reported, tooLate])
    if (status === 'late') throw new Error(`${hook} has reported nothing for an hour`)
    // The report comes before the function's answer, which says why.
    await invocation.settled()
    run.log(`[${event}] ${hook} reports ${status}`)
    if (status === 'Failed') throw new Error(`${hook} reports Failed${reasonIn(answered)}`)
  } finally {
    over.abort()
    deploymentHooks.complete(hookExecutionId)
  }
}

const reasonIn = (answered: unknown): string => {
  const because = (answered as { because?: unknown } | undefined)?.because
  return typeof because === 'string' ? `: ${because}` : ''
}
