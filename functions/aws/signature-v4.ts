import { createHash, createHmac } from 'node:crypto'
import type { AwsConnection } from './connection.ts'

interface Unsigned {
  service: string
  region: string
  credentials: NonNullable<AwsConnection['credentials']>
  url: URL
  /** In lower case. */
  headers: Record<string, string>
  body: string
  /** Epoch milliseconds. */
  now: number
}

const ALGORITHM_V4 = 'AWS4-HMAC-SHA256'

const hexHash = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** A key holds for a day. A function asks a few services, and gets other credentials every few hours. */
const KEYS_KEPT = 20
const keys = new Map<string, Buffer>()

/** Derived once for a secret and a scope, as the SDK does: four of the five hashes of a signature. */
const signingKey = (secret: string, scope: string): Buffer => {
  const of = `${secret} ${scope}`
  const kept = keys.get(of)
  if (kept) return kept
  const made = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`) as Buffer
  if (keys.size >= KEYS_KEPT) keys.delete(keys.keys().next().value!)
  keys.set(of, made)
  return made
}

/** Of RFC 3986, also what encodeURIComponent leaves. */
const uriEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * The headers of a POST without a query, with its signature ("Create a signed AWS API request", IAM User Guide). S3 signs
 * paths otherwise. tests/aws/signature-v4.test.ts compares it with the signer of the SDK.
 */
export const signedHeaders = ({ service, region, credentials, url, headers, body, now }: Unsigned) => {
  const time = `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  const day = time.slice(0, 8)
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const hash = hexHash(body)
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': hash,
    'x-amz-date': time,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  }
  const sorted = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1))
  const lines = sorted.map(([name, value]) => `${name}:${value.trim().replaceAll(/\s+/g, ' ')}\n`)
  const signed = sorted.map(([name]) => name).join(';')
  const path = uriEncoded(url.pathname.replaceAll(/\/+/g, '/')).replaceAll('%2F', '/')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = [ALGORITHM_V4, time, scope, hexHash(['POST', path, '', lines.join(''), signed, hash].join('\n'))]
  const signature = hmac(signingKey(secretAccessKey, scope), toSign.join('\n')).toString('hex')
  return {
    ...all,
    authorization: `${ALGORITHM_V4} Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  }
}
