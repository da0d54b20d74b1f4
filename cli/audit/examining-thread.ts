import { parentPort, workerData } from 'node:worker_threads'
import { examinerOf, type Examination, type Part } from './examine-approvals.ts'
import type { Answer } from './examiners.ts'

/* A thread of an audit: it reads and verifies the approvals that it is asked for. */

const examine = examinerOf(workerData as Examination)

parentPort!.on('message', (part: Part) => {
  examine(part)
    .then((examined): Answer => ({ examined }))
    .catch((error: unknown): Answer => ({ failed: error instanceof Error ? error : new Error(String(error)) }))
    .then((answer) => parentPort!.postMessage(answer))
    .catch(() => process.exit(1))
})
