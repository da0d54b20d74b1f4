import { partitionOf } from '../../functions/domain/partition.ts'

test.each([
  ['eu-west-1', 'aws', 'amazonaws.com', 'eu-west-1.console.aws.amazon.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com', 'console.amazonaws-us-gov.com'],
])('%s is in partition %s', (region, name, dnsSuffix, consoleHost) => {
  expect(partitionOf(region)).toEqual({ name, dnsSuffix, consoleHost })
})
