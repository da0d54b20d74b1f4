import { CloudFormationClient, paginateDescribeAccountLimits, paginateListStacks } from '@aws-sdk/client-cloudformation'
import { GetAccountSummaryCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { ClientConnection } from '../../installation.ts'
import type { Check, Finding } from '../check.ts'
import { NotChecked } from '../not-checked.ts'
import { readSettings } from './settings.ts'

/** effect-due runs up to five at once (maximumConcurrency); as many are left for clicks, requests and events. */
export const AT_ONCE = 10

const increase = (service: string, quota: string, region: string): string =>
  `Ask AWS for more: Service Quotas, ${service}, “${quota}”, in ${region}.`

/** The quotas of the account leave room for the stack. */
export const room: Check = {
  title: 'Quotas',
  run: async ({ aws, installation: { region }, terminal }) => {
    const connection = await aws()
    const { functions } = await readSettings(terminal.directory)
    const found = [
      await concurrency(connection, region),
      await roles(connection, rolesFor(functions)),
      await stacks(connection, region),
    ]
    return found.filter((finding) => finding !== null)
  },
}

const concurrency = async (connection: ClientConnection, region: string): Promise<Finding | null> => {
  const { AccountLimit } = await new LambdaClient(connection).send(new GetAccountSettingsCommand({}))
  const free = AccountLimit?.UnreservedConcurrentExecutions
  if (free === undefined) throw new NotChecked('Lambda does not say how many functions may run at once')
  if (free >= AT_ONCE) return null
  return {
    what: `Lambda may run ${free} functions at once here, besides those with a reserved concurrency; Greenlight needs up to ${AT_ONCE}.`,
    fix: increase('Lambda', 'Concurrent executions', region),
  }
}

/** One for each function, and the one that sends verdicts. */
export const rolesFor = (functions: readonly string[]): number => functions.length + 1

const roles = async (connection: ClientConnection, needed: number): Promise<Finding | null> => {
  const { SummaryMap } = await new IAMClient(connection).send(new GetAccountSummaryCommand({}))
  const { Roles: used, RolesQuota: quota } = SummaryMap ?? {}
  if (used === undefined || quota === undefined) throw new NotChecked('IAM does not say how many roles there may be')
  if (used + needed <= quota) return null
  return {
    what: `The account has ${used} of ${quota} roles; Greenlight needs ${needed}.`,
    fix: 'Ask AWS for more: Service Quotas, IAM, “Roles per account”; or delete roles that nothing uses.',
  }
}

const stacks = async (connection: ClientConnection, region: string): Promise<Finding | null> => {
  const client = new CloudFormationClient(connection)
  let quota: number | undefined
  for await (const { AccountLimits = [] } of paginateDescribeAccountLimits({ client }, {}))
    quota = AccountLimits.find(({ Name }) => Name === 'StackLimit')?.Value ?? quota
  if (quota === undefined) throw new NotChecked('CloudFormation does not say how many stacks there may be')
  let used = 0
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {}))
    used += StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').length
  if (used < quota) return null
  return {
    what: `The account has ${used} of ${quota} stacks in ${region}.`,
    fix: `${increase('CloudFormation', 'Stack count', region).slice(0, -1)}, or delete stacks that nothing uses.`,
  }
}
