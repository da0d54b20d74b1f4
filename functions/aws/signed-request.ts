import { partitionOf } from '../domain/partition.ts'
import type { HttpAnswer } from '../http-post.ts'
import { httpPost } from '../http-post.ts'
import type { AwsConnection } from './connection.ts'
import { signedHeaders } from './signature-v4.ts'

interface AwsRequest {
  /** As it begins the endpoint's name, such as `sts`. */
  service: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
  /** Epoch milliseconds. */
  now: number
}

/**
 * POSTs to a service's endpoint in the Region, for services of which the bot needs so little that a client of their own
 * would take too much of a function's size.
 */
export const postSigned = async (
  { region, endpoint, credentials }: AwsConnection,
  { service, headers, body, timeoutMs, now }: AwsRequest,
): Promise<HttpAnswer> => {
  if (!credentials) throw new Error(`There are no credentials to ask ${service} with`)
  const url = new URL(endpoint ?? `https://${service}.${region}.${partitionOf(region).dnsSuffix}`)
  const signed = signedHeaders({ service, region, credentials, url, headers, body, now })
  return httpPost(url, { headers: signed, body, signal: AbortSignal.timeout(timeoutMs) })
}
