/** Who or what started an execution. */
export interface Starter {
  kind: 'push' | 'person' | 'rollback' | 'schedule-or-rule' | 'creation' | 'unknown'
  /** The name of a person or role; null for a push (its author is the revision's) and where AWS does not tell. */
  name: string | null
}

const KINDS = new Map<string, Starter['kind']>([
  ['Webhook', 'push'],
  ['WebhookV2', 'push'],
  ['PollForSourceChanges', 'push'],
  ['PutActionRevision', 'push'],
  ['CloudWatchEvent', 'schedule-or-rule'],
  ['StartPipelineExecution', 'person'],
  ['ManualRollback', 'rollback'],
  ['AutomatedRollback', 'rollback'],
  ['CreatePipeline', 'creation'],
])

/**
 * Reads CodePipeline's trigger. `triggerDetail` is polymorphic (a caller's ARN, a rule's ARN, JSON text), so only an
 * ARN is trusted to name somebody.
 */
export const starterFrom = (trigger: { type: string; detail: string } | null): Starter => {
  if (!trigger) return { kind: 'unknown', name: null }
  const kind = KINDS.get(trigger.type) ?? 'unknown'
  return { kind, name: kind === 'push' ? null : nameFromArn(trigger.detail) }
}

const ARN = /^arn:[a-z-]+:(?:iam|sts|events|codepipeline):[^:]*:[^:]*:(.+)$/

/**
 * The part of an ARN that people recognise: `dana` for `arn:aws:sts::1:assumed-role/Console/dana`,
 * `nightly` for a rule.
 */
export const nameFromArn = (arn: string): string | null => {
  const resource = ARN.exec(arn.trim())?.[1]
  return resource?.split('/').at(-1) || null
}
