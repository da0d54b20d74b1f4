import {
  besideOthers,
  wentOn,
  withBehind,
  withFailedBeside,
  withHeld,
  withStopping,
} from '../../functions/domain/approval-in-pipeline.ts'
import { isBehind } from '../../functions/domain/showing.ts'
import { MINUTE, START, approval } from '../support/records.ts'
import { shown } from '../support/shown.ts'

const LATER = START + 10 * MINUTE

test('other approvals of the stage are named once each, in order, and shown when there are more', () => {
  const of = shown(approval({ otherApprovals: ['Sign'] }))
  const more = besideOthers(of, ['Legal', 'Sign'], LATER)
  expect(more.otherApprovals).toEqual(['Legal', 'Sign'])
  expect(isBehind(more.showing)).toBe(true)
  expect(besideOthers(of, ['Sign', 'Sign'], LATER)).toBe(of)
  const unordered = approval({ otherApprovals: ['Sign', 'Legal'] })
  expect(besideOthers(unordered, ['Legal'], LATER)).toBe(unordered)
})

test('once its stage has gone on, no more approvals are expected of it, and that is shown', () => {
  const of = shown(approval({ mayAskMore: true }))
  const after = wentOn(of, LATER)
  expect(after).not.toHaveProperty('mayAskMore')
  expect(isBehind(after.showing)).toBe(true)
  expect(wentOn(after, LATER)).toBe(after)
})

test('the held stage behind it is shown from when it is read until it is read that it is held no more', () => {
  const held = { stage: 'Verify', reason: 'release party', since: START, userId: 'U0DANA', name: null }
  const of = shown(approval())
  expect(withHeld(of, null, LATER)).toBe(of)
  const behind = withHeld(of, held, LATER)
  expect(behind.held).toEqual(held)
  expect(isBehind(behind.showing)).toBe(true)
  expect(withHeld(behind, { ...held }, LATER)).toBe(behind)
  const free = withHeld(shown(behind, LATER), null, LATER)
  expect(free).not.toHaveProperty('held')
  expect(isBehind(free.showing)).toBe(true)
})

test('that its execution is being stopped is shown', () => {
  const stopping = withStopping(shown(approval()), true, LATER)
  expect(isBehind(stopping.showing)).toBe(true)
  expect(isBehind(withStopping(shown(stopping, LATER), false, LATER).showing)).toBe(true)
})

test('behind which execution it waits, and what has failed beside it, is shown', () => {
  const queued = withBehind(shown(approval()), { executionId: 'e9', revision: null }, LATER)
  expect(isBehind(queued.showing)).toBe(true)
  expect(isBehind(withBehind(shown(queued, LATER), null, LATER).showing)).toBe(true)
  const failing = withFailedBeside(shown(approval()), { action: 'Smoke', isApproval: false }, LATER)
  expect(isBehind(failing.showing)).toBe(true)
  expect(isBehind(withFailedBeside(shown(failing, LATER), null, LATER).showing)).toBe(true)
})
