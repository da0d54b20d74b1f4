import { OF_AUTHORITY } from './broken-bots/authority.ts'
import type { BrokenBot } from './broken-bots/bot.ts'
import { OF_NOTICES } from './broken-bots/notices.ts'
import { OF_THE_RECORD } from './broken-bots/record.ts'
import { OF_ROUTES } from './broken-bots/routes.ts'
import { OF_STEERING } from './broken-bots/steering.ts'

/** By what is wrong with them. The checks must notice each. */
export const BROKEN_BOTS: Record<string, BrokenBot> = {
  ...OF_AUTHORITY,
  ...OF_ROUTES,
  ...OF_STEERING,
  ...OF_NOTICES,
  ...OF_THE_RECORD,
}
