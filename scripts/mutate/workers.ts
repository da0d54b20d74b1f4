import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer, Reply, Task } from './worker.ts'

/** A process that performs one task at a time. */
export interface Worker {
  /** @returns the answer; a task, or a step of it, that takes longer than its limit, or ends its process, is `killed`. */
  perform(task: Task, limitMs: number): Promise<Answer>
  close(): void
}

/** Modules of past versions stay in a process for good, so it is replaced when it holds so much. Bytes. */
const MOST_MEMORY = 1_000_000_000

export const openWorker = (seed: number): Worker => {
  let child: ChildProcess | null = null
  const close = () => {
    child?.kill('SIGKILL')
    child = null
  }
  const start = (): ChildProcess =>
    fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [String(seed)], {
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })

  return {
    close,
    perform: (task, limitMs) =>
      new Promise((resolve) => {
        child ??= start()
        const asked = child
        const neverEnds = () => end('it never ends')
        let timer = setTimeout(neverEnds, limitMs)
        const onMessage = (reply: Reply) => {
          if ('limitMs' in reply) {
            clearTimeout(timer)
            timer = setTimeout(neverEnds, reply.limitMs)
            return
          }
          leave()
          if (reply.rss > MOST_MEMORY) close()
          resolve(reply.answer)
        }
        const onExit = () => end('it ends the process')
        const leave = () => {
          clearTimeout(timer)
          asked.off('message', onMessage).off('exit', onExit)
        }
        const end = (failure: string) => {
          leave()
          close()
          resolve({ kind: 'killed', by: 'the clock', failure })
        }
        asked.on('message', onMessage).on('exit', onExit).send(task)
      }),
  }
}

/** Performs all tasks that `next` returns, as many at a time as there are workers. */
export const withWorkers = async (
  count: number,
  seed: number,
  work: (worker: Worker) => Promise<void>,
): Promise<void> => {
  const workers = Array.from({ length: count }, () => openWorker(seed))
  try {
    await Promise.all(workers.map(work))
  } finally {
    for (const worker of workers) worker.close()
  }
}
