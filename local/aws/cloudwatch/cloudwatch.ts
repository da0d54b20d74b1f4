import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'

export type CloudWatch = ReturnType<typeof createCloudWatch>

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const
const namesAsked = z.object({ AlarmNames: z.array(z.string()).max(100).optional() })
const alarmGiven = z.object({ AlarmName: z.string().min(1).max(255) })
const stateGiven = alarmGiven.extend({ StateValue: z.enum(STATES), StateReason: z.string() })

interface Alarm {
  state: (typeof STATES)[number]
  since: number
}

/** Alarms by their names, which change state only as SetAlarmState says. A new one has no data. */
export const createCloudWatch = (now: () => number) => {
  const alarms = new Map<string, Alarm>()

  const operations: Record<string, (input: unknown) => object> = {
    PutMetricAlarm: (input) => {
      const { AlarmName } = parsed(alarmGiven, input)
      if (!alarms.has(AlarmName)) alarms.set(AlarmName, { state: 'INSUFFICIENT_DATA', since: now() })
      return {}
    },
    SetAlarmState: (input) => {
      const { AlarmName, StateValue } = parsed(stateGiven, input)
      const alarm = alarms.get(AlarmName)
      if (!alarm) throw new AwsError('ResourceNotFound', `Alarm ${AlarmName} does not exist`)
      if (alarm.state !== StateValue) alarms.set(AlarmName, { state: StateValue, since: now() })
      return {}
    },
    DescribeAlarms: (input) => {
      const { AlarmNames } = parsed(namesAsked, input)
      const asked = [...alarms].filter(([name]) => AlarmNames?.includes(name) ?? true)
      return {
        CompositeAlarms: [],
        MetricAlarms: asked.map(([AlarmName, { state, since }]) => ({
          AlarmName,
          StateValue: state,
          StateUpdatedTimestamp: since / 1_000,
          StateTransitionedTimestamp: since / 1_000,
        })),
      }
    },
  }

  return {
    /** PutMetricAlarm, SetAlarmState and DescribeAlarms (CloudWatch API reference), by the JSON protocol. Throws AwsError. */
    answer: (operation: string, input: unknown): object => {
      const perform = ownEntry(operations, operation)
      if (!perform)
        throw new AwsError('UnknownOperationException', `The workspace does not offer ${operation} of cloudwatch.`)
      return perform(input)
    },
  }
}

const parsed = <T extends z.ZodType>(shape: T, input: unknown): z.output<T> => {
  const read = shape.safeParse(input)
  if (read.success) return read.data
  throw new AwsError(
    'ValidationError',
    read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  )
}
