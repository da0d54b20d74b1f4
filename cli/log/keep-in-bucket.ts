import { createHash, type KeyObject } from 'node:crypto'
import { GetObjectCommand, GetObjectLockConfigurationCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { absent } from '../absent.ts'
import { Failure } from '../failure.ts'
import type { ClientConnection } from '../installation.ts'
import { checkpointText, openNote, type Checkpoint } from './checkpoint-note.ts'
import type { Leaf } from './log-directory.ts'

/**
 * Keeps a checkpoint and the leaves that it adds in a bucket, under the log's origin, each as an object of its own that is
 * never written again: `checkpoint.<size>`, and `leaves.<size>.jsonl`. The bucket's retention protects both.
 *
 * @throws {Failure} if the bucket does not protect new objects, or has another state of that size.
 */
export const keepInBucket = async (
  connection: ClientConnection,
  Bucket: string,
  { state, note, fresh, key }: { state: Checkpoint; note: string; fresh: readonly Leaf[]; key: KeyObject },
): Promise<void> => {
  const s3 = new S3Client({ ...connection, ...(connection.endpoint && { forcePathStyle: true }) })
  const { ObjectLockConfiguration: lock } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))
  const retention = lock?.Rule?.DefaultRetention
  if (lock?.ObjectLockEnabled !== 'Enabled' || !retention?.Mode)
    throw new Failure(`The bucket ${Bucket} has no default retention, so what is kept there could be deleted.`)
  const keep = async (name: string, Body: string, isSame: (kept: string) => boolean): Promise<void> => {
    const Key = `${state.origin}/${name}`
    const putting = s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        // S3 requires a checksum for an object with a retention.
        ContentMD5: createHash('md5').update(Body).digest('base64'),
        IfNoneMatch: '*',
      }),
    )
    if (await putting.catch(absent('PreconditionFailed'))) return
    // A run that failed afterwards has kept it already, or another log has the same origin.
    const { Body: kept } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    if (!isSame(await kept!.transformToString()))
      throw new Failure(
        `The bucket ${Bucket} has another ${Key}: make the folder of the log again from the bucket, or name another --origin.`,
      )
  }
  const leaves = fresh.map((leaf) => `${JSON.stringify(leaf)}\n`).join('')
  await keep(`leaves.${state.size}.jsonl`, leaves, (kept) => kept === leaves)
  // Each signature of the same state is another one.
  await keep(`checkpoint.${state.size}`, note, (kept) => {
    const opened = openNote(kept, [key])
    return opened !== null && checkpointText(opened) === checkpointText(state)
  })
}
