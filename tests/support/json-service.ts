import type { AwsConnection } from '../../functions/aws/connection.ts'
import { lookForSecret, lookInHeaders } from '../../local/secrets-left.ts'
import { accessKeySecret } from './secret.ts'
import { listen } from '../../local/http-server.ts'

interface Asked {
  /** The operation, such as `GetParameters`; for a service of the REST protocol, method and path. */
  operation: string
  input: Record<string, unknown>
}
type Answer = { status: number; body: object }

/** An AWS service of the JSON protocol over HTTP, which answers as a test says and keeps its requests. */
export const openJsonService = async () => {
  const asked: Asked[] = []
  let answer: (asked: Asked) => Answer = () => ({ status: 500, body: {} })
  const server = await listen(async (request) => {
    const target = request.headers.get('x-amz-target')
    const operation = target?.split('.').at(-1) ?? `${request.method} ${new URL(request.url).pathname}`
    const text = await request.text()
    lookForSecret('a call of AWS', operation, text)
    lookInHeaders('AWS', request.headers)
    const call = { operation, input: (text ? JSON.parse(text) : {}) as Asked['input'] }
    asked.push(call)
    const { status, body } = answer(call)
    return Response.json(body, { status, headers: { 'content-type': 'application/x-amz-json-1.1' } })
  }, 0)
  const connection: AwsConnection = {
    region: 'eu-west-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'x', secretAccessKey: accessKeySecret() },
  }
  return {
    asked,
    connection,
    answers: (body: object) => {
      answer = () => ({ status: 200, body })
    },
    answersBy: (next: typeof answer) => {
      answer = next
    },
    refuses: (code: string, message = 'no', status = 400) => {
      answer = () => ({ status, body: { __type: `com.amazonaws.x#${code}`, message } })
    },
    close: () => server.close(),
  }
}
