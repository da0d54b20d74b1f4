import type { ActionRun, ExecutionSummary, Pipelines } from '../../functions/ports/pipelines.ts'

/**
 * CodePipeline as it was at that moment, from what it lists today: what began later is left out, and what ended later was
 * in progress. Lists that were read before are not read again.
 */
export const asOf = (read: ReturnType<typeof readOnce>, moment: number): Pipelines => ({
  ...read,
  runs: async (pipeline, enough) => {
    const known = await read.runs(pipeline, (runs) => enough(runs.flatMap(then<ActionRun>(moment))))
    return known && { ...known, runs: known.runs.flatMap(then<ActionRun>(moment)) }
  },
  executions: async (pipeline, { enough = () => true } = {}) => {
    const at = then<ExecutionSummary>(moment)
    const known = await read.executions(pipeline, {
      enough: (all) => {
        const past = all.flatMap(at)
        return past.length > 0 && enough(past)
      },
    })
    return known && known.flatMap(at)
  },
})

const then =
  <T extends Pick<ActionRun | ExecutionSummary, 'startedAt' | 'updatedAt' | 'status'>>(moment: number) =>
  (one: T): T[] => {
    if (one.startedAt > moment) return []
    return [one.updatedAt > moment ? { ...one, status: 'InProgress' as const, updatedAt: moment } : one]
  }

/** The same answers, each asked for once: a list that is not long enough is read again. */
export const readOnce = (pipelines: Pipelines): Pipelines => {
  const known = new Map<string, Promise<unknown>>()
  const once = <T>(key: unknown, ask: () => Promise<T>): Promise<T> => {
    const name = JSON.stringify(key)
    const answer = (known.get(name) as Promise<T> | undefined) ?? ask()
    known.set(name, answer)
    return answer
  }
  const again = async <T>(key: unknown, isEnough: (known: T) => boolean, ask: () => Promise<T>): Promise<T> => {
    const first = await once(key, ask)
    if (isEnough(first)) return first
    known.delete(JSON.stringify(key))
    return once(key, ask)
  }
  return {
    ...pipelines,
    stages: (pipeline) => once(['stages', pipeline], () => pipelines.stages(pipeline)),
    execution: (key) => once(['execution', key], () => pipelines.execution(key)),
    actionRuns: (key) => once(['action runs', key], () => pipelines.actionRuns(key)),
    runs: (pipeline, enough) =>
      again(
        ['runs', pipeline],
        (all) => all === null || all.isWhole || enough(all.runs),
        () => pipelines.runs(pipeline, enough),
      ),
    executions: (pipeline, asked = {}) =>
      again(
        ['executions', pipeline],
        (all) => all === null || (asked.enough?.(all) ?? true),
        () => pipelines.executions(pipeline, asked),
      ),
  }
}
