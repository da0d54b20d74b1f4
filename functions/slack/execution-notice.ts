import { endOfExecution, isOfCause } from '../domain/deployment-notices.ts'
import type { Execution } from '../domain/execution.ts'
import { hasFailed, lastFailure, stagesFailedByRule } from '../domain/execution.ts'
import { causeOf } from '../domain/explanation.ts'
import { distinct } from '../domain/revision.ts'
import { restoresEarlier } from '../domain/starter.ts'
import type { ExecutionNoticeCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, richText, section, spoken, text } from './block-kit.ts'
import { causeNotice } from './cause-lines.ts'
import { revisionParts } from './change-blocks.ts'
import { withoutRollback } from './deployment-end.ts'
import { facts } from './facts.ts'
import { roughDuration } from './language.ts'
import { MOST_MENTIONED, mentionsOf } from './people-parts.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { say } from './sentence.ts'
import { steeringButtons } from './steering-buttons.ts'
import { subjectParts } from './subject-parts.ts'
import { FAILURE } from './words/execution-words.ts'
import { watchable } from './watch-execution-button.ts'
import { WATCH, WATCHED } from './words/watch-words.ts'
import { END_WORDS, EXECUTION_NOTICE, MORE } from './words/notice-words.ts'

/** How an execution ended, sent once in the thread of its status card. */
export const executionNotice = (card: ExecutionNoticeCard): SlackMessage => {
  const { execution, mention } = card
  const [revision] = distinct(execution.revisions)
  const { mark, first } = endLine(card)
  const isCause = isOfCause(card.notice.key)
  const rest = [
    ...whyEnded(execution, isCause),
    revision && !isCause ? revisionParts(revision, execution.revisions) : [],
    ...(card.notice.kind === 'watched' ? watchedLines(execution) : []),
    mention.length > 0 ? say(MORE.forPeople, { people: mentionsOf(mention, MOST_MENTIONED, 'conjunction') }) : [],
  ].filter((line) => line.length > 0)
  return {
    text: spoken(...[first, ...rest].flatMap(onLineOfItsOwn)),
    blocks: [
      richText(section(text(`${mark} `), ...first), ...rest.map((line) => section(...line))),
      // A notice that follows says only why: the first one has them.
      ...(isCause ? [] : steeringButtons(card.steering ?? [])),
    ],
  }
}

/** For a person who asks to be told of an execution that is over: what the direct message would have said of its end. */
export const endedAnswer = (execution: Execution): PrivateAnswer => {
  const { mark, first } = endLine({ execution, notice: { kind: 'watched', key: '' }, failingSince: null })
  const lines = [[text(`${mark} `), ...first], ...whyEnded(execution, false), say(WATCH.ended)]
  return { title: '', parts: lines.filter((line) => line.length > 0).flatMap(onLineOfItsOwn), buttons: [] }
}

const onLineOfItsOwn = (line: Inline[], index: number): Inline[] => (index > 0 ? [text('\n'), ...line] : line)

const endLine = ({
  execution,
  notice,
  failingSince = null,
}: Pick<ExecutionNoticeCard, 'execution' | 'failingSince'> & {
  notice: Pick<ExecutionNoticeCard['notice'], 'kind' | 'key'>
}): { mark: string; first: Inline[] } => {
  const { overall, starter, key } = execution
  if (isOfCause(notice.key)) {
    const { mark, words } = EXECUTION_NOTICE.cause
    return { mark, first: say(words, { pipeline: cut(key.pipeline, 100) }) }
  }
  const isCanceled = overall.progress === 'canceled'
  const name = isCanceled ? 'canceled' : (endOfExecution(execution)?.name ?? 'stopped')
  if (notice.kind === 'watched' && isRejected(execution))
    return { mark: WATCHED.rejected.mark, first: say(WATCHED.rejected.words, { pipeline: cut(key.pipeline, 100) }) }
  const end =
    name !== 'live' ? name : failingSince !== null ? 'recovered' : restoresEarlier(starter) ? 'restored' : 'live'
  const isLive = end === 'live' && notice.kind === 'watched' && execution.outside?.service !== 'CodeBuild'
  const { mark, words } = isLive ? WATCHED.live : EXECUTION_NOTICE[end]
  const since = end === 'recovered' ? failingSince! : (overall.startedAt ?? overall.at)
  const pipeline = subjectParts(execution, [text(cut(key.pipeline, 100))])
  const first = say(words, { pipeline, duration: roughDuration(overall.at - since) })
  return { mark, first }
}

/** An approval ended it. */
const isRejected = (execution: Execution): boolean =>
  hasFailed(execution) && lastFailure(execution)?.category === 'Approval'

/** Where it can be read, and why the person gets this. */
const watchedLines = (execution: Execution): Inline[][] => {
  const { showing, approvals } = execution
  const [newest] = [...approvals.values()].sort((one, other) => other.requestedAt - one.requestedAt)
  const places = [showing.place, newest?.place]
  const at = (isRejected(execution) ? places.reverse() : places).find((place) => place?.link)
  return [at?.link ? [link(WATCHED.message, at.link)] : [], say(WATCHED.why, { subject: watchable(execution).subject })]
}

const whyEnded = (execution: Execution, isCause: boolean): Inline[][] => [
  ...failureLines(execution, isCause),
  execution.overall.progress === 'superseded' ? say(END_WORDS.superseded) : [],
]

/** Which action failed, and what it said. A notice that follows says only why. */
const failureLines = (execution: Execution, isCause: boolean): Inline[][] => {
  if (execution.overall.progress !== 'failed') return []
  const failure = lastFailure(execution)
  if (!failure)
    return stagesFailedByRule(execution).map(({ stage, because }) => [
      ...say(FAILURE.stage, { stage: cut(stage, 100) }),
      text(` ${cut(because, 300)}`),
    ])
  const { stage, action, url } = failure
  const cause = causeOf(execution, failure)
  const { summary, liveAgain } = withoutRollback(failure.summary)
  const log = cause?.log ?? url
  return [
    liveAgain === null || isCause ? [] : say(END_WORDS.liveAgain, { version: liveAgain }),
    facts(
      execution.outside || isRejected(execution)
        ? []
        : say(END_WORDS.failedIn, { stage: cut(stage, 100), action: cut(action, 100) }),
      log ? [link(END_WORDS.log, log)] : [],
    ),
    ...causeNotice({ cause, summary }),
  ]
}
