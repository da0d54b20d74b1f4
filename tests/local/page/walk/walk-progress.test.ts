import type { ActionView, ExecutionView, Snapshot } from '../../../../local/page/contract.ts'
import {
  newWalk,
  noteAsked,
  noteDone,
  observe,
  stepsOn,
  type WalkMemory,
} from '../../../../local/page/walk/walk-progress.ts'
import { busySnapshot, FINN, message, NOW, TOKEN } from '../snapshots.ts'

const LATER = NOW + 60_000

/** The waiting approval of the fixture with these changes, and its execution. */
const decided = (action: Partial<ActionView>, execution: Partial<ExecutionView> = {}): Snapshot => {
  const snapshot = busySnapshot()
  const waiting = snapshot.pipelines[0]?.executions[1]
  const approval = waiting?.stages[2]?.actions[0]
  if (!waiting || !approval) throw new Error('The fixture has no approval that waits')
  Object.assign(approval, { approval: null, endedAt: LATER, ...action })
  Object.assign(waiting, execution)
  return snapshot
}

const doneAfter = (memory: WalkMemory, snapshot: Snapshot) => observe(memory, snapshot).done

test('no step is done before the visitor acts, whatever happened before', () => {
  expect(doneAfter(newWalk(NOW), busySnapshot())).toEqual([])
})

test('a push, then the approval that follows', () => {
  const pushed = noteDone(newWalk(NOW - 600_000), '/local/push')
  expect(pushed.done).toEqual(['push'])
  expect(doneAfter(pushed, busySnapshot())).toEqual(['push', 'arrive'])
})

test('a private answer to the person who clicked is the refusal; an older one is not', () => {
  const click = { userId: FINN.id, channelId: 'C0RELEASES', ts: '1', blockId: 'approval', actionId: 'approve' }
  const pressed = noteAsked(newWalk(NOW), '/local/slack/click', click, busySnapshot(), NOW + 5000)
  expect(doneAfter(pressed, busySnapshot())).toEqual([])
  const snapshot = busySnapshot()
  snapshot.channels[0]?.messages.push(message(`${(NOW + 6000) / 1000}`, 'No.', [], { onlyFor: FINN.id }))
  expect(doneAfter(pressed, snapshot)).toEqual(['refused'])
})

test('approved in Slack, then deployed', () => {
  const memory = newWalk(NOW)
  expect(doneAfter(memory, decided({ status: 'Succeeded' }))).toEqual(['approve'])
  const over = decided({ status: 'Succeeded' }, { status: 'Succeeded', endedAt: LATER })
  expect(doneAfter(memory, over)).toEqual(['approve', 'deploy'])
})

test('approved in Slack, then failed and rolled back', () => {
  const failed = decided({ status: 'Succeeded' }, { status: 'Failed', endedAt: LATER })
  expect(doneAfter(newWalk(NOW), failed)).toEqual(['approve', 'rollback'])
})

test('a machine that cannot run the app has no step to break it', () => {
  const equipped = stepsOn({ notRun: [] }).map(({ id }) => id)
  expect(equipped).toContain('rollback')
  expect(stepsOn(busySnapshot()).map(({ id }) => id)).toEqual(equipped.filter((id) => id !== 'rollback'))
})

test('rejected in Slack', () => expect(doneAfter(newWalk(NOW), decided({ status: 'Failed' }))).toEqual(['reject']))

test('a decision in the AWS console ticks only that step', () => {
  const decision = {
    userId: FINN.id,
    pipelineName: 'flask-app',
    stageName: 'Production',
    actionName: 'Approve',
    token: TOKEN,
    status: 'Rejected' as const,
    summary: '',
  }
  const memory = noteAsked(newWalk(NOW), '/local/console/decide', decision, busySnapshot(), NOW)
  const settled = observe(memory, decided({ status: 'Failed' }))
  expect(settled.done).toEqual([])
  expect(noteDone(settled, '/local/console/decide').done).toEqual(['console'])
})

test('a step stays ticked, and a snapshot without changes leaves the progress as it is', () => {
  const memory = observe(newWalk(NOW), decided({ status: 'Failed' }))
  expect(observe(memory, busySnapshot())).toBe(memory)
})
