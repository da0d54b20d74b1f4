import type { AccountRegion } from '../domain/pipeline.ts'
import { OutOfReach } from '../ports/out-of-reach.ts'

/** The two roles of infra/spoke.yml: one reads pipelines, the other decides approvals. */
export type SpokeRole = 'reader' | 'decider'

export interface Role {
  arn: string
  /**
   * Tells the role for whom it is assumed ("Access to AWS accounts owned by third parties", IAM user guide); null in the
   * bot's own account.
   */
  externalId: string | null
  /** Made by infra/spoke.yml, which may be of an earlier version than the bot. */
  isJoined: boolean
}

/**
 * The accounts and Regions in which the bot acts and from which it receives: its own, and those that infra/spoke.yml
 * joined to it.
 */
export interface AllowedAccounts {
  ownAccountId: string
  /** The bot's own account and Region, and each that is joined to it. */
  all: readonly AccountRegion[]
  /** @throws {AccountNotAllowed} */
  require(where: AccountRegion): void
  /** The role to assume there; null in the bot's own account for the function's own role. @throws {AccountNotAllowed} */
  roleIn(where: AccountRegion, role: SpokeRole): Role | null
}

/** An account or Region that is not registered with this bot: it neither receives from there nor acts there. */
export class AccountNotAllowed extends OutOfReach {
  constructor({ accountId, region }: AccountRegion) {
    super(`The installation does not list account ${accountId} in ${region}: docs/accounts.md says how to join it`, {
      isUnjoined: true,
    })
  }
}

const SPOKE = /^\d{12}\/[a-z]{2}(?:-[a-z]+)+-\d$/

/**
 * Reads ACCOUNT_ID and AWS_REGION, the bot's own; SPOKES, the others as `account/Region`, separated by commas;
 * SPOKE_ROLE, the ARN of the roles there with `{account}`, `{region}` and `{role}` in it; SPOKE_EXTERNAL_ID; and
 * DECIDER_ROLE, the ARN of the role that decides and steers in the bot's own account, without which a function decides
 * itself, and knows no one as the starter of an execution that was released from Slack.
 *
 * @throws if one is missing or malformed; names it, and does not print the external ID.
 */
export const allowedAccountsFrom = (environment: Record<string, string | undefined>): AllowedAccounts => {
  const { ACCOUNT_ID, AWS_REGION, SPOKES = '', SPOKE_ROLE, SPOKE_EXTERNAL_ID, DECIDER_ROLE } = environment
  if (!ACCOUNT_ID || !/^\d{12}$/.test(ACCOUNT_ID)) throw new Error('ACCOUNT_ID is not the ID of an AWS account')
  const spokes = SPOKES.split(',').filter(Boolean)
  for (const spoke of spokes)
    if (!SPOKE.test(spoke)) throw new Error(`SPOKES: "${spoke}" is not like 444455556666/us-east-1`)
  const known = new Set([`${ACCOUNT_ID}/${AWS_REGION}`, ...spokes])

  const require = (where: AccountRegion): void => {
    if (!known.has(`${where.accountId}/${where.region}`)) throw new AccountNotAllowed(where)
  }
  return {
    ownAccountId: ACCOUNT_ID,
    all: [...known].map((one) => {
      const [accountId = '', region = ''] = one.split('/')
      return { accountId, region }
    }),
    require,
    roleIn: (where, role) => {
      require(where)
      if (where.accountId === ACCOUNT_ID)
        return role === 'decider' && DECIDER_ROLE ? { arn: DECIDER_ROLE, externalId: null, isJoined: false } : null
      if (!SPOKE_ROLE || !SPOKE_EXTERNAL_ID)
        throw new Error('SPOKE_ROLE and SPOKE_EXTERNAL_ID have to be set to act in another account')
      const filled = { account: where.accountId, region: where.region, role }
      const arn = SPOKE_ROLE.replaceAll(/\{(account|region|role)\}/g, (_, name: keyof typeof filled) => filled[name])
      return { arn, externalId: SPOKE_EXTERNAL_ID, isJoined: true }
    },
  }
}
