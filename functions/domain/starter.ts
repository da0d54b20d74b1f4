/** Who or what started an execution. */
export interface Starter {
  kind: 'push' | 'person' | 'rollback' | 'automatic-rollback' | 'schedule-or-rule' | 'creation' | 'unknown'
  /** The name of a person or role; null for a push (its author is the revision's) and if AWS does not name one. */
  name: string | null
  /** The ARN of a person or role that started it by hand; null if none did or AWS does not name one. */
  arn: string | null
  /** How its pipeline runs several executions, as CodePipeline names it, such as `QUEUED`; missing where it does not say. */
  executionMode?: string
  /** The Slack user ID of the person for whom the bot started it; missing if it did not. */
  userId?: string
}

/** It deploys an earlier version again. */
export const restoresEarlier = (starter: Starter | null): boolean =>
  starter?.kind === 'rollback' || starter?.kind === 'automatic-rollback'

const KINDS = new Map<string, Starter['kind']>([
  ['Webhook', 'push'],
  ['WebhookV2', 'push'],
  ['PollForSourceChanges', 'push'],
  ['PutActionRevision', 'push'],
  ['CloudWatchEvent', 'schedule-or-rule'],
  ['StartPipelineExecution', 'person'],
  ['ManualRollback', 'rollback'],
  ['AutomatedRollback', 'automatic-rollback'],
  ['CreatePipeline', 'creation'],
])

/**
 * Reads CodePipeline's trigger. `triggerDetail` is polymorphic (a caller's ARN, a rule's ARN, JSON text), so only an
 * ARN is trusted to name a person.
 */
export const starterFrom = (
  trigger: { type: string; detail: string; steeredFor?: string } | null,
  executionMode?: string,
): Starter => {
  const mode = executionMode === undefined ? {} : { executionMode }
  if (!trigger) return { kind: 'unknown', name: null, arn: null, ...mode }
  const kind = KINDS.get(trigger.type) ?? 'unknown'
  const name = kind === 'push' ? null : nameFromArn(trigger.detail)
  const arn = name && kind !== 'schedule-or-rule' ? trigger.detail.trim().slice(0, 300) : null
  const person = trigger.steeredFor === undefined ? {} : { userId: trigger.steeredFor }
  return { kind, name, arn, ...mode, ...person }
}

const ARN = /^arn:[a-z-]+:(?:iam|sts|events|codepipeline):[^:]*:[^:]*:(.+)$/

/**
 * The part of an ARN that people recognize: `dana` for `arn:aws:sts::1:assumed-role/Console/dana`, `nightly` for a
 * rule.
 */
export const nameFromArn = (arn: string): string | null => {
  const resource = ARN.exec(arn.trim())?.[1]
  return resource?.split('/').at(-1) || null
}

/**
 * The names under which a configuration may list an ARN, the most precise first: the ARN itself, `Console/dana`,
 * `dana`, and `Console` for all who assume that role.
 */
export const aliasesOf = (arn: string): string[] => {
  const { role, name } = partsOf(arn)
  if (!name) return [arn]
  return role ? [arn, `${role}/${name}`, name, role] : [arn, name]
}

/** The name of a role's session, which the person who assumes the role may choose; null for other ARNs. */
export const sessionOf = (arn: string): string | null => {
  const { role, name } = partsOf(arn)
  return role ? name : null
}

const STEERING_SESSION = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\/steer-([UW][A-Z0-9]+)$/

/** What a session that steers has in its ARN; null for any other ARN. Whose role it is, this does not say. */
export const steeringSessionIn = (
  arn: string,
): { partition: string; accountId: string; role: string; userId: string } | null => {
  const [, partition, accountId, role, userId] = STEERING_SESSION.exec(arn.trim()) ?? []
  return partition && accountId && role && userId ? { partition, accountId, role, userId } : null
}

/**
 * The e-mail address in a session's name, if its owner did not choose the name: IAM Identity Center names sessions so
 * ("Referencing permission sets in resource policies", IAM Identity Center user guide, has its roles' names).
 */
export const addressIn = (arn: string): string | null => {
  const { role, name } = partsOf(arn)
  return role?.startsWith('AWSReservedSSO_') && name?.includes('@') ? name.toLowerCase() : null
}

const partsOf = (arn: string): { role: string | null; name: string | null } => {
  const [kind, ...path] = ARN.exec(arn)?.[1]?.split('/') ?? []
  const name = path.at(-1) || null
  return { role: kind === 'assumed-role' && path.length > 1 ? path[0]! : null, name }
}
