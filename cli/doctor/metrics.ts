import { CloudWatchClient, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { counted } from '../counted.ts'
import type { Check, Finding } from './check.ts'
import { deployAgain, nameOf } from './stack-resources.ts'

const DAYS = 14
const DAY_MS = 86_400_000

/**
 * What only an account shows (docs/unproven.md): the metric that the alarm on the HTTP API watches exists as soon as a
 * request has come, and Lambda has ended no chain of invocations of effect-due.
 */
export const metrics: Check = {
  title: 'Metrics of AWS',
  run: async ({ aws, installation, stack, terminal }) => {
    const client = new CloudWatchClient(await aws())
    const findings: Finding[] = []
    const Dimensions = [{ Name: 'ApiId', Value: nameOf(await stack(), 'HttpApi') }]
    const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: 'AWS/ApiGateway', Dimensions }))
    const counts = Metrics.filter(({ Dimensions: by }) => by?.length === 1).map(({ MetricName }) => MetricName)
    if (Metrics.length > 0 && !counts.includes('5xx'))
      findings.push({
        what: 'API Gateway counts requests, but not 5xx by ApiId alone, so SlackRequestsFailedAlarm cannot ring.',
        fix: 'Change the alarm’s dimensions in infra/bot-alarms.yml to those that `aws cloudwatch list-metrics --namespace AWS/ApiGateway` lists, and deploy.',
      })
    const now = terminal.now()
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName: 'RecursiveInvocationsDropped',
        Dimensions: [{ Name: 'FunctionName', Value: `${installation.stackName}-effect-due` }],
        StartTime: new Date(now - DAYS * DAY_MS),
        EndTime: new Date(now),
        Period: 86_400,
        Statistics: ['Sum'],
      }),
    )
    const dropped = Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
    if (dropped > 0)
      findings.push({
        what: `Lambda ended ${counted(dropped, 'chain', 'chains')} of effect-due's invocations as a loop in ${DAYS} days. The messages are in EffectDueDead.`,
        fix: `${deployAgain(installation)} (it sets RecursiveLoop to Allow), then npx greenlight redrive`,
      })
    return findings
  },
}
