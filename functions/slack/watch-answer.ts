import { isApprovalId } from '../domain/approval.ts'
import { isOver } from '../domain/execution.ts'
import type { WatchAnswer, WatchedMessage } from '../flows/execution/watch-execution.ts'
import { cut } from './block-kit.ts'
import { endedAnswer } from './execution-notice.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { say } from './sentence.ts'
import { executionIn, watchable } from './watch-execution-button.ts'
import { WATCH } from './words/watch-words.ts'

/** What the person is told who pressed the button. */
export const watchAnswer = (answered: WatchAnswer): PrivateAnswer => {
  if (!('execution' in answered)) return { title: '', parts: say(WATCH[answered.kind]), buttons: [] }
  const { kind, execution } = answered
  if (kind === 'over' && isOver(execution)) return endedAnswer(execution)
  const { noted, subject } = watchable(execution)
  const pipeline = cut(execution.key.pipeline, 100)
  const parts = kind === 'noted' ? say(noted, { pipeline }) : say(WATCH[kind], { subject, pipeline })
  return { title: '', parts, buttons: [] }
}

/** The message whose button carries this value; null if Greenlight did not write it. */
export const messageBehind = (value: string): WatchedMessage | null => {
  if (isApprovalId(value)) return { approval: value }
  const execution = executionIn(value)
  return execution && { execution }
}
