import type { ActionProgress, Execution, StageProgress } from '../domain/execution.ts'
import { approvalActions, latestActions, stageNames } from '../domain/execution.ts'
import type { Place } from '../domain/showing.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, moment, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { facts } from './facts.ts'
import { duration, formFor, listed, listedParts } from './language.ts'
import { say } from './sentence.ts'
import { STAGE, STAGES } from './words/execution-words.ts'
import { MARK } from './words/marks.ts'

/** One line for each stage, in the pipeline's order; of a long pipeline those around the newest that was entered. */
export const stageLines = (execution: Execution, places: ReadonlyMap<string, Place>, detail: Detail): Inline[][] => {
  const names = stageNames(execution)
  const newest = names.findLastIndex((name) => execution.stages.has(name))
  const first = Math.max(0, Math.min(newest - Math.floor(detail.stages / 2), names.length - detail.stages))
  const shown = names.slice(first, first + detail.stages)
  const after = names.length - first - shown.length
  return [
    ...(first > 0 ? [marked(MARK.ahead, say(formFor(STAGES.before, first), { count: String(first) }))] : []),
    ...shown.map((name) => stageLine(execution, name, places, detail)),
    ...(after > 0 ? [marked(MARK.ahead, say(formFor(STAGES.after, after), { count: String(after) }))] : []),
  ]
}

const MOST_LINKED = 5

const marked = (mark: string, words: Inline[]): Inline[] => [text(`${mark}  `), ...words]

const stageLine = (
  execution: Execution,
  name: string,
  places: ReadonlyMap<string, Place>,
  { words }: Detail,
): Inline[] => {
  const timeline = execution.stages.get(name)
  const stage = cut(name, 100)
  if (!timeline) return marked(MARK.ahead, [text(stage)])
  const current = runningActions(execution, name)
  const several = approvalActions(execution, name).length > 1
  const linkTo = (action: string): Inline =>
    link(several ? cut(action, 40) : STAGES.approval, places.get(`${name}/${action}`)?.link ?? null)
  const waiting = current.filter(({ category }) => category === 'Approval')
  if (waiting.length > 0) {
    const since = moment(Math.min(...waiting.map(({ startedAt, at }) => startedAt ?? at)), STAGES.since)
    const approvals = waiting.slice(0, MOST_LINKED).map(({ action }) => linkTo(action))
    const waits = say(STAGES.waits, { stage, approval: listedParts(approvals, 'conjunction', text), since })
    return marked(MARK.waiting, facts(waits, ...conditionParts(timeline, words)))
  }
  const asked = approvalActions(execution, name).filter(({ action }) => places.get(`${name}/${action}`)?.link)
  const approval = asked.slice(0, MOST_LINKED).map(({ action }) => [linkTo(action)])
  const state = stageState(stage, timeline, current, words)
  return marked(STAGE[timeline.progress].mark, facts(state, ...approval, ...conditionParts(timeline, words)))
}

/** What the conditions of a stage did that did not fail it. */
const conditionParts = (
  { progress, because, overriddenBy, skippedApprovals = [] }: StageProgress,
  room: number,
): Inline[][] => {
  const actions = cut(listed(skippedApprovals, 'conjunction'), room)
  return [
    ...(progress === 'skipped' && because ? [[text(cut(because, room))]] : []),
    ...(actions ? [say(formFor(STAGES.notAsked, skippedApprovals.length), { actions })] : []),
    ...(overriddenBy ? [say(STAGES.overridden, { person: cut(overriddenBy, 100) })] : []),
  ]
}

/** What runs in a stage, or how it ended; a stage that succeeded has only its time. */
const stageState = (stage: string, timeline: StageProgress, current: ActionProgress[], room: number): Inline[] => {
  const { progress, startedAt, at } = timeline
  if (progress === 'running') {
    const since = moment(startedAt ?? at, STAGES.since)
    const actions = cut(
      listed(
        current.map(({ action }) => action),
        'conjunction',
      ),
      room,
    )
    return actions ? say(STAGES.runs, { stage, actions, since }) : say(STAGE.running.words, { stage, since })
  }
  const { words, timed } = STAGE[progress]
  return timed && startedAt !== null ? say(timed, { stage, duration: duration(at - startedAt) }) : say(words, { stage })
}

const runningActions = (execution: Execution, stage: string): ActionProgress[] =>
  execution.stages.get(stage)?.progress === 'running'
    ? latestActions(execution, stage).filter(({ progress }) => progress === 'running')
    : []

export const waitsForApproval = (execution: Execution): boolean =>
  execution.overall.progress === 'running' &&
  stageNames(execution)
    .flatMap((name) => runningActions(execution, name))
    .some(({ category }) => category === 'Approval')
