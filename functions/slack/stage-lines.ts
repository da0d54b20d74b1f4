import type { ActionTimeline, Execution, Timeline } from '../domain/execution.ts'
import { latestActions, stageNames } from '../domain/execution.ts'
import type { Place } from '../domain/showing.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, link, moment, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { PROGRESS, progressWords } from './progress-words.ts'
import { duration, plural } from './wording.ts'

/** One line for each stage, in the pipeline's order; of a long pipeline those around the newest that was entered. */
export const stageLines = (execution: Execution, places: Record<string, Place>, detail: Detail): Inline[] => {
  const names = stageNames(execution)
  const newest = names.findLastIndex((name) => execution.stages[name])
  const first = Math.max(0, Math.min(newest - Math.floor(detail.stages / 2), names.length - detail.stages))
  const shown = names.slice(first, first + detail.stages)
  const after = names.length - first - shown.length
  const lines = [
    ...(first > 0 ? [[text(`·  ${plural(first, 'stage')} before`)]] : []),
    ...shown.map((name) => stageLine(execution, name, places, detail)),
    ...(after > 0 ? [[text(`·  ${plural(after, 'stage')} after`)]] : []),
  ]
  return lines.flatMap((line, index) => (index > 0 ? [text('\n'), ...line] : line))
}

const stageLine = (execution: Execution, name: string, places: Record<string, Place>, { words }: Detail): Inline[] => {
  const stage = execution.stages[name]
  if (!stage) return [text(`·  ${cut(name, 100)}`)]
  const current = runningActions(execution, name)
  const approval = current.find(({ category }) => category === 'Approval')
  const place = Object.entries(places).find(([where]) => where.startsWith(`${name}/`))?.[1]
  return [
    text(`${approval ? '⏸' : PROGRESS[stage.progress].mark}  `),
    bold(cut(name, 100)),
    ...(approval ? [text('  waits for '), link('approval', place?.link ?? null)] : stageState(stage, current, words)),
    ...(approval ? [text(' since '), moment(approval.startedAt ?? approval.at, '{time}')] : []),
    ...(!approval && place?.link ? [text('  · '), link('approval', place.link)] : []),
  ]
}

/** What goes on in a stage, or how it ended; a stage that went well tells its time alone. */
const stageState = (stage: Timeline, current: ActionTimeline[], words: number): Inline[] => {
  if (stage.progress === 'running') {
    const names = cut(current.map(({ action }) => action).join(', '), words)
    return [text(`  ${names || 'running'} since `), moment(stage.startedAt ?? stage.at, '{time}')]
  }
  if (stage.progress !== 'succeeded') return [text(`  ${progressWords(stage)}`)]
  return stage.startedAt === null ? [] : [text(`  ${duration(stage.at - stage.startedAt)}`)]
}

const runningActions = (execution: Execution, stage: string): ActionTimeline[] =>
  execution.stages[stage]?.progress === 'running'
    ? latestActions(execution, stage).filter(({ progress }) => progress === 'running')
    : []

export const waitsForApproval = (execution: Execution): boolean =>
  execution.overall.progress === 'running' &&
  stageNames(execution)
    .flatMap((name) => runningActions(execution, name))
    .some(({ category }) => category === 'Approval')
