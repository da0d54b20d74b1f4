import type { LambdaFunction } from './lambda-function.ts'
import { AwsError } from '../aws-error.ts'

/** The end of an Invoke's path (AWS Lambda API Reference, "Invoke"), whatever lies before it. */
const PATH = /\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** The function, and the version or alias of it, that is invoked. */
export interface Invoke {
  name: string
  qualifier: string
}

/** The function that a request invokes: its name from a name, a partial ARN or an ARN. Undefined for other requests. */
export const invokeIn = (request: Request): Invoke | undefined => {
  const url = new URL(request.url)
  const identifier = PATH.exec(url.pathname)?.[1]
  if (request.method !== 'POST' || identifier === undefined) return undefined
  const parts = decodeURIComponent(identifier)
    .replace(/^.*function:/, '')
    .split(':')
  return { name: parts[0] ?? '', qualifier: url.searchParams.get('Qualifier') ?? parts[1] ?? '$LATEST' }
}

/** Invokes a function and waits for its answer. Throws an AwsError if there is no such function or version. */
export const answerInvoke = async (
  functions: ReadonlyMap<string, LambdaFunction>,
  { name, qualifier }: Invoke,
  body: string,
): Promise<Response> => {
  const invoked = await functions.get(name)?.invoke(qualifier, body === '' ? {} : eventFrom(body))
  if (!invoked) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}:${qualifier}`, 404)
  const { executedVersion, invocation } = invoked
  const answered = invocation.kind === 'answered'
  const payload = answered
    ? (invocation.payload ?? null)
    : { errorType: invocation.errorType, errorMessage: invocation.errorMessage }
  return Response.json(payload, {
    headers: { 'x-amz-executed-version': executedVersion, ...(!answered && { 'x-amz-function-error': 'Unhandled' }) },
  })
}

const eventFrom = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json')
  }
}
