import type { ActionRunner } from '../aws/action-runner.ts'

/** The runs in progress, so that their directories are not removed while they work. */
export interface RunningActions {
  /** The same runners, observed. */
  observe(runners: Record<string, ActionRunner>): Record<string, ActionRunner>
  /** Resolves when none of them runs. */
  ended(): Promise<void>
}

export const createRunningActions = (): RunningActions => {
  const running = new Set<Promise<unknown>>()
  const observed =
    (runner: ActionRunner): ActionRunner =>
    (run) => {
      const outcome = runner(run)
      running.add(outcome)
      void outcome.catch(() => undefined).then(() => running.delete(outcome))
      return outcome
    }
  return {
    observe: (runners) => Object.fromEntries(Object.entries(runners).map(([kind, runner]) => [kind, observed(runner)])),
    ended: async () => {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}
