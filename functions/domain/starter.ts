/** Who or what started an execution. */
export interface Starter {
  kind: 'push' | 'person' | 'rollback' | 'schedule-or-rule' | 'creation' | 'unknown'
  /** The name of a person or role; null for a push (its author is the revision's) and where AWS does not tell. */
  name: string | null
  /** The ARN of a person or role that started it by hand; null where none did or AWS does not tell. */
  arn: string | null
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
  if (!trigger) return { kind: 'unknown', name: null, arn: null }
  const kind = KINDS.get(trigger.type) ?? 'unknown'
  const name = kind === 'push' ? null : nameFromArn(trigger.detail)
  return { kind, name, arn: name && kind !== 'schedule-or-rule' ? trigger.detail.trim().slice(0, 300) : null }
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

/**
 * What a configuration may call whoever an ARN stands for, the most precise first: the ARN itself, `Console/dana`,
 * `dana`, and `Console` for everybody who works in that role.
 */
export const aliasesOf = (arn: string): string[] => {
  const [kind, ...path] = (ARN.exec(arn)?.[1] ?? '').split('/')
  const session = path.at(-1)
  if (!session) return [arn]
  return kind === 'assumed-role' && path.length > 1 ? [arn, path.join('/'), session, path[0]!] : [arn, session]
}
