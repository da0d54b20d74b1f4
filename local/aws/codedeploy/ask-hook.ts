import type { WorkspaceClock } from '../../clock.ts'
import type { ActionRun } from '../action-runner.ts'
import type { Lambda } from '../lambda/lambda.ts'
import type { ReportedStatus, ShiftingDeployments } from './shifting-deployments.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** A function as CodeDeploy invokes it: CodeDeploy waits for its report and ignores its answer. */
export type HookFunction = (
  event: { DeploymentId: string; LifecycleEventHookExecutionId: string },
  context: { getRemainingTimeInMillis(): number },
) => Promise<unknown>

/** The timeout in serverless.yml. */
const FUNCTION_TIMEOUT_MS = 60_000

/** How long CodeDeploy waits for a report (AWS CodeDeploy User Guide, "AppSpec 'hooks' section"). */
const HOOK_TIMEOUT_MS = 3_600_000

/** Invokes a hook and waits for its report. Throws a sentence if the report is Failed, or none comes within an hour. */
export const askHook = async (options: {
  clock: WorkspaceClock
  lambda: Lambda
  deployments: ShiftingDeployments
  hooks: Record<string, HookFunction>
  /** The deployment. */
  id: string
  hook: string
  event: string
  signal: AbortSignal
  run: ActionRun
}): Promise<void> => {
  const { clock, lambda, deployments, id, hook, event, run } = options
  const handle = ownEntry(options.hooks, hook)
  if (!handle) throw new Error(`there is no function ${hook}`)
  const hookExecutionId = clock.newId()
  const reported = deployments.reportOf(id, hookExecutionId)
  run.log(`[${event}] asks ${hook}`)

  let answered: unknown
  const invocation = lambda.asynchronous<object>({
    retries: 2,
    gaveUp: (_, because) => run.log(`[${event}] ${hook} threw ${because}; nothing was reported`),
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
    deployments.complete(hookExecutionId)
  }
}

const reasonIn = (answered: unknown): string => {
  const because = (answered as { because?: unknown } | undefined)?.because
  return typeof because === 'string' ? `: ${because}` : ''
}
