import type { AccountRegion } from '../domain/pipeline.ts'
import { steeringSessionIn } from '../domain/starter.ts'
import type { AllowedAccounts } from './allowed-accounts.ts'

/** For whom the bot did what CodePipeline says the caller with this ARN did in that account; null if it was not the bot. */
export type SteeredFor = (where: AccountRegion, arn: string) => string | null

const ROLE = /^arn:([a-z-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/

/**
 * Recognizes the sessions in which the bot steers pipelines for people (session-name.ts). Other principals can name their
 * sessions so too: only those of the very role count with which the bot acts in that account, which no one else may assume
 * (infra/bot-roles.yml, infra/spoke.yml). A session's ARN has no path of its role ("IAM identifiers", IAM user guide).
 */
export const steeredFor =
  (allowedAccounts: Pick<AllowedAccounts, 'roleIn'>): SteeredFor =>
  (where, arn) => {
    const { partition, accountId, role: name, userId } = steeringSessionIn(arn) ?? {}
    const role = ROLE.exec(allowedAccounts.roleIn(where, 'decider')?.arn ?? '')
    const isOurs = role !== null && role[1] === partition && role[2] === accountId && role[3] === name
    return isOurs && userId ? userId : null
  }
