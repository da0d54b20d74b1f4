import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** Resolves when a process that is not our child has ended: the system does not notify us, so we poll. */
export const hasEnded = async (pid: number): Promise<void> => {
  if (!(pid > 1)) throw new Error(`${pid} is not the id of a process`)
  while (isAlive(pid)) await wait(10)
}

/** A dead process that its parent has not waited for (Z) still has its id. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    // Only Linux has /proc.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux'
  }
}
