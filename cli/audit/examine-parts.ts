import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { stretches } from '../../functions/record/index-of-days.ts'
import type { Examined } from './examine-approvals.ts'
import type { Examiners } from './examiners.ts'
import { misindexedApprovals } from './misindexed.ts'

/** A part of the range in the order of time, with every approval that has an entry in it, verified as a whole. */
export interface ExaminedPart {
  from: number
  to: number
  approvals: Examined[]
}

/**
 * The approvals with an entry from `from` up to `to` (epoch milliseconds), part by part, so that the memory does not grow with
 * the range. An approval with entries in several parts comes with each of them. One whose items are at the wrong place in
 * the index comes with every part.
 */
export const examineParts = async function* (
  client: DynamoDBDocumentClient,
  table: string,
  examiners: Examiners,
  range: { from: number; to: number },
): AsyncGenerator<ExaminedPart> {
  const misplaced = await misindexedApprovals(client, table)
  for await (const { from, to, approvals, earlier } of stretches(client, table, range)) {
    const moved = await examiners.examine({ from, to, approvals: [...misplaced] })
    const examine = (ids: readonly string[]) =>
      examiners.examine({ from, to, approvals: ids.filter((id) => !misplaced.has(id)) })
    const placed = await examine(approvals)
    const others = (await examine(earlier)).filter(({ entries }) => entries.length > 0)
    yield { from, to, approvals: [...moved.map(misindexed), ...placed, ...others] }
  }
}

const misindexed = (one: Examined): Examined => ({ ...one, flaws: [...one.flaws, MISINDEXED] })

const MISINDEXED = 'an item is missing from the index of days, or is there at another moment than its own'
