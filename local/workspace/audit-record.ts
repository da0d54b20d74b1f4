import { examineParts } from '../../cli/audit/examine-parts.ts'
import { openExaminers } from '../../cli/audit/examiners.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { ACCOUNT } from './account.ts'

/** The audit record of the workspace since `from` (epoch milliseconds), as `greenlight audit` writes it. */
export const auditRecord = async (awsUrl: string, { from, now }: { from: number; now: number }): Promise<string> => {
  const connection = {
    endpoint: awsUrl,
    region: ACCOUNT.region,
    credentials: { accessKeyId: 'workspace', secretAccessKey: 'any' },
  }
  const table = ACCOUNT.tableName
  const examiners = openExaminers({ connection, table, keys: null, from, now, format: 'jsonl' })
  const lines: string[] = []
  const parts = examineParts(documentClient(connection), table, examiners, { from, to: now + 1 })
  try {
    for await (const { approvals } of parts)
      for (const { entries } of approvals) lines.push(...entries.map(({ line }) => `${line}\n`))
  } finally {
    await examiners.close()
  }
  return lines.join('')
}
