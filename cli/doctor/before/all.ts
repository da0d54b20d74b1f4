import type { Check } from '../check.ts'
import { clock } from '../clock.ts'
import { configuration } from '../configuration.ts'
import type { Evidence } from '../evidence.ts'
import { identity } from '../identity.ts'
import { slackScopes, slackToken } from '../slack-app.ts'
import { dataKey } from './data-key.ts'
import { freeNames, freeStack } from './names.ts'
import { region } from './region.ts'
import { rights } from './rights.ts'
import { room } from './room.ts'

const OF_AWS: readonly Check[] = [clock, region, identity, configuration, freeStack, freeNames, room, rights, dataKey]
const OF_SLACK: readonly Check[] = [slackToken, slackScopes]

/** What `greenlight doctor --before` checks. There may be no Slack app yet: it is created after the deploy. */
export const checksBefore = async ({ hasToken }: Evidence): Promise<readonly Check[]> =>
  (await hasToken()) ? [...OF_AWS, ...OF_SLACK] : OF_AWS
