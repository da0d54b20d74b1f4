import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics'
import type { Log } from './ports/log.ts'

/** Metrics in the function's log (embedded metric format). Few events count anything. */
export const lambdaMetrics = (): Pick<Log, 'count'> => {
  const metrics = new Metrics()
  return {
    count: (metric) => {
      metrics.addMetric(metric, MetricUnit.Count, 1)
      metrics.publishStoredMetrics()
    },
  }
}
