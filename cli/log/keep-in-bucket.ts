import { createHash } from 'node:crypto'
import { GetObjectLockConfigurationCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { absent } from '../absent.ts'
import { Failure } from '../failure.ts'
import type { ClientConnection } from '../installation.ts'
import type { Checkpoint } from './checkpoint-note.ts'
import type { Leaf } from './log-directory.ts'

/**
 * Keeps a checkpoint and the leaves that it adds in a bucket, under the log's origin, each as an object of its own that is
 * never written again: `checkpoint.<size>`, and `leaves.<size>.jsonl`. The bucket's retention protects both.
 *
 * @throws {Failure} if the bucket does not protect new objects.
 */
export const keepInBucket = async (
  connection: ClientConnection,
  Bucket: string,
  { state, note, fresh }: { state: Checkpoint; note: string; fresh: readonly Leaf[] },
): Promise<void> => {
  const s3 = new S3Client({ ...connection, ...(connection.endpoint && { forcePathStyle: true }) })
  const { ObjectLockConfiguration: lock } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))
  const retention = lock?.Rule?.DefaultRetention
  if (lock?.ObjectLockEnabled !== 'Enabled' || !retention?.Mode)
    throw new Failure(`The bucket ${Bucket} has no default retention, so what is kept there could be deleted.`)
  const put = async (name: string, Body: string): Promise<void> => {
    const putting = s3.send(
      new PutObjectCommand({
        Bucket,
        Key: `${state.origin}/${name}`,
        Body,
        // S3 requires a checksum for an object with a retention.
        ContentMD5: createHash('md5').update(Body).digest('base64'),
        IfNoneMatch: '*',
      }),
    )
    // A run that failed afterwards has kept it already.
    await putting.catch(absent('PreconditionFailed'))
  }
  await put(`leaves.${state.size}.jsonl`, fresh.map((leaf) => `${JSON.stringify(leaf)}\n`).join(''))
  await put(`checkpoint.${state.size}`, note)
}
