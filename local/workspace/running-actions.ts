import type { ActionRunner } from '../aws/codepipeline/runner.ts'

/** Keeps an eye on what runners are doing, so that nobody takes their directories away under them. */
export class RunningActions {
  readonly #running = new Set<Promise<unknown>>()

  /** The same runners, observed. */
  observe(runners: Record<string, ActionRunner>): Record<string, ActionRunner> {
    const observed = (runner: ActionRunner): ActionRunner => {
      return (run) => {
        const running = runner(run)
        this.#running.add(running)
        void running.catch(() => undefined).then(() => this.#running.delete(running))
        return running
      }
    }
    return Object.fromEntries(Object.entries(runners).map(([kind, runner]) => [kind, observed(runner)]))
  }

  /** Resolves when none of them is at work. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
