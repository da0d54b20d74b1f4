import * as z from 'zod/mini'
import type { StateChange, Progress } from '../domain/execution.ts'
import type { Ending } from '../domain/ending.ts'
import { LONGEST_SUMMARY, storableCause } from '../domain/failure-cause.ts'
import { webUrl } from '../domain/source.ts'
import type { PipelineEvent } from '../flows/execution/follow-pipeline.ts'
import { approvalId } from '../domain/approval-id.ts'
import { Malformed, parseAs } from '../malformed.ts'
import { ownEntry } from '../own-entry.ts'
import { EVENT_ENVELOPE } from './event-envelope.ts'

const RESULT = z.nullish(
  z.object({
    'external-execution-id': z.nullish(z.string()),
    'external-execution-url': z.nullish(z.string()),
    'external-execution-summary': z.nullish(z.string()),
    'error-code': z.nullish(z.string()),
  }),
)

/** "CodePipeline events", EventBridge events reference. States are left open: AWS adds some now and then. */
const EVENT = z.object({
  ...EVENT_ENVELOPE,
  detail: z.object({
    pipeline: z.string().check(z.minLength(1)),
    'execution-id': z.string().check(z.minLength(1)),
    state: z.string(),
    stage: z.nullish(z.string()),
    action: z.nullish(z.string()),
    'action-execution-id': z.nullish(z.string()),
    type: z.nullish(z.object({ category: z.string(), provider: z.string() })),
    'execution-result': RESULT,
  }),
})

const PROGRESS_OF_STATE: Record<string, Progress> = {
  STARTED: 'running',
  RESUMED: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'canceled',
  SUPERSEDED: 'superseded',
  STOPPING: 'stopping',
  STOPPED: 'stopped',
  ABANDONED: 'stopped',
}

const ENDING: Record<string, Ending['status']> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'canceled',
  ABANDONED: 'abandoned',
}

type StateChangeEvent = z.output<typeof EVENT>

/** How to read each kind of event, by its detail-type. */
const LEVELS: Record<string, (event: StateChangeEvent, progress: Progress, at: number) => StateChange> = {
  'CodePipeline Pipeline Execution State Change': (_, progress, at) => ({ level: 'pipeline', progress, at }),
  'CodePipeline Stage Execution State Change': ({ detail }, progress, at) => ({
    level: 'stage',
    stage: given(detail.stage, 'stage'),
    progress,
    at,
  }),
  'CodePipeline Action Execution State Change': ({ detail }, progress, at) => ({
    level: 'action',
    stage: given(detail.stage, 'stage'),
    action: given(detail.action, 'action'),
    // Older events have no id; then the action's stage and name identify it in this execution.
    actionExecutionId: detail['action-execution-id'] ?? `${detail.stage}/${detail.action}`,
    category: given(detail.type, 'type').category,
    provider: given(detail.type, 'type').provider,
    summary: actionSummary(detail),
    url: urlOf(detail),
    progress,
    at,
  }),
}

/** An approval's is what a person wrote. */
const actionSummary = ({ state, type, 'execution-result': result }: StateChangeEvent['detail']): string | null => {
  const said = result?.['external-execution-summary']
  if (!said) return null
  const isCause = ownEntry(PROGRESS_OF_STATE, state) === 'failed' && type?.category !== 'Approval'
  return isCause ? storableCause(said) : said.slice(0, LONGEST_SUMMARY)
}

/** As many characters as a link in a message may have ("Button element", Slack's Block Kit reference). */
const LONGEST_URL = 3_000

const urlOf = (detail: StateChangeEvent['detail']): string | null => {
  const url = webUrl(detail['execution-result']?.['external-execution-url'] ?? null)
  return url !== null && url.length <= LONGEST_URL ? url : null
}

const given = <T>(value: T | null | undefined, name: string): T => {
  if (value == null) throw new Malformed('The pipeline event', [`detail.${name}: missing`])
  return value
}

/**
 * Reads a CodePipeline state change. Null for a kind or a state that the bot ignores.
 *
 * @throws {Malformed}
 */
export const parsePipelineEvent = (input: unknown): PipelineEvent | null => {
  const event = parseAs(EVENT, input, 'The pipeline event')
  const { account: accountId, region, detail } = event
  const progress = ownEntry(PROGRESS_OF_STATE, detail.state)
  const level = ownEntry(LEVELS, event['detail-type'])
  if (!progress || !level) return null
  const at = Date.parse(event.time)
  const change = level(event, progress, at)
  return {
    key: { accountId, region, pipeline: detail.pipeline, executionId: detail['execution-id'] },
    change,
    approval: change.level === 'action' && change.category === 'Approval' ? approvalIn(event, at) : null,
  }
}

const approvalIn = ({ account, region, detail }: StateChangeEvent, at: number): PipelineEvent['approval'] => {
  const result = detail['execution-result']
  const token = result?.['external-execution-id']
  const status = ownEntry(ENDING, detail.state)
  return {
    id: token ? approvalId(account, region, token) : null,
    ending: status ? { status, at, summary: actionSummary(detail) } : null,
  }
}
