import { DescribeTableCommand, DynamoDBClient, GetResourcePolicyCommand } from '@aws-sdk/client-dynamodb'
import { absent } from '../absent.ts'
import type { Check } from './check.ts'
import { statementsOf, type Statement } from './policy.ts'
import { nameOf, restore } from './stack-resources.ts'

const WRITES = [
  'BatchWriteItem',
  'DeleteItem',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PutItem',
  'UpdateItem',
]

/** The functions that see clicks, and the one that reads iCalendar addresses. */
const WRITERS = ['ButtonClickedRole', 'EffectDueRole', 'MinutePassedRole']

/** The table of rejections and withdrawals is there, and no other role can write to it. */
export const objectionsTable: Check = {
  title: 'Table of rejections and withdrawals',
  run: async ({ aws, installation, stack }) => {
    const client = new DynamoDBClient(await aws())
    const deployed = await stack()
    const TableName = nameOf(deployed, 'Objections')
    const fix = restore(installation)
    const described = await client
      .send(new DescribeTableCommand({ TableName }))
      .catch(absent('ResourceNotFoundException'))
    if (!described?.Table)
      return [{ what: `The table ${TableName} is gone: votes count, and no verdict can be sent.`, fix }]
    const policy = await client
      .send(new GetResourcePolicyCommand({ ResourceArn: described.Table.TableArn }))
      .catch(absent('PolicyNotFoundException'))
    const writers = WRITERS.map((id) => nameOf(deployed, id))
    return statementsOf(policy?.Policy).some((statement) => keepsOthersOut(statement, writers))
      ? []
      : [{ what: `The table ${TableName} lets other roles remove rejections and withdrawals.`, fix }]
  },
}

const keepsOthersOut = ({ Effect, Principal, Action, Condition }: Statement, writers: readonly string[]): boolean => {
  const but = Condition?.['ArnNotEquals']?.['aws:PrincipalArn']
  const exempt = [but ?? []].flat().map((arn) => (typeof arn === 'string' ? arn.split('/').at(-1)! : ''))
  return (
    Effect === 'Deny' &&
    JSON.stringify(Principal).includes('"*"') &&
    WRITES.every((name) => Action?.includes(`dynamodb:${name}`)) &&
    Object.keys(Condition ?? {}).length === 1 &&
    exempt.every((name) => writers.includes(name))
  )
}
