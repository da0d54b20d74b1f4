/** How many lines of one action are kept; an endless build must not fill the memory of the workspace. */
const MOST_LINES = 2000
const LONGEST_LINE = 2000

/**
 * The logs of all action executions, each with a limit: the oldest lines go first, and the log says how many are
 * missing.
 */
export const createActionLogs = () => {
  const logs = new Map<string, { lines: string[]; dropped: number }>()
  return {
    append: (actionExecutionId: string, line: string): void => {
      const log = logs.get(actionExecutionId) ?? { lines: [], dropped: 0 }
      logs.set(actionExecutionId, log)
      log.lines.push(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line)
      // Dropping many at once keeps appending cheap.
      if (log.lines.length > MOST_LINES * 1.5) log.dropped += log.lines.splice(0, log.lines.length - MOST_LINES).length
    },
    has: (actionExecutionId: string): boolean => logs.has(actionExecutionId),
    /** The whole log as text, one line each, or undefined if the action has written none. */
    read: (actionExecutionId: string): string | undefined => {
      const log = logs.get(actionExecutionId)
      if (!log) return undefined
      const lines = log.lines.slice(-MOST_LINES)
      const dropped = log.dropped + log.lines.length - lines.length
      return [...(dropped > 0 ? [`… ${dropped} earlier lines are not kept`] : []), ...lines, ''].join('\n')
    },
  }
}
