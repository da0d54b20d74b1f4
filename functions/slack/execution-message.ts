import type { KnownBlock } from '@slack/types'
import type { ActionTimeline, Execution } from '../domain/execution.ts'
import { latestActions, stageNames } from '../domain/execution.ts'
import type { ExecutionCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import { bold, context, cut, escaped, link, paragraph, preformatted, richText, section, text } from './block-kit.ts'
import { revisionParts } from './change-blocks.ts'
import type { Detail } from './detail.ts'
import { firstOf, fitting } from './detail.ts'
import { progressWords } from './progress-words.ts'
import { stageLines, waitsForApproval } from './stage-lines.ts'
import { namedRevision, startedBy } from './wording.ts'

/** One pipeline execution: where it is, what runs, and what went wrong. Updated in place. */
export const executionMessage = (card: ExecutionCard): SlackMessage => {
  const { execution, consoleUrl, approvalPlaces } = card
  const { key, revision, overall } = execution
  const state = waitsForApproval(execution) ? 'waits for approval' : progressWords(overall)
  const blocks = fitting((detail) => [
    paragraph(
      link(key.pipeline, consoleUrl, { bold: true }),
      text(` · ${state}`),
      ...(revision ? [text('\n'), ...revisionParts(revision)] : []),
    ),
    ...(stageNames(execution).length > 0 ? [paragraph(...stageLines(execution, approvalPlaces, detail))] : []),
    ...failures(execution, detail),
    contextBlock(card),
  ])
  const what = revision ? `: ${namedRevision(revision)}` : ''
  return { text: escaped(cut(`${key.pipeline} ${state}${what}.${whatFailed(execution)}`, LONGEST_SUMMARY)), blocks }
}

/** chat.update takes 4,000 characters, and a character that must be escaped takes up to five. */
const LONGEST_SUMMARY = 750

const whatFailed = (execution: Execution): string => {
  const [failure] = failedActions(execution)
  if (!failure) return ''
  return ` ${failure.action} failed${failure.summary ? `: ${cut(failure.summary, 200)}` : '.'}`
}

const failedActions = (execution: Execution): ActionTimeline[] =>
  stageNames(execution)
    .filter((name) => execution.stages[name]?.progress === 'failed')
    .flatMap((name) => latestActions(execution, name))
    .filter(({ progress }) => progress === 'failed')

const failures = (execution: Execution, detail: Detail): KnownBlock[] => {
  const { listed, rest } = firstOf(failedActions(execution), detail.failures, 'action')
  return [
    ...listed.map(({ stage, action, url, summary }) =>
      richText(
        section(bold(cut(`${stage} › ${action} failed`, 220)), ...(url ? [text(' · '), link('Log', url)] : [])),
        ...(summary ? [preformatted(cut(summary, detail.words * 5))] : []),
      ),
    ),
    ...(rest ? [paragraph(text(`${rest} failed`))] : []),
  ]
}

const contextBlock = ({ execution, accountName }: ExecutionCard): KnownBlock => {
  const { key, starter, revision } = execution
  return context(
    [
      ...(starter ? [startedBy(starter, revision?.author ?? null)] : []),
      `${accountName === key.accountId ? `account ${key.accountId}` : cut(accountName, 80)}, ${key.region}`,
      `execution ${key.executionId.slice(0, 8)}`,
    ].join(' · '),
  )
}
