import type { ActionView, ExecutionView, StageView, Status } from '../contract.ts'
import { Icon, type IconName } from '../parts/icon.tsx'

export type Tone = 'idle' | 'run' | 'wait' | 'good' | 'bad' | 'off'

export interface Look {
  word: string
  icon: IconName
  tone: Tone
}

const LOOKS: Record<Status, Look> = {
  NotStarted: { word: 'Not started', icon: 'dash', tone: 'idle' },
  InProgress: { word: 'Running', icon: 'spin', tone: 'run' },
  Succeeded: { word: 'Succeeded', icon: 'check', tone: 'good' },
  Failed: { word: 'Failed', icon: 'cross', tone: 'bad' },
  Stopping: { word: 'Stopping', icon: 'stop', tone: 'wait' },
  Stopped: { word: 'Stopped', icon: 'stop', tone: 'off' },
  Superseded: { word: 'Superseded', icon: 'skip', tone: 'off' },
  Cancelled: { word: 'Canceled', icon: 'cross', tone: 'off' },
  Abandoned: { word: 'Abandoned', icon: 'stop', tone: 'off' },
  Skipped: { word: 'Skipped', icon: 'skip', tone: 'off' },
}
const APPROVAL: Look = { word: 'Waiting for approval', icon: 'pause', tone: 'wait' }
const QUEUED: Look = { word: 'Waiting to enter', icon: 'wait', tone: 'wait' }
// An approval that failed was rejected; one that succeeded was approved. The plain words read better on a decision.
const DECIDED: Partial<Record<Status, string>> = { Succeeded: 'Approved', Failed: 'Rejected' }

export const actionLook = (action: ActionView): Look => {
  if (action.approval) return APPROVAL
  const look = LOOKS[action.status]
  return action.category === 'Approval' ? { ...look, word: DECIDED[action.status] ?? look.word } : look
}

export const stageLook = (stage: StageView): Look => {
  if (stage.waitingToEnter) return QUEUED
  return stage.status === 'InProgress' && stage.actions.some(({ approval }) => approval)
    ? APPROVAL
    : LOOKS[stage.status]
}

export const executionLook = (execution: ExecutionView): Look => {
  if (execution.status !== 'InProgress') return LOOKS[execution.status]
  const running = execution.stages.find((stage) => stage.waitingToEnter || stage.status === 'InProgress')
  return running ? stageLook(running) : LOOKS.InProgress
}

/** The round mark of a state; the word stands beside it. */
export const StatusMark = ({ look, size = 16 }: { look: Look; size?: number }) => (
  <span class={`mark mark--${look.tone} mark--${look.icon}`}>
    <Icon name={look.icon} size={size} />
  </span>
)

export const StatusWord = ({ look }: { look: Look }) => <span class={`word word--${look.tone}`}>{look.word}</span>
