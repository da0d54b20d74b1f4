import { DescribeAlarmsCommand, CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { systemClock } from '../../functions/clock.ts'
import { checkpointServices, dayPassed } from '../../functions/day-passed.ts'
import type { Log } from '../../functions/ports/log.ts'
import { recordOver } from '../support/record-over.ts'
import { ACCOUNT, REGION, STACK, type Installation } from './installation.ts'

const BUCKET = 'greenlight-log'
const QUIET: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/** Declares the tests of the daily checkpoint, with the settings that the stack gives to the function. */
export const testCheckpoints = (opened: () => Installation): void => {
  const alarmNames = async () => {
    const { MetricAlarms = [] } = await new CloudWatchClient(opened().connection).send(new DescribeAlarmsCommand({}))
    return MetricAlarms.map(({ AlarmDescription = '' }) => AlarmDescription).filter((words) =>
      /checkpoint|day-passed/.test(words),
    )
  }
  const ruleOf = (name: string) =>
    new EventBridgeClient(opened().connection).send(new DescribeRuleCommand({ Name: name }))

  test('without it nothing runs daily, and no alarm waits for it', async () => {
    await expect(ruleOf(`${STACK}-day-passed`)).rejects.toThrow('does not exist')
    expect(await alarmNames()).toEqual([])
    expect(await opened().resources()).not.toHaveProperty('CheckpointKey')
  })

  test('a deploy with it adds the key, the rule and the alarms', async () => {
    const s3 = new S3Client({ ...opened().connection, forcePathStyle: true })
    const location = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true, ...location }))
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } as const
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: BUCKET,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule },
      }),
    )
    const params = [`checkpointBucket=${BUCKET}`, 'checkpointEntries=yes']
    const deployed = await opened().serverless('deploy', ...params.flatMap((param) => ['--param', param]))
    expect(deployed).toContain(`Service deployed to stack ${STACK}`)
    expect(await ruleOf(`${STACK}-day-passed`)).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'cron(15 3 * * ? *)',
    })
    const { Targets } = await new EventBridgeClient(opened().connection).send(
      new ListTargetsByRuleCommand({ Rule: `${STACK}-day-passed` }),
    )
    expect(Targets?.map(({ Arn }) => Arn)).toEqual([`arn:aws:lambda:${REGION}:${ACCOUNT}:function:${STACK}-day-passed`])
    expect(await alarmNames()).toHaveLength(5)
  })

  test('then the function keeps a checkpoint in the bucket, and the entries that it covers, once', async () => {
    const { connection } = opened()
    const { Environment } = await new LambdaClient(connection).send(
      new GetFunctionConfigurationCommand({ FunctionName: `${STACK}-day-passed` }),
    )
    const variables = Environment!.Variables!
    const { TABLE_NAME = '', SIGNING_KEY = '' } = variables
    const { store, decided } = recordOver(connection, SIGNING_KEY, TABLE_NAME)
    const now = systemClock.now()
    const entries = await store(await decided('a'.repeat(32), now - 3_600_000))
    const services = checkpointServices(
      {
        ...variables,
        AWS_ENDPOINT_URL: connection.endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
        GREENLIGHT_CONFIG: 'greenlight.yml',
      },
      systemClock,
      QUIET,
    )
    await dayPassed(services)()
    await dayPassed(services)()
    const s3 = new S3Client({ ...connection, forcePathStyle: true })
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))
    const keys = Contents.map(({ Key = '' }) => Key)
    const checkpoints = keys.filter((key) => key.startsWith(`${STACK}/${ACCOUNT}/${REGION}/checkpoint.`))
    expect(checkpoints).toHaveLength(1)
    const textOf = async (Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body!.transformToString()
    expect(await textOf(checkpoints[0]!)).toMatch(new RegExp(`^${STACK}/${ACCOUNT}/${REGION}\n\\d+\n`))
    const [copy, ...more] = keys.filter((key) => key.includes('/entries.'))
    expect(more).toEqual([])
    const hashes = (await textOf(copy!))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { hash: string }).hash)
    expect(hashes).toEqual(expect.arrayContaining(entries.map(({ hash }) => hash)))
  })
}
