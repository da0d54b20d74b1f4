import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { AwsConnection } from '../aws/connection.ts'
import { answerIn } from '../aws/expected-errors.ts'
import type { LogFiles } from './log-files.ts'

/**
 * A log as objects of a bucket, under the log's origin. The bucket's default retention (Object Lock) protects them, so it is
 * asked for before the first object is created.
 *
 * @param connection one without an endpoint of its own reaches AWS.
 */
export const bucketFiles = (connection: AwsConnection, Bucket: string, origin: string): LogFiles => {
  const s3 = new S3Client({ ...connection, ...(connection.endpoint && { forcePathStyle: true }) })
  const keyOf = (name: string): string => `${origin}/${name}`
  let isProtected = false
  const requireRetention = async (): Promise<void> => {
    if (isProtected) return
    const asking = s3.send(new GetObjectLockConfigurationCommand({ Bucket }))
    const lock = (await asking.catch(nullIfExpected('GetObjectLockConfiguration')))?.ObjectLockConfiguration
    if (lock?.ObjectLockEnabled !== 'Enabled' || !lock.Rule?.DefaultRetention?.Mode) throw new Unprotected(Bucket)
    isProtected = true
  }
  return {
    place: `the bucket ${Bucket}`,
    list: async (prefix) => {
      const found = []
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: keyOf(prefix) }))
        for (const { Key = '', LastModified } of Contents)
          found.push({ name: Key.slice(origin.length + 1), writtenAt: LastModified?.getTime() ?? Infinity })
      return found
    },
    read: async (name) => {
      const getting = s3.send(new GetObjectCommand({ Bucket, Key: keyOf(name) }))
      const answer = await getting.catch(nullIfExpected('GetObject'))
      return answer && (await answer.Body!.transformToString())
    },
    create: async (name, Body) => {
      await requireRetention()
      const putting = s3.send(
        new PutObjectCommand({
          Bucket,
          Key: keyOf(name),
          Body,
          // S3 requires a checksum for an object with a retention.
          ContentMD5: createHash('md5').update(Body).digest('base64'),
          IfNoneMatch: '*',
        }),
      )
      return (await putting.catch(nullIfExpected('PutObject'))) !== null
    },
  }
}

/** What is kept in the bucket could be deleted. */
export class Unprotected extends Error {
  override readonly name = 'Unprotected'
  constructor(bucket: string) {
    super(`The bucket ${bucket} has no default retention, so what is kept there could be deleted.`)
  }
}

const nullIfExpected =
  (operation: 'GetObject' | 'GetObjectLockConfiguration' | 'PutObject') =>
  (error: unknown): null => {
    if (answerIn(operation, error) !== null) return null
    throw error
  }
