import type { Execution } from '../../domain/execution.ts'
import { isOver } from '../../domain/execution.ts'
import { newHistory, projectOf, withEnd } from '../../domain/outside-history.ts'
import type { Services } from '../../ports/services.ts'

/** Keeps the end of a build or a deployment among those of its project, before people are told of it. */
export const keepEnd = async ({ histories }: Services, execution: Execution): Promise<void> => {
  if (!isOver(execution)) return
  const project = projectOf(execution)
  await histories.change(project, (history) => [withEnd(history, execution), null], {
    fresh: () => newHistory(project),
  })
}

/** Since when those before it failed, if its success ended that; null otherwise. Epoch milliseconds. */
export const outsideFailingSince = async ({ histories }: Services, execution: Execution): Promise<number | null> => {
  const recovered = (await histories.read(projectOf(execution)))?.recovered
  return recovered?.id === execution.key.executionId ? recovered.since : null
}
