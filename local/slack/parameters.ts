import { lookForSecret, lookInHeaders } from '../secrets-left.ts'

export type Parameters = Record<string, unknown>

/** The arguments of a Web API call: from the query, and from a body that is a form or JSON. */
export const parametersOf = async (method: string, request: Request): Promise<Parameters> => {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const body = await request.text()
  lookForSecret('a call of Slack', method, body)
  lookForSecret('a call of Slack', method, request.url)
  lookInHeaders('Slack', request.headers)
  return request.headers.get('content-type')?.includes('application/json')
    ? { ...query, ...asObject(body) }
    : { ...query, ...Object.fromEntries(new URLSearchParams(body)) }
}

/** An argument that is an object, or the JSON text of one; else undefined. */
export const asObject = (argument: unknown): Parameters | undefined => {
  const value = decoded(argument)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : undefined
}

/** An argument that is a list, or the JSON text of one; else undefined. */
export const asList = (argument: unknown): unknown[] | undefined => {
  const value = decoded(argument)
  return Array.isArray(value) ? value : undefined
}

const decoded = (argument: unknown): unknown => {
  if (typeof argument !== 'string') return argument
  try {
    return JSON.parse(argument)
  } catch {
    return undefined
  }
}
