import type { Evidence } from '../../../cli/doctor/evidence.ts'
import { metrics } from '../../../cli/doctor/metrics.ts'
import { openJsonService } from '../../support/json-service.ts'

let aws: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  aws = await openJsonService()
})
afterAll(() => aws.close())

const evidence = () =>
  ({
    installation: { name: 'prod', stackName: 'greenlight-prod', region: 'eu-west-1' },
    terminal: { now: () => Date.UTC(2026, 10, 23) },
    aws: () => Promise.resolve({ ...aws.connection, requestHandler: {} }),
    stack: () =>
      Promise.resolve({
        name: 'greenlight-prod',
        status: 'UPDATE_COMPLETE',
        outputs: {},
        resources: [{ id: 'HttpApi', type: 'AWS::ApiGatewayV2::Api', name: 'a1b2c3' }],
      }),
  }) as unknown as Evidence

/** @param dimensions the metrics of the API: name → the names of its dimensions */
const found = async (dimensions: [string, string[]][], dropped: number[] = []) => {
  aws.answersBy(({ operation }) => ({
    status: 200,
    body:
      operation === 'ListMetrics'
        ? {
            Metrics: dimensions.map(([MetricName, names]) => ({
              MetricName,
              Dimensions: names.map((Name) => ({ Name, Value: 'a1b2c3' })),
            })),
          }
        : { Datapoints: dropped.map((Sum) => ({ Sum })) },
  }))
  return metrics.run(evidence())
}

test('before the first request, API Gateway has counted nothing, and nothing is wrong', async () => {
  expect(await found([])).toEqual([])
})

test('the metric that the alarm watches exists after a request', async () => {
  expect(
    await found([
      ['Count', ['ApiId']],
      ['5xx', ['ApiId']],
      ['5xx', ['ApiId', 'Stage']],
    ]),
  ).toEqual([])
  expect(
    await found([
      ['Count', ['ApiId']],
      ['5xx', ['ApiId', 'Stage']],
    ]),
  ).toEqual([expect.objectContaining({ what: expect.stringContaining('SlackRequestsFailedAlarm cannot ring') })])
})

test('a chain of invocations that Lambda ended is told, with what brings its messages back', async () => {
  expect(await found([], [2, 1])).toEqual([
    {
      what: expect.stringContaining('Lambda ended 3 chains of effect-due'),
      fix: expect.stringMatching(/^npx serverless deploy .*npx greenlight redrive$/),
    },
  ])
})
