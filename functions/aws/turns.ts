import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock.ts'
import type { Lane, Limited } from '../domain/slack-turns.ts'
import { LANES, burstMs, limitName, mostAheadMs, shareOf } from '../domain/slack-turns.ts'
import { DAY } from '../domain/time-units.ts'
import type { Turns } from '../ports/turns.ts'
import { answerIn } from './expected-errors.ts'
import type { AwsConnection } from './connection.ts'
import { documentClient } from './document-client.ts'
import { inSeconds } from './records.ts'

/**
 * Turns in the bot's table, one small item for each lane. A turn is one conditional update, without a read: functions
 * that ask in the same moment get turns one after another.
 */
export const dynamoTurns = (connection: AwsConnection, TableName: string, clock: Clock): Turns => {
  const table = documentClient(connection)
  const keyOf = (limited: Limited, lane: Lane) => ({ pk: `TURNS#${limitName(limited)}#${lane}`, sk: 'TURNS' })

  /** The item after the update, or null if the condition does not hold. */
  const updated = async (
    key: object,
    set: string,
    condition: string | null,
    values: Record<string, number>,
  ): Promise<{ freeAt?: number } | null> => {
    try {
      const { Attributes } = await table.send(
        new UpdateCommand({
          TableName,
          Key: key,
          UpdateExpression: `SET ${set}, expireAt = :expireAt`,
          ...(condition && { ConditionExpression: condition }),
          ExpressionAttributeValues: { ...values, ':expireAt': inSeconds(clock.now() + DAY) },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return (Attributes ?? {}) as { freeAt?: number }
    } catch (error) {
      if (answerIn('UpdateItem', error) === 'written-before') return null
      throw error
    }
  }

  /** Lanes that had no rest when this function last asked: there the other update is tried first. */
  const busy = new Set<string>()

  return {
    take: async (limited, lane, waitMs) => {
      const share = shareOf(limited, lane)
      const key = keyOf(limited, lane)
      const now = clock.now()
      const aheadMs = mostAheadMs(share, waitMs)
      const rested = async (): Promise<number | null> => {
        const taken = await updated(key, 'freeAt = :next', 'attribute_not_exists(freeAt) OR freeAt <= :now', {
          ':next': now + share.everyMs,
          ':now': now,
        })
        return taken && now
      }
      const inTurn = async (): Promise<number | null> => {
        const taken = await updated(key, 'freeAt = freeAt + :every', 'freeAt > :now AND freeAt <= :last', {
          ':every': share.everyMs,
          ':now': now,
          ':last': now + aheadMs,
        })
        return taken && Math.max(now, taken.freeAt! - share.everyMs - burstMs(share))
      }
      const [first, second] = busy.has(key.pk) ? [inTurn, rested] : [rested, inTurn]
      const at = aheadMs === 0 ? await rested() : ((await first()) ?? (await second()))
      if (at === now) busy.delete(key.pk)
      else busy.add(key.pk)
      return at
    },

    hold: async (limited, until) => {
      for (const lane of LANES) {
        const key = keyOf(limited, lane)
        const freeAt = until + burstMs(shareOf(limited, lane))
        const isMoved = await updated(
          key,
          'heldUntil = :until, freeAt = :freeAt',
          'attribute_not_exists(freeAt) OR freeAt < :freeAt',
          { ':until': until, ':freeAt': freeAt },
        )
        if (!isMoved) await updated(key, 'heldUntil = :until', null, { ':until': until })
      }
    },

    heldUntil: async (limited) => {
      const { Item } = await table.send(
        new GetCommand({ TableName, Key: keyOf(limited, 'calls'), ConsistentRead: true }),
      )
      return (Item as { heldUntil?: number } | undefined)?.heldUntil ?? 0
    },
  }
}
