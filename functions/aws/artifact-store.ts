import { createHash } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { AwsConnection } from './connection.ts'
import { answerIn } from './expected-errors.ts'

/** An object of an artifact bucket as it was read. */
export interface ReadObject {
  /** In hexadecimal. */
  sha256: string
  bytes: number
  /** Null if the bucket keeps no versions. */
  version: string | null
  /** Epoch milliseconds, in whole seconds. */
  writtenAt: number
  encryption: Encryption
}

/** How S3 encrypts an object: an object beside it is encrypted the same way, which the policies of some buckets require. */
type Encryption = Pick<ConstructorParameters<typeof PutObjectCommand>[0], 'ServerSideEncryption' | 'SSEKMSKeyId'>

export interface ObjectPlace {
  bucket: string
  key: string
}

/** The buckets of a pipeline's artifacts. A connection without an endpoint of its own reaches AWS. */
export const artifactStore = (connection: AwsConnection) => {
  // CodePipeline keeps the artifacts of an action in another Region in a bucket there.
  const s3 = new S3Client({
    ...connection,
    followRegionRedirects: true,
    ...(connection.endpoint && { forcePathStyle: true }),
  })
  return {
    /** Reads the object as a stream. Null if it is gone or has more bytes than `most`, which `because` says. */
    digest: async (
      { bucket, key }: ObjectPlace,
      most: number,
    ): Promise<ReadObject | { because: 'gone' | 'too large' }> => {
      const asking = s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      const answer = await asking.catch((error: unknown) => {
        if (answerIn('GetObject', error) === 'missing') return null
        throw error
      })
      if (!answer) return { because: 'gone' }
      const { Body, ContentLength, VersionId, LastModified, ServerSideEncryption, SSEKMSKeyId } = answer
      const stream = Body as AsyncIterable<Uint8Array> & { destroy(): void }
      // Without a length it would be read to its end.
      if (ContentLength === undefined || ContentLength > most) {
        stream.destroy()
        return { because: 'too large' }
      }
      const hash = createHash('sha256')
      for await (const part of stream) hash.update(part)
      return {
        sha256: hash.digest('hex'),
        bytes: ContentLength,
        // S3 says "null" of an object that was there before the bucket kept versions.
        version: VersionId && VersionId !== 'null' ? VersionId : null,
        writtenAt: LastModified?.getTime() ?? Infinity,
        encryption: {
          ...(ServerSideEncryption && { ServerSideEncryption }),
          ...(SSEKMSKeyId && { SSEKMSKeyId }),
        },
      }
    },

    read: async ({ bucket, key }: ObjectPlace): Promise<string> =>
      (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body!.transformToString(),

    /** False if the object is there already; it stays as it is. */
    create: async ({ bucket, key }: ObjectPlace, text: string, encryption: Encryption): Promise<boolean> => {
      const putting = s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: 'application/jsonl',
          // S3 requires a checksum for an object with a retention.
          ContentMD5: createHash('md5').update(text).digest('base64'),
          IfNoneMatch: '*',
          ...encryption,
        }),
      )
      return putting.then(
        () => true,
        (error: unknown) => {
          if (answerIn('PutObject', error) === 'written-before') return false
          throw error
        },
      )
    },
  }
}
