import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entryKey } from '../../functions/aws/entries.ts'
import { type KeySpec, kmsSignatures } from '../../functions/aws/kms.ts'
import { approvalKey } from '../../functions/aws/records.ts'
import { openTable } from '../../functions/aws/table.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { requested, settled, withEntry } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { filed, toFile } from '../../functions/domain/journal.ts'
import { factsOf, sha256, statementOf, verdictStatement } from '../../functions/domain/statement.ts'
import { MINUTE, START, actor, newApproval } from './records.ts'

/** Writes approvals into the table as the bot does, with signatures of the key `votes`, and removes them as a thief does. */
export const recordOver = (
  connection: AwsConnection,
  votes: string,
  TABLE = 'greenlight',
  spec: KeySpec = 'ECC_NIST_P256',
) => {
  const client = documentClient(connection)
  return {
    /** Approved by two people, each with a signature, and verified by the sender. */
    decided: async (id: string, start = START): Promise<Approval> => {
      const signatures = kmsSignatures(connection, { signing: votes, spec, trusted: [votes] }, systemClock)
      let approval = requested(newApproval({ id, now: start }))
      for (const [index, person] of ['U0DANA', 'U0CHEN'].entries()) {
        const at = start + (index + 1) * MINUTE
        const facts = factsOf(approval)
        const said = { userId: person, act: 'Approved', words: '', at } as const
        const signed = { ...facts, ...(await signatures.sign(statementOf(approval, said, facts))) }
        ;[approval] = attempt(
          approval,
          actor(person),
          { do: 'vote', verdict: 'Approved', comment: '' },
          at,
          null,
          signed,
        )
      }
      const at = start + 3 * MINUTE
      const cast = approval.votes.map(({ signed }) => signed!.value)
      const record = { entries: approval.journal.count, hash: approval.journal.head }
      const tokenHash = sha256(approval.token)
      const verdict = 'Approved'
      const signature = await signatures.sign(
        verdictStatement(approval, { verdict, votes: cast, record, tokenHash, at }),
      )
      const verified = withEntry(approval, at, {
        what: 'verified',
        verdict,
        votes: cast,
        record,
        signed: { ...signature, tokenHash },
      })
      return settled(verified, { how: 'slack', verdict }, at)
    },

    store: async (approval: Approval): Promise<Entry[]> => {
      const table = openTable(connection, TABLE, { clock: { ...systemClock, now: () => approval.requestedAt } })
      await table.entries.file(toFile(approval.journal).map((one) => ({ ...one, where: approval.where })))
      await table.approvals.create({ ...approval, journal: filed(approval.journal, approval.journal.count) })
      return approval.journal.unfiled
    },

    removed: async (id: string, entries: readonly Entry[]): Promise<void> => {
      for (const { number } of entries)
        await client.send(new DeleteCommand({ TableName: TABLE, Key: entryKey(id, number) }))
      await client.send(new DeleteCommand({ TableName: TABLE, Key: approvalKey(id) }))
    },
  }
}
