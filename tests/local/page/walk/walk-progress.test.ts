import type { ActionView, ExecutionView, Snapshot } from '../../../../local/page/contract.ts'
import { hintFor } from '../../../../local/page/walk/walk-hints.ts'
import { newWalk, noteAsked, noteDone, observe, type WalkMemory } from '../../../../local/page/walk/walk-progress.ts'
import { nextStep, numberOfNext, stepsOn, type StepId } from '../../../../local/page/walk/walk-steps.ts'
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

const pushedAt = (at: number, kind: 'good' | 'broken' = 'good') =>
  noteDone(
    noteAsked(newWalk(NOW - 3_600_000), '/local/push', { userId: FINN.id, kind }, busySnapshot(), at),
    '/local/push',
  )

const hint = (id: StepId, memory: WalkMemory, snapshot: Snapshot) =>
  hintFor(
    stepsOn({ notRun: [] }).find((step) => step.id === id)!,
    memory,
    snapshot,
  )

test('no step is done before the visitor acts, whatever happened before', () => {
  expect(doneAfter(newWalk(NOW), busySnapshot())).toEqual([])
})

test('a push, then the approval that follows', () => {
  const pushed = pushedAt(NOW - 13 * 60_000)
  expect(pushed.done).toEqual(['push'])
  expect(doneAfter(pushed, busySnapshot())).toEqual(['push', 'arrive'])
})

test('an approval of a deployment in front is not the one that the push leads to', () => {
  const behind = pushedAt(NOW - 5 * 60_000)
  expect(doneAfter(behind, busySnapshot())).toEqual(['push'])
  expect(hint('arrive', behind, busySnapshot())).toMatch(/^A deployment is in front of yours: approve it as Dana/)
})

test('a private answer to the person who clicked is the refusal; an older one is not', () => {
  const click = { userId: FINN.id, channelId: 'C0RELEASES', ts: '1', blockId: 'approval', actionId: 'approve' }
  const pressed = noteAsked(newWalk(NOW), '/local/slack/click', click, busySnapshot(), NOW + 5000)
  expect(doneAfter(pressed, busySnapshot())).toEqual([])
  const snapshot = busySnapshot()
  snapshot.channels[0]?.messages.push(message(`${(NOW + 6000) / 1000}`, 'No.', [], { onlyFor: FINN.id }))
  expect(doneAfter(pressed, snapshot)).toEqual(['refused'])
  const sent = { userId: FINN.id, viewId: 'V1', values: {} }
  const led = noteAsked(pressed, '/local/slack/submit', sent, busySnapshot(), NOW + 5500)
  expect(doneAfter(led, snapshot)).toEqual([])
  const withdrew = noteAsked(
    newWalk(NOW),
    '/local/slack/click',
    { ...click, actionId: 'withdraw' },
    snapshot,
    NOW + 5000,
  )
  expect(doneAfter(withdrew, snapshot)).toEqual([])
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

test('a step that needs an approval says how to come by one', () => {
  const memory = newWalk(NOW)
  expect(hint('reject', memory, busySnapshot())).toBe('Press Reject in Slack and give a reason.')
  const coming = decided({ status: 'Succeeded' })
  expect(hint('reject', memory, coming)).toMatch(/^The next approval is on its way\. Press Reject/)
  const [pipeline] = coming.pipelines
  for (const execution of pipeline!.executions) execution.endedAt = LATER
  for (const id of ['refused', 'approve', 'reject', 'console', 'clock'] as const)
    expect(hint(id, memory, coming)).toMatch(/^Push again\. /)
})

test('the approval that waits comes before a change that breaks the app', () => {
  expect(hint('rollback', newWalk(NOW), busySnapshot())).toMatch(/^Approve or reject the one that waits\. Push/)
  expect(hint('rollback', pushedAt(NOW, 'broken'), busySnapshot())).toMatch(/^It waits: approve it\./)
})

test('the walk ends with a failure, or with the clock where the app cannot break', () => {
  expect(stepsOn({ notRun: [] }).at(-1)?.id).toBe('rollback')
  expect(stepsOn(busySnapshot()).at(-1)?.id).toBe('clock')
})

test('the clock is moved until the freeze begins', () => {
  const moved = { ...busySnapshot(), clockAheadMs: 41 * 60_000 }
  expect(doneAfter(newWalk(NOW), moved)).toEqual([])
  expect(doneAfter(newWalk(NOW), { ...moved, clockAheadMs: 12.5 * 3_600_000 })).toEqual(['clock'])
})

const quiet = (): Snapshot => ({ ...busySnapshot(), pipelines: [] })

test.each<[StepId[], number, StepId]>([
  [[], 1, 'push'],
  [['push', 'arrive'], 3, 'refused'],
  [['approve'], 2, 'push'],
  [['approve', 'deploy'], 3, 'push'],
  [['approve', 'deploy', 'push', 'arrive'], 5, 'refused'],
  [['approve', 'deploy', 'push', 'arrive', 'refused'], 6, 'reject'],
  [['push', 'arrive', 'refused', 'approve', 'rollback'], 6, 'reject'],
  [['push', 'arrive', 'refused', 'approve', 'reject', 'console', 'clock', 'rollback'], 9, 'deploy'],
  [['push', 'approve', 'deploy', 'reject', 'console', 'clock', 'rollback', 'arrive'], 9, 'refused'],
])('after %j, the next is step %i of 9, %s: the first that can be done', (done, number, next) => {
  const steps = stepsOn({ notRun: [] })
  expect(steps).toHaveLength(9)
  expect([numberOfNext(steps, done), nextStep(steps, done, quiet())?.id]).toEqual([number, next])
})

test('what the visitor approved is watched while it is deployed', () => {
  const next = (done: StepId[], snapshot: Snapshot) => nextStep(stepsOn({ notRun: [] }), done, snapshot)?.id
  const deploying = decided({ status: 'Succeeded' })
  expect(next(['approve'], deploying)).toBe('deploy')
  expect(next([], deploying)).toBe('push')
  expect(next(['approve'], busySnapshot())).toBe('push')
})

test('a deployment to watch needs an approval first', () => {
  expect(hint('deploy', newWalk(NOW), busySnapshot())).toMatch(/^Approve the one that waits\. The message/)
  const deploying = decided({ status: 'Succeeded' })
  expect(hint('deploy', newWalk(NOW), deploying)).toMatch(/^The message/)
  for (const execution of deploying.pipelines[0]!.executions) execution.endedAt = LATER
  expect(hint('deploy', newWalk(NOW), deploying)).toMatch(/^Push again, and approve it\. The message/)
})

test('after the last step there is no next one', () => {
  const steps = stepsOn({ notRun: [] })
  const all = steps.map(({ id }) => id)
  expect(nextStep(steps, all, busySnapshot())).toBeUndefined()
})
