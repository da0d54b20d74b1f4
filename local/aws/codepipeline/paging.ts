import { AwsError } from '../aws-error.ts'

export interface PageRequest {
  maxResults?: number | undefined
  nextToken?: string | undefined
}

/**
 * One page of `items`. The token names the last returned item rather than a position, so that new items at the front
 * neither repeat nor hide any. Throws InvalidNextTokenException for an unknown token.
 */
export const page = <T>(items: T[], idOf: (item: T) => string, { maxResults = 100, nextToken }: PageRequest) => {
  const start = nextToken === undefined ? 0 : 1 + items.findIndex((item) => tokenOf(idOf(item)) === nextToken)
  if (nextToken !== undefined && start === 0)
    throw new AwsError('InvalidNextTokenException', 'The next token was not given by an earlier answer')
  const found = items.slice(start, start + maxResults)
  const last = found.at(-1)
  const more = last !== undefined && start + maxResults < items.length
  return { items: found, ...(more && { nextToken: tokenOf(idOf(last)) }) }
}

const tokenOf = (id: string) => Buffer.from(id).toString('base64url')
