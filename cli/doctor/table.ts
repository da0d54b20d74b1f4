import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { deployAgain, nameOf } from './stack-resources.ts'

export const table: Check = {
  title: 'Table',
  run: async ({ aws, installation, stack }) => {
    const client = new DynamoDBClient(await aws())
    const TableName = nameOf(await stack(), 'Table')
    const described = await client
      .send(new DescribeTableCommand({ TableName }))
      .catch(absent('ResourceNotFoundException'))
    if (!described)
      return [
        {
          what: `The table ${TableName} is gone, and with it every approval and the audit record.`,
          fix: 'Restore it from a backup under the same name (docs/remove.md), and find out who deleted it.',
        },
      ]
    const { TimeToLiveDescription: life } = await client.send(new DescribeTimeToLiveCommand({ TableName }))
    const { ContinuousBackupsDescription: backups } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    )
    const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus
    const at = `--region ${installation.region} --table-name ${TableName}`
    const findings: Finding[] = []
    if (described.Table?.TableStatus !== 'ACTIVE')
      findings.push({
        what: `The table ${TableName} is ${described.Table?.TableStatus}.`,
        fix: deployAgain(installation),
      })
    if (!/^ENABL/.test(life?.TimeToLiveStatus ?? ''))
      findings.push({
        what: 'Time to live is off: expired items are never deleted.',
        fix: `aws dynamodb update-time-to-live ${at} --time-to-live-specification AttributeName=expireAt,Enabled=true`,
      })
    if (recovery !== 'ENABLED')
      findings.push({
        what: 'Point-in-time recovery is off: after a mistake, the table could not be restored.',
        fix: `aws dynamodb update-continuous-backups ${at} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
      })
    return findings
  },
}
