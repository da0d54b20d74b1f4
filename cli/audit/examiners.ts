import { availableParallelism } from 'node:os'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { examinerOf, type Examination, type Examined, type Part } from './examine-approvals.ts'

/** Examines the approvals of a part, on several cores if there are many. */
export interface Examiners {
  examine(part: Part): Promise<Examined[]>
  close(): Promise<unknown>
}

/** Starting a thread takes longer than examining so many approvals here. */
const ENOUGH_FOR_THREADS = 500
/** So many at once in a thread. */
const PORTION = 100

/** @param enough so many approvals in a part are examined in threads */
export const openExaminers = (examination: Examination, enough = ENOUGH_FOR_THREADS): Examiners => {
  const here = examinerOf(examination)
  let threads: ReturnType<typeof openThread>[] | null = null
  return {
    examine: async (part) => {
      if (part.approvals.length < enough && !threads) return here(part)
      threads ??= Array.from({ length: availableParallelism() }, () => openThread(examination))
      const portions = portionsOf(part)
      const found: Examined[][] = []
      // Each thread takes the next portion when it is done with one.
      const work = async ({ ask }: ReturnType<typeof openThread>): Promise<void> => {
        for (let next = portions.shift(); next; next = portions.shift()) found.push(await ask(next))
      }
      await Promise.all(threads.map(work))
      return found.flat()
    },
    close: () => Promise.all((threads ?? []).map(({ close }) => close())),
  }
}

const portionsOf = ({ from, to, approvals }: Part): Part[] =>
  Array.from({ length: Math.ceil(approvals.length / PORTION) }, (_, index) => ({
    from,
    to,
    approvals: approvals.slice(index * PORTION, (index + 1) * PORTION),
  }))

/** What a thread answers: the error's message crosses, its class does not. */
export type Answer = { examined: Examined[] } | { failed: Error }

const openThread = (examination: Examination) => {
  const worker = new Worker(new URL('examining-thread.ts', import.meta.url), { workerData: examination })
  return {
    ask: async (part: Part): Promise<Examined[]> => {
      worker.postMessage(part)
      const [answer] = (await once(worker, 'message')) as [Answer]
      if ('failed' in answer) throw answer.failed
      return answer.examined
    },
    close: () => worker.terminate(),
  }
}
