import { documentClient } from '../../functions/aws/document-client.ts'
import { exportedEntry, readRecords } from '../../cli/audit/record-reader.ts'
import { ACCOUNT } from './account.ts'

/** The audit record of the workspace since `from` (epoch milliseconds), as `greenlight audit` writes it. */
export const auditRecord = async (awsUrl: string, { from, now }: { from: number; now: number }): Promise<string> => {
  const table = documentClient({
    endpoint: awsUrl,
    region: ACCOUNT.region,
    credentials: { accessKeyId: 'workspace', secretAccessKey: 'any' },
  })
  const lines: string[] = []
  for await (const day of readRecords(table, ACCOUNT.tableName, { from, to: now + 1, now }))
    for (const record of day.records)
      for (const entry of record.entries)
        if (entry.at >= day.from && entry.at < day.to) lines.push(`${JSON.stringify(exportedEntry(record, entry))}\n`)
  return lines.join('')
}
