import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { partitionOf } from '../domain/partition.ts'
import type { AwsConnection } from './connection.ts'

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
 * POSTs to a service's endpoint in the Region, signed by the signer that the SDK's clients include: for services of which
 * the bot needs so little that a client of their own would take too much of a function's size.
 */
export const postSigned = async (
  { region, endpoint, credentials }: AwsConnection,
  { service, headers, body, timeoutMs, now }: AwsRequest,
): Promise<Response> => {
  if (!credentials) throw new Error(`There are no credentials to ask ${service} with`)
  const url = new URL(endpoint ?? `https://${service}.${region}.${partitionOf(region).dnsSuffix}`)
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, ...headers },
      body,
    },
    { signingDate: new Date(now) },
  )
  return fetch(url, { method: 'POST', headers: signed.headers, body, signal: AbortSignal.timeout(timeoutMs) })
}
