import * as z from 'zod/mini'
import type { Mutes } from '../domain/mute.ts'
import { NO_MUTES } from '../domain/mute.ts'

const STORED_MUTES = z.lazy(() =>
  z.object({
    by: z.record(z.string(), z.object({ patterns: z.array(z.string()), until: z.number() })),
    said: z.optional(z.record(z.string(), z.number())),
  }),
)

/** What cannot be read mutes no one: all notices are read beside it. */
export const restoredMutes = (data: unknown): Mutes => {
  const read = z.safeParse(STORED_MUTES, data)
  return read.success ? read.data : NO_MUTES
}
