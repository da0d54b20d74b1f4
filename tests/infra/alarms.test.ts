import { packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import { type Datum, httpApiMetrics, lambdaMetrics, queueMetrics, rings } from '../support/cloudwatch.ts'
import { functionsOf, ofType, text } from '../support/template.ts'
import { CAUSES, FAILING, LONGEST_DELAY, recordNotSwept } from './alarm-causes.ts'
import { installed, type Installed } from './installed-template.ts'

/*
 * Every alarm rings when what it is for happens in its own installation, and only then. Its namespace, metric,
 * dimensions, period and treatment of missing data are compared with what the real functions, and the services around
 * them, count.
 */

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const ALARMS = Object.keys(CAUSES)

let prod: Installed
let other: Installed
beforeAll(async () => {
  const packaged = await packageService()
  const another = await packageService(...SECOND_INSTALLATION)
  prod = installed('prod', packaged.template)
  other = installed('eu-test', another.template)
}, 120_000)

/** A quarter of an hour in which everything works. */
const ordinary = ({ template, functionName, queueName, apiId }: Installed): Datum[] =>
  Array.from({ length: 15 }, (_, minute) => NOW - minute * 60_000).flatMap((at) => [
    ...Object.keys(functionsOf(template)).flatMap((door) => lambdaMetrics(functionName(door), 'answered', at)),
    ...ofType(template, 'AWS::SQS::Queue').flatMap(([id]) => queueMetrics(queueName(id), [], at)),
    ...httpApiMetrics(apiId, 200, at),
    ...httpApiMetrics(apiId, 401, at),
  ])

const ringing = (data: readonly Datum[]): string[] =>
  Object.entries(prod.alarms)
    .filter(([, alarm]) => rings(alarm, data, NOW))
    .map(([id]) => id)

test('each alarm has a cause here, and tells the alarm topic', () => {
  expect(Object.keys(prod.alarms).sort()).toEqual([...ALARMS].sort())
  for (const [, { Properties }] of ofType(prod.template, 'AWS::CloudWatch::Alarm'))
    expect((Properties.AlarmActions as unknown[]).map(text)).toEqual(['AlarmTopic'])
})

test('no alarm rings while everything works', () => {
  expect(ringing(ordinary(prod))).toEqual([])
})

test.each(ALARMS)('%s rings for its cause, and not for the same in another installation', async (id) => {
  const caused = await CAUSES[id]!(prod, NOW)
  // The sweep and the checkpoints count the times at which they run.
  const rest = ['SweepStoppedAlarm', 'CheckpointsStoppedAlarm'].includes(id) ? [] : ordinary(prod)
  expect(ringing([...rest, ...caused])).toContain(id)
  expect(ringing([...ordinary(prod), ...(await CAUSES[id]!(other, NOW))])).toEqual([])
})

test('each function has a way to fail here', () => {
  expect(Object.keys(FAILING).sort()).toEqual(Object.keys(functionsOf(prod.template)).sort())
})

test('a click that failed is no error of the function, which its own alarm would see', async () => {
  const caused = await CAUSES.SlackRequestsFailedAlarm!(prod, NOW)
  expect(ringing([...ordinary(prod), ...caused])).toEqual(['SlackRequestsFailedAlarm'])
})

test('an effect that failed is no error of the function either, nor is a record that could not be swept', async () => {
  const failed = await CAUSES.EffectFailedAlarm!(prod, NOW)
  expect(ringing([...ordinary(prod), ...failed])).toEqual(['EffectFailedAlarm'])
  expect(ringing([...ordinary(prod), ...(await recordNotSwept(prod, NOW))])).toEqual(['EffectFailedAlarm'])
})

test('an effect that waits on purpose, as long as SQS can hold it back, rings nothing', async () => {
  expect(ringing([...ordinary(prod), ...(await LONGEST_DELAY(prod, NOW))])).toEqual([])
})
