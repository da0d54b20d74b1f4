import { at } from './template.ts'

/** A value of a metric at a moment. CloudWatch treats each combination of dimensions as a metric of its own. */
export interface Datum {
  namespace: string
  metric: string
  dimensions: Record<string, string>
  value: number
  /** Epoch milliseconds. */
  at: number
}

/** An alarm whose references have values. */
export interface Alarm {
  Namespace: string
  MetricName: string
  Dimensions: { Name: string; Value: string }[]
  Statistic: 'Maximum' | 'Sum'
  /** Seconds. */
  Period: number
  EvaluationPeriods: number
  Threshold: number
  ComparisonOperator: 'GreaterThanThreshold' | 'LessThanThreshold'
  TreatMissingData: 'breaching' | 'notBreaching'
}

const isOf = ({ Namespace, MetricName, Dimensions }: Alarm, { namespace, metric, dimensions }: Datum): boolean =>
  namespace === Namespace &&
  metric === MetricName &&
  Object.keys(dimensions).length === Dimensions.length &&
  Dimensions.every(({ Name, Value }) => dimensions[Name] === Value)

/**
 * Whether the alarm rings: each of its newest periods breaches the threshold. A period without data counts as the alarm
 * says (CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data").
 */
export const rings = (alarm: Alarm, data: readonly Datum[], now: number): boolean =>
  Array.from({ length: alarm.EvaluationPeriods }, (_, back) => {
    const until = now - back * alarm.Period * 1_000
    const values = data
      .filter((datum) => isOf(alarm, datum) && datum.at > until - alarm.Period * 1_000 && datum.at <= until)
      .map(({ value }) => value)
    if (values.length === 0) return alarm.TreatMissingData === 'breaching'
    const value = alarm.Statistic === 'Maximum' ? Math.max(...values) : values.reduce((sum, one) => sum + one, 0)
    return alarm.ComparisonOperator === 'GreaterThanThreshold' ? value > alarm.Threshold : value < alarm.Threshold
  }).every(Boolean)

/** The metrics in log lines (CloudWatch User Guide, "Specification: Embedded metric format"). */
export const metricsIn = (lines: readonly Record<string, unknown>[], now: number): Datum[] =>
  lines.flatMap((line) =>
    ((at(line, '_aws.CloudWatchMetrics') ?? []) as EmbeddedMetrics[]).flatMap(({ Namespace, Metrics, Dimensions }) =>
      Metrics.flatMap(({ Name }) =>
        Dimensions.map((names) => ({
          namespace: Namespace,
          metric: Name,
          dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
          value: [line[Name]].flat().reduce<number>((sum, one) => sum + Number(one), 0),
          at: now,
        })),
      ),
    ),
  )

interface EmbeddedMetrics {
  Namespace: string
  Metrics: { Name: string }[]
  Dimensions: string[][]
}

/**
 * What Lambda counts for an invocation: an error if the function threw, and for one that it did not start because of the
 * concurrency limit only a throttle (Lambda Developer Guide, "Types of metrics for Lambda functions").
 */
export const lambdaMetrics = (
  functionName: string,
  outcome: 'answered' | 'threw' | 'throttled',
  now: number,
): Datum[] => {
  const datum = (metric: string, value: number): Datum => ({
    namespace: 'AWS/Lambda',
    metric,
    dimensions: { FunctionName: functionName },
    value,
    at: now,
  })
  if (outcome === 'throttled') return [datum('Throttles', 1)]
  return [datum('Invocations', 1), datum('Errors', outcome === 'threw' ? 1 : 0), datum('Throttles', 0)]
}

/** What API Gateway counts for a request ("Working with metrics for HTTP APIs"). A function that threw gives a 500. */
export const httpApiMetrics = (apiId: string, status: number, now: number): Datum[] => {
  const datum = (metric: string, value: number): Datum => ({
    namespace: 'AWS/ApiGateway',
    metric,
    dimensions: { ApiId: apiId },
    value,
    at: now,
  })
  return [datum('Count', 1), datum('4xx', Number(status >= 400 && status < 500)), datum('5xx', Number(status >= 500))]
}

/** What SQS counts for a queue every minute (SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"). */
export const queueMetrics = (
  queueName: string,
  messages: readonly { sentAt: number; visibleAt: number }[],
  now: number,
): Datum[] => {
  const datum = (metric: string, value: number): Datum => ({
    namespace: 'AWS/SQS',
    metric,
    dimensions: { QueueName: queueName },
    value,
    at: now,
  })
  const ages = messages.map(({ sentAt }) => (now - sentAt) / 1_000)
  return [
    datum('ApproximateNumberOfMessagesVisible', messages.filter(({ visibleAt }) => visibleAt <= now).length),
    datum('ApproximateAgeOfOldestMessage', Math.max(0, ...ages)),
  ]
}

/** What SNS counts for a message ("Monitoring Amazon SNS topics using CloudWatch"). */
export const topicMetrics = (topicName: string, delivered: boolean, now: number): Datum[] => {
  const datum = (metric: string): Datum => ({
    namespace: 'AWS/SNS',
    metric,
    dimensions: { TopicName: topicName },
    value: 1,
    at: now,
  })
  return [
    datum('NumberOfMessagesPublished'),
    datum(delivered ? 'NumberOfNotificationsDelivered' : 'NumberOfNotificationsFailed'),
  ]
}

/**
 * What EventBridge counts for an event that matches a rule of the default bus (EventBridge User Guide, "Monitoring Amazon
 * EventBridge"): it counts a failure only if there is one.
 */
export const ruleMetrics = (ruleName: string, outcome: 'delivered' | 'kept' | 'lost', now: number): Datum[] => {
  const datum = (metric: string): Datum => ({
    namespace: 'AWS/Events',
    metric,
    dimensions: { RuleName: ruleName },
    value: 1,
    at: now,
  })
  if (outcome === 'delivered') return [datum('Invocations')]
  return [
    ...['Invocations', 'FailedInvocations'].map(datum),
    datum(outcome === 'kept' ? 'InvocationsSentToDlq' : 'InvocationsFailedToBeSentToDlq'),
  ]
}
