import type { KnownBlock, RichTextBlock } from '@slack/types'
import type { ActionProgress, Execution } from '../domain/execution.ts'
import {
  isBetweenStages,
  isOver,
  latestActions,
  stagesFailedByRule,
  stageNames,
  waitsForHeld,
} from '../domain/execution.ts'
import type { Revision } from '../domain/revision.ts'
import { causeOf } from '../domain/explanation.ts'
import { distinct, shortVersion } from '../domain/revision.ts'
import type { ExecutionCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import {
  asSentence,
  context,
  cut,
  escaped,
  link,
  LONGEST_UNESCAPED,
  preformatted,
  richText,
  section,
  text,
} from './block-kit.ts'
import { causeElements, spokenCause } from './cause-lines.ts'
import { revisionParts } from './change-blocks.ts'
import type { Inline } from './block-kit.ts'
import { withoutRollback } from './deployment-end.ts'
import type { Detail } from './detail.ts'
import { firstOf, fitting } from './detail.ts'
import { facts } from './facts.ts'
import { aheadParts } from './execution-ahead.ts'
import { heldParts } from './held-parts.ts'
import { duration, formFor } from './language.ts'
import { plain, say } from './sentence.ts'
import { steeringButtons } from './steering-buttons.ts'
import { stageLines, waitsForApproval } from './stage-lines.ts'
import { subjectParts } from './subject-parts.ts'
import { watchButtons } from './watch-execution-button.ts'
import { accountWords, revisionBy, startedBy } from './wording.ts'
import { CHANGES } from './words/approval-words.ts'
import { MARK } from './words/marks.ts'
import { END_WORDS } from './words/notice-words.ts'
import {
  EXECUTION,
  EXECUTION_HELD,
  EXECUTION_QUEUED,
  EXECUTION_WAITS,
  FAILURE,
  OUTSIDE_WORDS,
} from './words/execution-words.ts'

/** One pipeline execution: its stage, what runs, and what failed. Updated in place. */
export const executionMessage = (card: ExecutionCard, { mentions = true } = {}): SlackMessage => {
  const { execution, consoleUrl, approvalPlaces } = card
  const { key, overall } = execution
  const revisions = distinct(execution.revisions)
  const state = stateOf(execution)
  const pipeline = subjectParts(execution, [link(cut(key.pipeline, 100), consoleUrl, { bold: true })])
  // A superseded execution shrinks to a line, because the newer one shows what happens now.
  const isReplaced = overall.progress === 'superseded'
  const blocks = fitting(
    (detail) => [
      richText(
        section(
          text(`${state.mark} `),
          ...facts(headingParts(execution, pipeline), isReplaced ? firstChange(revisions) : []),
        ),
        ...(isReplaced ? [] : revisionLines(revisions, detail)),
        ...(isReplaced ? [] : stageLines(execution, approvalPlaces, detail).map((line) => section(...line))),
        ...(waitsForHeld(execution) ? [section(text(`${MARK.waiting} `), ...heldParts(execution.held, detail))] : []),
      ),
      ...(isReplaced ? [] : failures(execution, detail)),
      ...steeringButtons(card.steering ?? [], isOver(execution) ? [] : watchButtons(execution)),
      ...(isReplaced ? [] : [executionDetails(card)]),
    ],
    mentions,
  )
  const sentences = [
    asSentence(...headingParts(execution, subjectParts(execution, [text(key.pipeline)]))),
    spokenFailure(execution),
    waitsForHeld(execution) && execution.held.reason ? cut(execution.held.reason, 300) : '',
    ...revisions.slice(0, SPOKEN_REVISIONS).map(revisionBy),
  ]
  const spoken = sentences.map((sentence) => asSentence(text(sentence))).filter(Boolean)
  return { text: escaped(cut(spoken.join(' '), LONGEST_UNESCAPED)), blocks }
}

const SPOKEN_REVISIONS = 3

/** One line for each source. */
const revisionLines = (revisions: readonly Revision[], { changes }: Detail): RichTextBlock['elements'] => {
  const { shown, rest } = firstOf(revisions, changes)
  const more = rest > 0 ? [section(text(plain(formFor(CHANGES.more, rest), { count: String(rest) })))] : []
  return [...shown.map((revision) => section(...revisionParts(revision, revisions))), ...more]
}

const firstChange = ([revision]: readonly Revision[]): Inline[] => (revision ? revisionParts(revision) : [])

const stateOf = (execution: Execution) => {
  if (waitsForApproval(execution)) return EXECUTION_WAITS
  if (waitsForHeld(execution)) return EXECUTION_HELD
  return execution.behind && isBetweenStages(execution) ? EXECUTION_QUEUED : EXECUTION[execution.overall.progress]
}

/** The state, with how long it took or what it waits behind. */
const headingParts = (execution: Execution, pipeline: Inline[]): Inline[] => {
  const state = stateOf(execution)
  const { startedAt, at } = execution.overall
  if (state === EXECUTION_HELD) return say(state.words, { pipeline, stage: cut(execution.held!.stage, 60) })
  if (state === EXECUTION_QUEUED) return say(state.words, { pipeline, ahead: aheadParts(execution.behind!) })
  return 'timed' in state && state.timed && startedAt !== null
    ? say(state.timed, { pipeline, duration: duration(at - startedAt) })
    : say(state.words as (typeof EXECUTION)['running']['words'], { pipeline })
}

const spokenFailure = (execution: Execution): string => {
  const [failure] = failedActions(execution)
  const [byRule] = stagesFailedByRule(execution)
  if (!failure)
    return byRule ? plain(FAILURE.spokenStage, { stage: byRule.stage, cause: cut(byRule.because, 200) }) : ''
  const { action, summary } = failure
  const cause = spokenCause({ cause: causeOf(execution, failure), summary: summary ?? '' }, 250)
  if (execution.outside) return cause
  return cause ? plain(FAILURE.spokenWith, { action, cause }) : plain(FAILURE.spoken, { action })
}

const failedActions = (execution: Execution): ActionProgress[] => {
  const actions = execution.outside
    ? [...execution.actions.values()]
    : stageNames(execution)
        .filter((name) => execution.stages.get(name)?.progress === 'failed')
        .flatMap((name) => latestActions(execution, name))
  return actions.filter(({ progress }) => progress === 'failed')
}

const failures = (execution: Execution, detail: Detail): KnownBlock[] => {
  const { shown, rest } = firstOf(failedActions(execution), detail.failures)
  return [
    ...shown.flatMap((failed) => failure(execution, failed, detail)),
    ...(rest > 0 ? [richText(section(...say(formFor(FAILURE.more, rest), { count: String(rest) })))] : []),
    ...stagesFailedByRule(execution).map(({ stage, because }) =>
      richText(
        section(...say(FAILURE.stage, { stage: cut(stage, 100) })),
        preformatted(cut(because, detail.words * 5)),
      ),
    ),
  ]
}

/** Nothing to show is known yet of what failed outside a pipeline a moment ago. */
const failure = (execution: Execution, failed: ActionProgress, { words }: Detail): RichTextBlock[] => {
  const { stage, action, url } = failed
  const cause = causeOf(execution, failed)
  const { summary, liveAgain } = withoutRollback(failed.summary)
  const log = cause?.log ?? url
  const heading = facts(
    // The heading says that it failed.
    execution.outside ? [] : say(FAILURE.action, { stage: cut(stage, 100), action: cut(action, 100) }),
    log ? [link(FAILURE.log, log)] : [],
  )
  const elements = [
    ...(heading.length > 0 ? [section(...heading)] : []),
    ...(liveAgain === null ? [] : [section(...say(END_WORDS.liveAgain, { version: liveAgain }))]),
    ...causeElements({ cause, summary }, { room: words * 5, isLinked: Boolean(log) }),
  ]
  return elements.length > 0 ? [richText(...elements)] : []
}

const executionDetails = ({ execution, accountName }: ExecutionCard): KnownBlock => {
  const { key, starter, revisions } = execution
  const authors = new Set(revisions.map(({ author }) => author))
  const [author = null] = authors.size === 1 ? authors : []
  const account = accountWords(accountName, key.accountId, key.region)
  const version = execution.outside?.version
  return context(
    [
      ...(version ? [plain(OUTSIDE_WORDS.version, { version: cut(shortVersion(version), 200) })] : []),
      ...(starter ? [startedBy(starter, author)] : []),
      account,
    ].join(' · '),
  )
}
