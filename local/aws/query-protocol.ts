import { randomUUID } from 'node:crypto'
import type { AwsError } from './aws-error.ts'
import { ownEntry } from '../../functions/own-entry.ts'

/** The part of the AWS Query protocol (form in, XML out) that SNS, STS and CloudFormation still speak. */

export interface QueryResult {
  [field: string]: string | QueryResult | QueryResult[]
}

/** Writes a successful answer: `<PublishResponse><PublishResult>…`. */
export const queryAnswer = (action: string, namespace: string, result: QueryResult): Response =>
  xml(
    200,
    `<${action}Response xmlns="${namespace}"><${action}Result>${elements(result)}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  )

export const queryError = (error: AwsError): Response =>
  xml(
    error.status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  )

const elements = (result: QueryResult): string =>
  Object.entries(result)
    .flatMap(([name, value]) => [value].flat().map((one) => element(name, one)))
    .join('')

const element = (name: string, value: string | QueryResult): string =>
  `<${name}>${typeof value === 'string' ? escapeXml(value) : elements(value)}</${name}>`

const xml = (status: number, body: string): Response =>
  new Response(body, { status, headers: { 'content-type': 'text/xml' } })

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A text as the content of an element. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ownEntry(ENTITIES, character) ?? character)
