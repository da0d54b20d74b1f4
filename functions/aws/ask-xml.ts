import { parseXML } from '@aws-sdk/xml-builder'
import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import { Malformed, parseAs } from '../malformed.ts'
import { ownEntry } from '../own-entry.ts'
import type { AwsConnection } from './connection.ts'
import { postSigned } from './signed-request.ts'

/** CloudFormation speaks XML alone. */
export const CLOUDFORMATION = { service: 'cloudformation', version: '2010-05-15' }

/** A call of a service that takes a form and speaks XML ("AWS Query protocol", Smithy). */
interface XmlCall {
  /** As it begins the endpoint's name, such as `sts`. */
  service: string
  /** The date of its API, such as `2011-06-15`. */
  version: string
  operation: string
  /** Without those that are undefined. */
  input: Record<string, string | undefined>
  timeoutMs: number
}

/** What the service answered: `code` is the name of its error. */
export type XmlAnswer<T extends z.ZodMiniType> =
  { kind: 'answered'; answer: z.output<T> } | { kind: 'refused'; code: string; message: string; status: number }

/**
 * Makes one attempt. `shape`: of the result of the operation.
 *
 * @throws if the service does not answer in time; {Malformed} if its answer differs from `shape`.
 */
export const askXml = async <T extends z.ZodMiniType>(
  connection: AwsConnection,
  clock: Pick<Clock, 'now'>,
  { service, version, operation, input, timeoutMs }: XmlCall,
  shape: T,
): Promise<XmlAnswer<T>> => {
  const pairs = Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const response = await postSigned(connection, {
    service,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams([['Action', operation], ['Version', version], ...pairs]).toString(),
    timeoutMs,
    now: clock.now(),
  })
  const text = await response.text()
  if (!response.ok)
    return { kind: 'refused', code: textOf(text, 'Code'), message: textOf(text, 'Message'), status: response.status }
  const what = `The answer of ${service} to ${operation}`
  const [outer, inner] = [`${operation}Response`, `${operation}Result`]
  const answer = parseAs(z.object({ [outer]: z.object({ [inner]: shape }) }), parsedXml(text, what), what)
  return { kind: 'answered', answer: ownEntry(ownEntry(answer, outer)!, inner) as z.output<T> }
}

/** A proxy in front of the service may answer with something else than XML. */
const textOf = (text: string, name: 'Code' | 'Message'): string =>
  new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? ''

/** @throws {Malformed} */
const parsedXml = (text: string, what: string): unknown => {
  try {
    return parseXML(text)
  } catch {
    throw new Malformed(what, ['it is not XML'])
  }
}

/** XML has no lists: an element without content is a text, and one member is no array. */
export const membersOfXml = <T extends z.ZodMiniType>(shape: T) =>
  z.pipe(
    z.transform((value: unknown) => {
      if (value === undefined || value === '') return []
      const { member } = value as { member?: unknown }
      return member === undefined ? value : [member].flat()
    }),
    z.array(shape),
  )
