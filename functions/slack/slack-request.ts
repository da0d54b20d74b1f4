import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Secrets } from '../ports/secrets.ts'
import { Malformed, parseJson } from '../malformed.ts'
import { verifySignature } from './signature.ts'
import type { TypedCommand } from '../domain/command.ts'
import { parseCommand, parseInteraction, parseShortcut, parseEvent } from './slack-payload.ts'

/** Slack's largest payloads, which quote the message that was clicked, stay far below. */
const LARGEST_BODY = 256 * 1024

export type SlackRequest =
  | { kind: 'genuine'; event: APIGatewayProxyEventV2 }
  /** A slash command, typed or chosen as a shortcut of a message, which shows nothing of the answer to the request. */
  | { kind: 'command'; command: Omit<TypedCommand, 'id' | 'at'>; isTyped: boolean }
  | { kind: 'home-opened'; userId: string }
  /** An event that the bot did not ask for; Slack sends it again until it is answered. */
  | { kind: 'ignored'; type: string }
  /** Slack checks the certificate of the request URL. It does not sign that request, and expects only a 200. */
  | { kind: 'certificate-check' }
  | { kind: 'refused'; status: 400 | 401 | 413; because: string }

/**
 * The handler's own check, before Bolt parses anything: size, then signature over the raw bytes, then every field that
 * is read. Bolt gets the payload as JSON, so that it reads exactly the payload that was checked.
 */
export const readSlackRequest = async (
  event: APIGatewayProxyEventV2,
  secrets: Secrets,
  now: number,
): Promise<SlackRequest> => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > LARGEST_BODY)
    return { kind: 'refused', status: 413, because: `${bytes.length} bytes are too many` }

  const headers = lowerCased(event.headers)
  if (!headers['x-slack-signature'] && isCertificateCheck(bytes)) return { kind: 'certificate-check' }
  const signed = {
    timestamp: headers['x-slack-request-timestamp'],
    signature: headers['x-slack-signature'],
    body: bytes,
    now,
  }
  const known = await signingSecretOf(secrets.current)
  let verification = verifySignature({ ...signed, signingSecret: known })
  if (verification.kind === 'refused' && verification.because === 'forged') {
    const renewed = await signingSecretOf(secrets.renewed)
    if (renewed !== known) verification = verifySignature({ ...signed, signingSecret: renewed })
  }
  if (verification.kind === 'refused') return { kind: 'refused', status: 401, because: verification.because }

  const [contentType = ''] = (headers['content-type'] ?? '').toLowerCase().split(';', 1)
  const body = bytes.toString('utf8')
  try {
    const form = contentType.trim() === FORM_TYPE ? new URLSearchParams(body) : null
    if (form?.has('command') && !form.has('payload'))
      return { kind: 'command', command: parseCommand(form), isTyped: true }
    const sent = form?.get('payload') ?? null
    const shortcut = sent === null ? null : parseShortcut(parseJson(sent, 'The payload'))
    if (shortcut) return { kind: 'command', command: shortcut, isTyped: false }
    const told = contentType.trim() === JSON_TYPE ? parseEvent(parseJson(body, 'The body')) : null
    if (told?.kind === 'home-opened') return told
    if (told?.kind === 'other') return { kind: 'ignored', type: told.type }
    const payload = told?.body ?? payloadOf(contentType.trim(), body)
    if (payload === null) return { kind: 'certificate-check' }
    const own = { ...headers, 'content-type': 'application/json' }
    return {
      kind: 'genuine',
      event: { ...event, headers: own, body: JSON.stringify(payload), isBase64Encoded: false },
    }
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'refused', status: 400, because: error.message }
    throw error
  }
}

const signingSecretOf = async (read: Secrets['current']): Promise<string> => {
  const { signingSecret } = await read()
  if (signingSecret === null) throw new Error('This function may not read the signing secret')
  return signingSecret
}

/** `ssl_check=1` and a token of the older kind, without any content to act on. */
const isCertificateCheck = (bytes: Buffer): boolean => {
  const form = new URLSearchParams(bytes.toString('utf8'))
  return form.get('ssl_check') === '1' && !form.has('payload') && !form.has('command')
}

/** An event in the shape of a REST API may have no headers at all. */
const lowerCased = (headers: APIGatewayProxyEventV2['headers'] | null | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  )

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

/** Null if Slack only checks the certificate. @throws {Malformed} */
const payloadOf = (contentType: string, body: string): object | null => {
  switch (contentType) {
    case FORM_TYPE: {
      const form = new URLSearchParams(body)
      const payload = form.get('payload')
      if (payload !== null) return parseInteraction(parseJson(payload, 'The payload'))
      if (form.has('ssl_check')) return null
      throw new Malformed('The form', ['it has no payload'])
    }
    default:
      throw new Malformed('The request', ['its content type is none of Slack’s'])
  }
}
