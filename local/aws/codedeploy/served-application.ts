import { readFileSync } from 'node:fs'

import { untilEnded } from '../../process/until-ended.ts'

/** The process that the hooks started: a session leader whose id is in a file (appspec/ec2/scripts/detach.py). */
export interface Served {
  runs(): boolean
  /** Ends the whole session; kills it if it ignores the signal. Settles when it no longer runs. */
  stop(): Promise<void>
}

const STOPS_WITHIN_MS = 500
const ENDS_ONCE_KILLED_WITHIN_MS = 1_000

/** The application that runs from `appDirectory` with its process id in `pidFile`. */
export const servedFrom = (pidFile: string, appDirectory: string): Served => {
  const running = () => {
    const pid = Number(readOr(pidFile, ''))
    return Number.isInteger(pid) && pid > 1 && isAlive(pid) && isFrom(appDirectory, pid) ? pid : undefined
  }
  return {
    runs: () => running() !== undefined,
    async stop() {
      const pid = running()
      if (pid === undefined) return
      const runs = () => running() === pid
      signal(-pid, 'SIGTERM')
      await untilEnded(runs, STOPS_WITHIN_MS)
      // Also without a leader: processes of its session may be left.
      signal(-pid, 'SIGKILL')
      await untilEnded(runs, ENDS_ONCE_KILLED_WITHIN_MS)
    },
  }
}

const isAlive = (pid: number) => signal(pid, 0)

/** The process ID may belong to another program by now, or to a dead process whose parent has not waited for it. */
const isFrom = (directory: string, pid: number) => readOr(`/proc/${pid}/cmdline`, directory).includes(directory)

const signal = (pid: number, name: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}
