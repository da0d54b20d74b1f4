import { createHash } from 'node:crypto'

/**
 * The approval's public id: the same for every delivery of a token, and useless for deciding the approval. Tokens are
 * unique within an account and Region.
 */
export const approvalId = (accountId: string, region: string, token: string): string =>
  createHash('sha256').update(`${accountId}/${region}/${token}`).digest('hex').slice(0, 32)
