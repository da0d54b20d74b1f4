import { CodePipelineClient, GetPipelineStateCommand, ListPipelinesCommand } from '@aws-sdk/client-codepipeline'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetParameterCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm'
import { DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { readStack } from '../../../../cli/stack.ts'
import { ACCOUNT, openAws, REGION, STACK } from '../../../support/aws-endpoint.ts'
import { botToken } from '../../../support/secret.ts'

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => (aws = await openAws()))
afterEach(() => aws.close())

const signed = {
  authorization: `AWS4-HMAC-SHA256 Credential=dana/20261123/${REGION}/sns/aws4_request, SignedHeaders=host, Signature=0`,
  'content-type': 'application/x-www-form-urlencoded',
}

const query = (form: Record<string, string>, headers: Record<string, string> = signed) =>
  fetch(`${aws.url}/aws/`, { method: 'POST', headers, body: new URLSearchParams(form) })

describe('CodePipeline', () => {
  test('is called with the operation, the input and the caller', async () => {
    const bot = new CodePipelineClient(aws.client)
    await bot.send(new GetPipelineStateCommand({ name: 'flask-app' }))
    const person = new CodePipelineClient({
      ...aws.client,
      credentials: { accessKeyId: 'dana', secretAccessKey: 'any' },
    })
    await person.send(new ListPipelinesCommand({}))
    expect(aws.asked).toEqual([
      {
        target: 'CodePipeline_20150709.GetPipelineState',
        input: { name: 'flask-app' },
        callerArn: `arn:aws:sts::${ACCOUNT}:assumed-role/greenlight-button-clicked/greenlight`,
        region: REGION,
      },
      {
        target: 'CodePipeline_20150709.ListPipelines',
        input: {},
        callerArn: `arn:aws:iam::${ACCOUNT}:user/dana`,
        region: REGION,
      },
    ])
  })

  test('is the account’s own for a person, whatever their default Region, and the Region of the request for the bot', async () => {
    const call = (accessKeyId: string) =>
      new CodePipelineClient({
        ...aws.client,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey: 'any' },
      }).send(new ListPipelinesCommand({}))
    await call('dana')
    await call('BOTKEY')
    expect(aws.asked.map(({ region }) => region)).toEqual([REGION, 'us-east-1'])
  })

  test('is slow, refuses or loses an answer as often as ordered', async () => {
    const client = new CodePipelineClient(aws.client)
    const list = () => client.send(new ListPipelinesCommand({}))
    aws.disturbances.order({
      operation: 'ListPipelines',
      times: 1,
      answer: { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } },
    })
    aws.disturbances.order({ operation: 'ListPipelines', times: 1, afterwards: 'lost', delayMs: 1 })
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' })
    expect(aws.asked).toHaveLength(0)
    await expect(list()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } })
    expect(aws.asked).toHaveLength(1)
    await expect(list()).resolves.toMatchObject({ pipelines: [] })
  })
})

describe('DynamoDB', () => {
  test('has the table of the deployment: keys, conditional writes and both indexes', async () => {
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(aws.client))
    const approval = { pk: 'APPROVAL#1', sk: 'A', dueShard: '0', dueAt: 5, openIn: 'flask-app' }
    const put = new PutCommand({
      TableName: 'greenlight',
      Item: approval,
      ConditionExpression: 'attribute_not_exists(pk)',
    })
    await table.send(put)
    await expect(table.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
    await table.send(
      new UpdateCommand({
        TableName: 'greenlight',
        Key: { pk: 'APPROVAL#1', sk: 'A' },
        UpdateExpression: 'SET votes = :votes',
        ExpressionAttributeValues: { ':votes': ['U0DANA'] },
      }),
    )
    const due = await table.send(
      new QueryCommand({
        TableName: 'greenlight',
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': '0', ':now': 10 },
      }),
    )
    expect(due.Items).toMatchObject([{ pk: 'APPROVAL#1' }])
    const open = await table.send(
      new QueryCommand({
        TableName: 'greenlight',
        IndexName: 'open',
        KeyConditionExpression: 'openIn = :pipeline',
        ExpressionAttributeValues: { ':pipeline': 'flask-app' },
      }),
    )
    expect(open.Items).toMatchObject([{ pk: 'APPROVAL#1' }])
  })
})

describe('EventBridge', () => {
  test('passes events to the rules that match, and refuses events that only AWS may send', async () => {
    const delivered: unknown[] = []
    aws.eventBus.addRule({
      name: 'decided',
      pattern: { source: ['greenlight'] },
      deliver: (event) => delivered.push(event),
    })
    const answer = await new EventBridgeClient(aws.client).send(
      new PutEventsCommand({
        Entries: [
          { Source: 'greenlight', DetailType: 'Approval Decided', Detail: '{"verdict":"Approved"}' },
          { Source: 'other', DetailType: 'Something', Detail: '{}' },
          { Source: 'aws.codepipeline', DetailType: 'CodePipeline Action Execution State Change', Detail: '{}' },
          { Source: 'greenlight', DetailType: 'Approval Decided', Detail: 'not JSON' },
        ],
      }),
    )
    expect(answer.FailedEntryCount).toBe(2)
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
    ])
    expect(delivered).toMatchObject([
      { source: 'greenlight', 'detail-type': 'Approval Decided', account: ACCOUNT, detail: { verdict: 'Approved' } },
    ])
  })
})

describe('SNS and STS', () => {
  test('publish to the approval topic, and to no other', async () => {
    const published = await query({ Action: 'Publish', TopicArn: aws.topicArn, Message: '{"approval":{}}' })
    expect(published.status).toBe(200)
    expect(await published.text()).toContain(`<MessageId>${aws.notices[0]?.MessageId}</MessageId>`)
    expect(aws.notices).toMatchObject([{ Message: '{"approval":{}}', Subject: null }])
    const elsewhere = await query({ Action: 'Publish', TopicArn: `${aws.topicArn}-2`, Message: 'hello' })
    expect(elsewhere.status).toBe(404)
    expect(await elsewhere.text()).toContain('<Code>NotFound</Code>')
    const tooLong = await query({ Action: 'Publish', TopicArn: aws.topicArn, Message: 'x'.repeat(262_145) })
    expect(await tooLong.text()).toContain('<Code>InvalidParameter</Code>')
    expect(aws.notices).toHaveLength(1)
  })

  test('say who the caller is', async () => {
    const answer = await query({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
    expect(await answer.text()).toContain(`<Arn>arn:aws:iam::${ACCOUNT}:user/dana</Arn>`)
  })
})

describe('Parameter Store', () => {
  test('has the Slack secrets, and names the parameters that do not exist', async () => {
    const Names = ['/greenlight/prod/slack/bot-token', '/greenlight/test/slack/bot-token']
    const answer = await new SSMClient(aws.client).send(new GetParametersCommand({ Names, WithDecryption: true }))
    expect(answer.Parameters).toEqual([{ Name: Names[0], Type: 'SecureString', Value: botToken() }])
    expect(answer.InvalidParameters).toEqual([Names[1]])
  })
})

describe('CloudFormation', () => {
  test('shows the installation’s stack, and says if there is no such stack', async () => {
    const { name, arn, outputs, resources } = STACK
    expect(await readStack(aws.client, name)).toEqual({ name, arn, status: 'CREATE_COMPLETE', outputs, resources })
    expect(await readStack(aws.client, 'greenlight-test')).toBeNull()
  })
})

describe('every other call', () => {
  test('is refused by name, in the protocol of the caller', async () => {
    const ssm = new SSMClient(aws.client)
    await expect(ssm.send(new GetParameterCommand({ Name: '/secret' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('GetParameter of ssm'),
    })
    const topics = await query({ Action: 'CreateTopic', Name: 'x' })
    expect(topics.status).toBe(400)
    expect(await topics.text()).toContain('does not offer CreateTopic of sns')
  })

  test('needs a signature, and a JSON body in a JSON protocol', async () => {
    const unsigned = await query({ Action: 'GetCallerIdentity' }, {})
    expect(unsigned.status).toBe(403)
    const garbled = await fetch(`${aws.url}/aws`, {
      method: 'POST',
      headers: { ...signed, 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: '{',
    })
    expect(garbled.status).toBe(400)
    expect(await garbled.json()).toMatchObject({ __type: 'SerializationException' })
  })
})
