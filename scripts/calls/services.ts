/** AWS's services, by the first part of the header `x-amz-target`. */
export const SERVICES: Record<string, string> = {
  CodePipeline_20150709: 'CodePipeline',
  DynamoDB_20120810: 'DynamoDB',
  AmazonSQS: 'SQS',
  AWSEvents: 'EventBridge',
  TrentService: 'KMS',
}
