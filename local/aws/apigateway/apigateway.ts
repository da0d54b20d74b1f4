import { randomUUID } from 'node:crypto'
import { lookForSecret } from '../../secrets-left.ts'
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda'

/*
 * An HTTP API in front of a function, payload format 2.0 (API Gateway Developer Guide, "Create AWS Lambda proxy
 * integrations for HTTP APIs").
 */

/** Bodies of these types reach the function as text; every other is base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml))/

/** The most that API Gateway takes. */
const MAX_BODY_BYTES = 10_485_760

interface HttpApi {
  account: string
  stage: string
  handle: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>
  now: () => number
  /** Called with an invocation that threw. */
  failed: (error: unknown) => void
}

/** Answers one HTTP request through the function. Never throws: a function that throws is a 500. */
export const answerByFunction = async (api: HttpApi, request: Request): Promise<Response> => {
  const body = Buffer.from(await request.arrayBuffer())
  if (body.byteLength > MAX_BODY_BYTES) return message(413, 'Request Entity Too Large')
  try {
    const result = await api.handle(httpApiEvent(api, request, body))
    lookForSecret('an answer to Slack', request.method, JSON.stringify(result) ?? '')
    return responseFrom(result)
  } catch (error) {
    api.failed(error)
    return message(500, 'Internal Server Error')
  }
}

/** The event for one request: header names in lower case, forms in base64, the query as it was written. */
export const httpApiEvent = (
  api: Pick<HttpApi, 'account' | 'stage' | 'now'>,
  request: Request,
  body: Buffer,
): APIGatewayProxyEventV2 => {
  const url = new URL(request.url)
  const isText = TEXT.test(request.headers.get('content-type') ?? 'text/plain')
  const query = Object.fromEntries([...new Set(url.searchParams.keys())].map((key) => [key, valuesOf(url, key)]))
  const now = new Date(api.now())
  return {
    version: '2.0',
    routeKey: `${request.method} ${url.pathname}`,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(request.headers),
    ...(url.search && { queryStringParameters: query }),
    requestContext: {
      accountId: api.account,
      apiId: 'workspace',
      domainName: url.host,
      domainPrefix: 'workspace',
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers.get('user-agent') ?? '',
      },
      requestId: randomUUID(),
      routeKey: `${request.method} ${url.pathname}`,
      stage: api.stage,
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.byteLength > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  }
}

/** What API Gateway makes of a function's answer; one without a status code is a 200 in JSON. */
const responseFrom = (result: APIGatewayProxyResultV2): Response => {
  if (typeof result === 'string') return new Response(result, { headers: { 'content-type': 'application/json' } })
  if (result?.statusCode === undefined) return Response.json(result ?? null)
  const headers = new Headers({ 'content-type': 'text/plain' })
  for (const [name, value] of Object.entries(result.headers ?? {})) headers.set(name, String(value))
  for (const cookie of result.cookies ?? []) headers.append('set-cookie', cookie)
  const body = result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64') : (result.body ?? '')
  return new Response(body, { status: result.statusCode, headers })
}

const valuesOf = (url: URL, key: string): string => url.searchParams.getAll(key).join(',')

const message = (status: number, text: string): Response => Response.json({ message: text }, { status })
