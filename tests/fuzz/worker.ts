import { parentPort, workerData } from 'node:worker_threads'
import { fuzzOnce, noCounts } from './fuzzed.ts'

const { door, from, inputs, progress } = workerData as {
  door: string
  from: number
  inputs: number
  progress: Int32Array
}

const counts = noCounts()
for (let index = 0; index < inputs; index++) {
  Atomics.store(progress, 0, index)
  await fuzzOnce(door, from + index, counts)
}
parentPort!.postMessage(counts)
