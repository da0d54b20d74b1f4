/** What a version answered to its health check. */
export type Answer =
  /** `executedVersion`: the version of a function that ran, as Lambda says. */
  { kind: 'answered'; executedVersion: string | null; payload: unknown } | { kind: 'failed'; because: string }

/** Null accepts any. */
export interface Expected {
  executedVersion: string | null
  releasedVersion: string | null
}

/**
 * What is wrong with an answer, as the end of a sentence that begins with who gave it; null if it is good. The payload
 * may be wrapped as an HTTP API requires, `{ statusCode, body }`. A `status` in it must be `ok`.
 */
export const problemWith = (answer: Answer, expected: Expected): string | null => {
  if (answer.kind === 'failed') return answer.because
  if (expected.executedVersion !== null && answer.executedVersion !== expected.executedVersion)
    return `was answered by version ${answer.executedVersion}, not by ${expected.executedVersion}`
  const { statusCode, content } = unwrapped(answer.payload)
  // A status that is not a number is within no limits.
  if (!(statusCode >= 200 && statusCode <= 299)) return `answers with status ${statusCode}`
  if ('status' in content && content['status'] !== 'ok')
    return `says that its status is ${shortJson(content['status'])}`
  const { releasedVersion } = expected
  if (releasedVersion !== null && content['version'] !== releasedVersion)
    return `says that its version is ${shortJson(content['version'])}, not ${releasedVersion}`
  return null
}

const unwrapped = (payload: unknown): { statusCode: number; content: Record<string, unknown> } => {
  const answer = asObject(payload)
  if (!('statusCode' in answer)) return { statusCode: 200, content: answer }
  return { statusCode: Number(answer['statusCode']), content: asObject(answer['body']) }
}

const asObject = (value: unknown): Record<string, unknown> => {
  if (typeof value === 'string') return objectFromJson(value)
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

const objectFromJson = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** An unchecked value in a log line: short, and only its beginning. */
const shortJson = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)
