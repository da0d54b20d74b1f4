import type { TypedCommand } from '../../functions/domain/command.ts'
import type { Clock } from '../../functions/clock.ts'
import { actor } from './records.ts'

/** What people type after `/greenlight`, each with an ID of its own. */
export const typist = (clock: Pick<Clock, 'now'>, responseUrl: string | null = null) => {
  let typed = 0
  return (text: string, userId = 'U0DANA'): TypedCommand => ({
    id: `command-${++typed}`,
    text,
    who: actor(userId),
    at: clock.now(),
    responseUrl,
  })
}
