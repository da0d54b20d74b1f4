import { shiftSteps } from '../../../../local/aws/codedeploy/shift-steps.ts'

const MINUTE_MS = 60_000

test('the steps are those that the configuration’s name says', () => {
  expect(shiftSteps('CodeDeployDefault.LambdaAllAtOnce')).toEqual([{ share: 1, forMs: 0 }])
  expect(shiftSteps('CodeDeployDefault.LambdaCanary10Percent30Minutes')).toEqual([
    { share: 0.1, forMs: 30 * MINUTE_MS },
    { share: 1, forMs: 0 },
  ])
  const linear = shiftSteps('CodeDeployDefault.LambdaLinear10PercentEvery2Minutes')
  expect(linear.map(({ share }) => share)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  expect(linear.reduce((sum, { forMs }) => sum + forMs, 0)).toBe(18 * MINUTE_MS)
})

test.each(['CodeDeployDefault.OneAtATime', 'CodeDeployDefault.LambdaLinear10PercentEvery1Minutes', ''])(
  '%j is refused, with the names that exist',
  (name) => expect(() => shiftSteps(name)).toThrow('CodeDeployDefault.LambdaLinear10PercentEvery1Minute'),
)
