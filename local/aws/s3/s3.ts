import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'
import { escapeXml } from '../query-protocol.ts'

export type S3 = ReturnType<typeof createS3>

export interface Bucket {
  /** The default retention of new objects (Object Lock); null for none. */
  retention: { days: number } | null
}

interface StoredObject {
  content: Uint8Array
  /** Epoch milliseconds. */
  writtenAt: number
}

/** What a request asks for. */
export interface S3Request {
  method: string
  /** From the bucket's name on: `/bucket/key`. */
  path: string
  query: URLSearchParams
  headers: Headers
  body: Uint8Array
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const MOST_KEYS = 1_000

/** Buckets by path-style requests: the calls of S3's REST API that keep a log, read artifacts and write objects beside them. */
export const createS3 = (settings: {
  now: () => number
  buckets: Record<string, Bucket>
  /** What CodePipeline keeps in the buckets of its artifacts; null for no such object. */
  artifact?: (bucket: string, key: string) => { bytes: Uint8Array; writtenAt: number } | null
}) => {
  const buckets = new Map(
    Object.entries(settings.buckets).map(([name, bucket]) => [
      name,
      { ...bucket, name, objects: new Map<string, StoredObject>() },
    ]),
  )
  const bucketOf = (name: string) => {
    const bucket = buckets.get(name)
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
    return bucket
  }

  /** Throws an AwsError. */
  const objectIn = ({ name, objects }: ReturnType<typeof bucketOf>, key: string): StoredObject => {
    const artifact = settings.artifact?.(name, key)
    const found = artifact ? { content: artifact.bytes, writtenAt: artifact.writtenAt } : objects.get(key)
    if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
    return found
  }

  const operations: Record<string, (request: S3Request, bucket: ReturnType<typeof bucketOf>, key: string) => Response> =
    {
      GetObjectLockConfiguration: (_request, { retention }) => {
        if (!retention)
          throw new AwsError(
            'ObjectLockConfigurationNotFoundError',
            'Object Lock configuration does not exist for this bucket',
            404,
          )
        const rule = `<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>${retention.days}</Days></DefaultRetention></Rule>`
        return xml('ObjectLockConfiguration', `<ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}`)
      },
      ListObjectsV2: ({ query }, { objects }) => {
        const prefix = query.get('prefix') ?? ''
        const after = query.get('continuation-token') ?? ''
        const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
        const page = keys.slice(0, MOST_KEYS)
        const contents = page.map((key) => {
          const at = new Date(objects.get(key)!.writtenAt).toISOString()
          return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${at}</LastModified></Contents>`
        })
        const isTruncated = keys.length > page.length
        const next = isTruncated ? `<NextContinuationToken>${escapeXml(page.at(-1)!)}</NextContinuationToken>` : ''
        return xml('ListBucketResult', `<IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}`)
      },
      GetObject: (_request, bucket, key) => {
        const found = objectIn(bucket, key)
        return new Response(Uint8Array.from(found.content), {
          headers: {
            'content-length': String(found.content.byteLength),
            'last-modified': new Date(found.writtenAt).toUTCString(),
          },
        })
      },
      PutObject: ({ headers, body }, { objects, retention }, key) => {
        if (headers.get('if-none-match') === '*' && objects.has(key))
          throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
        if (retention && !CHECKSUMS.some((name) => headers.has(name)))
          throw new AwsError('InvalidRequest', 'Content-MD5 or x-amz-checksum- HTTP header is required', 400)
        objects.set(key, { content: body, writtenAt: settings.now() })
        return new Response()
      },
    }

  return {
    /** The texts in a bucket, by key. */
    objects: (bucket: string): Map<string, string> =>
      new Map([...bucketOf(bucket).objects].map(([key, { content }]) => [key, Buffer.from(content).toString()])),
    /** The content of an object, as another service reads it. Throws an AwsError. */
    read: (bucket: string, key: string): Uint8Array => objectIn(bucketOf(bucket), key).content,
    operationOf,
    /** Throws AwsError. */
    answer: (request: S3Request): Response => {
      const [, bucket = '', key = ''] = /^\/([^/]+)(?:\/(.*))?$/.exec(decodeURIComponent(request.path)) ?? []
      const operation = ownEntry(operations, operationOf(request))
      if (!operation) throw new AwsError('NotImplemented', `The workspace does not offer ${request.method} of S3.`, 501)
      return operation(request, bucketOf(bucket), key)
    },
  }
}

const CHECKSUMS = ['content-md5', 'x-amz-checksum-crc32', 'x-amz-checksum-sha256']

/** The name of the operation that a request asks for. */
const operationOf = ({ method, query }: Pick<S3Request, 'method' | 'query'>): string => {
  if (query.has('object-lock')) return 'GetObjectLockConfiguration'
  if (query.get('list-type') === '2') return 'ListObjectsV2'
  return `${method[0]}${method.slice(1).toLowerCase()}Object`
}

const xml = (name: string, content: string): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${content}</${name}>`, {
    headers: { 'content-type': 'application/xml' },
  })

/** The error as S3 says it. */
export const s3Error = ({ code, message, status }: AwsError): Response =>
  new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`,
    { status, headers: { 'content-type': 'application/xml' } },
  )
