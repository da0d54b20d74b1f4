import type { Digest } from '../../functions/domain/digest.ts'
import { PIPELINE } from './pipeline-under-test.ts'

const daily = (hour: number, minute: number, pipeline?: string): Digest => ({
  channel: 'C0DIGESTS',
  every: 'daily',
  hour,
  minute,
  weekday: null,
  zone: 'UTC',
  only: pipeline === undefined ? {} : { pipeline: [pipeline] },
  covers: (one) => pipeline === undefined || one.pipeline === pipeline,
})

/** One in the rough time, of all pipelines; three in the calm one. */
export const DIGESTS: readonly Digest[] = [
  daily(9, 50),
  daily(11, 20),
  daily(11, 20, PIPELINE),
  daily(11, 20, 'another'),
]
