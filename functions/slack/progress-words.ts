import type { Progress, Timeline } from '../domain/execution.ts'
import { duration } from './wording.ts'

/** One mark and one word for each state, wherever it is shown. */
export const PROGRESS: Record<Progress, { mark: string; word: string; took: string | null }> = {
  running: { mark: '▶', word: 'running', took: null },
  succeeded: { mark: '✓', word: 'succeeded', took: 'in' },
  failed: { mark: '✗', word: 'failed', took: 'after' },
  stopping: { mark: '■', word: 'stopping', took: null },
  stopped: { mark: '■', word: 'stopped', took: 'after' },
  superseded: { mark: '»', word: 'superseded by a newer execution', took: null },
  canceled: { mark: '■', word: 'canceled', took: 'after' },
}

/** "succeeded in 4 m 2 s", "failed after 52 s", "running" */
export const progressWords = ({ progress, at, startedAt }: Timeline): string => {
  const { word, took } = PROGRESS[progress]
  return took && startedAt !== null ? `${word} ${took} ${duration(at - startedAt)}` : word
}
