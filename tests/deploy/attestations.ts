import { createHash } from 'node:crypto'
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { approvalDecided, attestationServices } from '../../functions/approval-decided.ts'
import { artifactStore } from '../../functions/aws/artifact-store.ts'
import { readKey } from '../../functions/aws/kms.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Log } from '../../functions/ports/log.ts'
import { ATTESTATION } from '../../functions/record/attestation.ts'
import { openEnvelope } from '../../functions/record/dsse.ts'
import { newApproval } from '../support/records.ts'
import { recordOver } from '../support/record-over.ts'
import { ACCOUNT, REGION, STACK, type Installation } from './installation.ts'

const BUCKET = 'shop-artifacts-1'
const QUIET: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/** Declares the tests of attestations, with the settings that the stack gives to the function. */
export const testAttestations = (opened: () => Installation): void => {
  const rule = `${STACK}-approval-decided`
  const events = () => new EventBridgeClient(opened().connection)
  const s3 = () => new S3Client({ ...opened().connection, forcePathStyle: true })

  test('without artifact buckets nothing starts it, and no key is made', async () => {
    await expect(events().send(new DescribeRuleCommand({ Name: rule }))).rejects.toThrow('does not exist')
    expect(await opened().resources()).not.toHaveProperty('AttestationKey')
  })

  test('a deploy with them adds the key and the rule', async () => {
    const location = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const
    await s3().send(new CreateBucketCommand({ Bucket: BUCKET, ...location }))
    const deployed = await opened().serverless('deploy', '--param', 'attestedBuckets=shop-artifacts-*')
    expect(deployed).toContain(`Service deployed to stack ${STACK}`)
    expect(await opened().resources()).toHaveProperty('AttestationKey')
    const { Targets } = await events().send(new ListTargetsByRuleCommand({ Rule: rule }))
    expect(Targets?.map(({ Arn }) => Arn)).toEqual([`arn:aws:lambda:${REGION}:${ACCOUNT}:function:${rule}`])
  })

  test('then the function writes an attestation beside the artifact, signed by that key', async () => {
    const { connection } = opened()
    const { Environment } = await new LambdaClient(connection).send(
      new GetFunctionConfigurationCommand({ FunctionName: rule }),
    )
    const variables = Environment!.Variables!
    const { TABLE_NAME = '', SIGNING_KEY = '', ATTESTATION_KEY = '' } = variables
    expect(ATTESTATION_KEY).not.toBe(SIGNING_KEY)
    const id = 'e'.repeat(32)
    const { store, decided } = recordOver(connection, SIGNING_KEY, TABLE_NAME)
    await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'web/Bundle/1', Body: 'the bundle' }))
    // The record's times are of a moment from now on, so that the artifact was there before.
    await store(await decided(id, systemClock.now() + 60_000))
    const services = attestationServices(
      {
        ...variables,
        AWS_ENDPOINT_URL: connection.endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
      },
      { ...systemClock, now: () => systemClock.now() + 3_600_000 },
      QUIET,
    )!
    // moto has no action executions.
    const made = () =>
      Promise.resolve([{ kind: 'object', name: 'Bundle', bucket: BUCKET, key: 'web/Bundle/1' } as const])
    // The record's approval is of another Region than the stack.
    const storeOf = () => Promise.resolve(artifactStore(connection))
    const door = approvalDecided({ ...services, made, storeOf })
    await door({ detail: { approval: id } } as never)
    await door({ detail: { approval: id } } as never)
    const { where, executionId } = newApproval()
    const Key = `attestations/${where.pipeline}/${executionId}/${id}.intoto.jsonl`
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: BUCKET, Key }))
    const { key } = await readKey(connection, ATTESTATION_KEY, systemClock)
    const { subject } = ATTESTATION.parse(JSON.parse(openEnvelope(await Body!.transformToString(), [key])!))
    expect(subject[0]!.digest.sha256).toBe(createHash('sha256').update('the bundle').digest('hex'))
  })
}
