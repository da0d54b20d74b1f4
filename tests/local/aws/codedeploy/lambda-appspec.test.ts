import { readFileSync } from 'node:fs'
import { readLambdaAppspec } from '../../../../local/aws/codedeploy/lambda-appspec.ts'

const text = readFileSync(new URL('../../../../appspec/lambda/appspec.yml', import.meta.url), 'utf8')

test('ours is understood, with and without numbers', () => {
  expect(readLambdaAppspec(text)).toEqual({
    functionName: 'hello-lambda',
    alias: 'live',
    currentVersion: null,
    targetVersion: null,
    hooks: { BeforeAllowTraffic: 'traffic-shifting', AfterAllowTraffic: 'traffic-shifting' },
  })
  const filled = text.replace('<CURRENT_VERSION>', '4').replace('<TARGET_VERSION>', "'5'")
  expect(readLambdaAppspec(filled)).toMatchObject({ currentVersion: '4', targetVersion: '5' })
})

test('every problem is named with its line', () => {
  const wrong = () =>
    readLambdaAppspec(`version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Functions
      Properties:
        Name: shop
        alias: live
        CurrentVersion: latest
        TargetVersion: '2'
Hooks:
  - beforeAllowTraffic: traffic-shifting
`)
  expect(wrong).toThrow(/^appspec\.yml:4: Resources: .*Type: is not AWS::Lambda::Function$/m)
  expect(wrong).toThrow(/^appspec\.yml:5: .*Properties: Alias: /m)
  expect(wrong).toThrow(/^appspec\.yml:7: .*alias/m)
  expect(wrong).toThrow(/^appspec\.yml:8: .*CurrentVersion: is neither the number of a version nor a placeholder$/m)
  expect(wrong).toThrow(/^appspec\.yml:11: .*beforeAllowTraffic/m)
})
