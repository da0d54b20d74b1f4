import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { AlarmsRead } from '../domain/automatic.ts'
import type { Alarms } from '../ports/alarms.ts'
import type { Log } from '../ports/log.ts'
import { askJson } from './ask-json.ts'
import type { AllowedAccounts } from './allowed-accounts.ts'
import type { AwsConnection } from './connection.ts'
import type { roleCredentials } from './role-credentials.ts'

const ALARMS_MS = 2_000

const ALARM = z.object({
  AlarmName: z.string(),
  StateValue: z.string(),
  StateUpdatedTimestamp: z.number(),
  StateTransitionedTimestamp: z.optional(z.number()),
})
const DESCRIBED = z.lazy(() =>
  z.object({
    MetricAlarms: z._default(z.array(ALARM), []),
    CompositeAlarms: z._default(z.array(ALARM), []),
  }),
)

interface Reading {
  allowedAccounts: AllowedAccounts
  credentialsOf: ReturnType<typeof roleCredentials>
  clock: Pick<Clock, 'now'>
  log: Log
}

/**
 * The states of alarms ("DescribeAlarms", CloudWatch API reference), by its JSON protocol: the SDK's client would be
 * larger than all else that asks. In a joined account with the role that reads pipelines there.
 */
export const cloudWatchAlarms = (
  connection: AwsConnection,
  { allowedAccounts, credentialsOf, clock, log }: Reading,
): Alarms => ({
  read: async (where, names) => {
    if (names.length === 0) return { kind: 'read', alarms: [] }
    const unread = (why: string): AlarmsRead => ({
      kind: 'unread',
      because: `CloudWatch did not tell the state of ${names.join(', ')} (${why})`,
    })
    try {
      const role = allowedAccounts.roleIn(where, 'reader')
      const credentials = role ? await credentialsOf(role, null) : connection.credentials
      const asked = await askJson(
        { ...connection, region: where.region, ...(credentials && { credentials }) },
        clock,
        {
          service: 'monitoring',
          target: 'GraniteServiceVersion20100801',
          operation: 'DescribeAlarms',
          json: '1.0',
          input: { AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
          timeoutMs: ALARMS_MS,
        },
        DESCRIBED,
      )
      if (asked.kind === 'refused') return unread(asked.code || `HTTP ${asked.status}`)
      const { MetricAlarms, CompositeAlarms } = asked.answer
      return {
        kind: 'read',
        alarms: [...MetricAlarms, ...CompositeAlarms].map(
          ({ AlarmName, StateValue, StateUpdatedTimestamp, StateTransitionedTimestamp }) => ({
            name: AlarmName,
            state: StateValue,
            since: (StateTransitionedTimestamp ?? StateUpdatedTimestamp) * 1_000,
          }),
        ),
      }
    } catch (error) {
      log.warn('The states of alarms are not known', { alarms: names, error })
      return unread(error instanceof Error ? error.name : 'no answer')
    }
  },
})
