import type { KnownBlock } from '@slack/types'
import type { ActionTimeline, Execution, Progress, Timeline } from '../domain/execution.ts'
import { latestActions, stageNames } from '../domain/execution.ts'
import type { Place } from '../domain/showing.ts'
import type { ExecutionCard } from '../flows/ports.ts'
import type { SlackMessage } from './approval-message.ts'
import { revisionParts } from './approval-message.ts'
import type { Inline } from './block-kit.ts'
import {
  bold,
  context,
  cut,
  escaped,
  link,
  moment,
  paragraph,
  preformatted,
  richText,
  section,
  text,
} from './block-kit.ts'
import { duration, namedRevision, startedBy } from './wording.ts'

const STATES: Record<Progress, { mark: string; word: string }> = {
  running: { mark: '▶', word: 'running' },
  succeeded: { mark: '✓', word: 'succeeded' },
  failed: { mark: '✗', word: 'failed' },
  stopping: { mark: '■', word: 'stopping' },
  stopped: { mark: '■', word: 'stopped' },
  superseded: { mark: '»', word: 'superseded by a newer execution' },
  canceled: { mark: '■', word: 'canceled' },
}

/** One pipeline execution: where it is, what runs, and what went wrong. Updated in place. */
export const executionMessage = ({
  execution,
  accountName,
  consoleUrl,
  approvalPlaces,
}: ExecutionCard): SlackMessage => {
  const { key, revision, starter, overall } = execution
  const waiting = waitingApproval(execution)
  const state = waiting && overall.progress === 'running' ? 'waits for approval' : STATES[overall.progress].word
  const took =
    overall.startedAt && overall.progress !== 'running' ? ` in ${duration(overall.at - overall.startedAt)}` : ''
  const blocks: KnownBlock[] = [
    paragraph(
      link(key.pipeline, consoleUrl, { bold: true }),
      text(` · ${state}${took}`),
      ...(revision ? [text('\n'), ...revisionParts(revision)] : []),
    ),
    richText(
      section(...stageNames(execution).flatMap((name, index) => stageLine(execution, name, index, approvalPlaces))),
    ),
    ...failures(execution),
    context(
      [
        ...(starter ? [startedBy(starter, revision?.author ?? null)] : []),
        `${accountName === key.accountId ? `account ${key.accountId}` : cut(accountName, 80)}, ${key.region}`,
        `execution ${key.executionId.slice(0, 8)}`,
      ].join(' · '),
    ),
  ]
  const failure = failedActions(execution)[0]
  const why = failure ? ` ${failure.action} failed${failure.summary ? `: ${cut(failure.summary, 200)}` : '.'}` : ''
  const what = revision ? `: ${namedRevision(revision)}` : ''
  return { text: escaped(`${key.pipeline} ${state}${what}.${why}`), blocks }
}

const stageLine = (
  execution: Execution,
  name: string,
  index: number,
  approvalPlaces: Record<string, Place>,
): Inline[] => {
  const stage = execution.stages[name]
  const newline = index > 0 ? [text('\n')] : []
  if (!stage) return [...newline, text(`·  ${name}`)]
  const current = stage.progress === 'running' ? latestActions(execution, name).filter(isRunning) : []
  const approval = current.find(({ category }) => category === 'Approval')
  const place = Object.entries(approvalPlaces).find(([where]) => where.startsWith(`${name}/`))?.[1]
  const mark = approval ? '⏸' : STATES[stage.progress].mark
  return [
    ...newline,
    text(`${mark}  `),
    bold(name),
    ...(approval ? [text('  waits for '), link('approval', place?.link ?? null)] : stageState(stage, current)),
    ...(approval ? [text(' since '), moment(approval.startedAt ?? approval.at, '{time}')] : []),
    ...(!approval && place?.link ? [text('  · '), link('approval', place.link)] : []),
  ]
}

const stageState = (stage: Timeline, current: ActionTimeline[]): Inline[] => {
  if (stage.progress !== 'running') {
    const took = stage.startedAt === null ? '' : duration(stage.at - stage.startedAt)
    const { word } = STATES[stage.progress]
    return [text(stage.progress === 'succeeded' ? `  ${took}` : `  ${word}${took && ` after ${took}`}`)]
  }
  const names = current.map(({ action }) => action).join(', ')
  return [text(`  ${names || 'running'} since `), moment(stage.startedAt ?? stage.at, '{time}')]
}

const isRunning = ({ progress }: ActionTimeline): boolean => progress === 'running'

const waitingApproval = (execution: Execution): boolean =>
  stageNames(execution)
    .flatMap((name) => (execution.stages[name]?.progress === 'running' ? latestActions(execution, name) : []))
    .some((action) => action.category === 'Approval' && isRunning(action))

const failedActions = (execution: Execution): ActionTimeline[] =>
  stageNames(execution)
    .filter((name) => execution.stages[name]?.progress === 'failed')
    .flatMap((name) => latestActions(execution, name))
    .filter(({ progress }) => progress === 'failed')

const failures = (execution: Execution): KnownBlock[] =>
  failedActions(execution).map((action) =>
    richText(
      section(
        bold(`${action.stage} › ${action.action} failed`),
        ...(action.url ? [text(' · '), link('Log', action.url)] : []),
      ),
      ...(action.summary ? [preformatted(cut(action.summary, 1_500))] : []),
    ),
  )
