import type { Approval } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import type { Ending } from '../../functions/domain/ending.ts'
import { isOurs, outcomeOf } from '../../functions/domain/ending.ts'
import { summaryOf } from '../../functions/domain/summary.ts'
import { MINUTE, POLICY, START, approval, deciding, vote, voted } from '../support/records.ts'

const DANA = 'arn:aws:sts::111122223333:assumed-role/Console/dana'
const BOT = 'arn:aws:sts::111122223333:assumed-role/greenlight-effect-due/effect-due'

const ended = (of: Approval, status: Ending['status'], more: Partial<Ending> = {}) =>
  outcomeOf(of, { status, at: START + 10 * MINUTE, summary: null, by: null, stopReason: null, ...more })

describe('an ending is our own verdict', () => {
  test('when AWS has our very text on record', () => {
    const summary = summaryOf(deciding(), 'Approved')
    expect(ended(deciding(), 'succeeded', { summary, by: BOT })).toEqual({ how: 'slack', verdict: 'Approved' })
  })

  test('also when the event comes at the minute in which the approval runs out', () => {
    const rejected = voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))
    const at = rejected.expiresAt + 30_000
    const summary = summaryOf(rejected, 'Rejected')
    expect(ended(rejected, 'failed', { at, summary, by: BOT })).toEqual({ how: 'slack', verdict: 'Rejected' })
  })

  test('never while nothing was decided, whatever the text says', () => {
    expect(isOurs(approval(), 'Approved', summaryOf(approval(), 'Approved'))).toBe(false)
  })

  test('not when somebody was faster in the console, with the other verdict or with the same', () => {
    const no = ended(deciding(), 'failed', { summary: 'Not today', by: DANA })
    expect(no).toEqual({ how: 'console', verdict: 'Rejected', by: 'dana', summary: 'Not today' })
    const yes = ended(deciding(), 'succeeded', { summary: 'Fine', by: DANA })
    expect(yes).toEqual({ how: 'console', verdict: 'Approved', by: 'dana', summary: 'Fine' })
  })
})

describe('a decision in the console', () => {
  test('is told with who and what they wrote', () => {
    const outcome = ended(approval(), 'succeeded', { summary: 'looks good', by: DANA })
    expect(outcome).toEqual({ how: 'console', verdict: 'Approved', by: 'dana', summary: 'looks good' })
  })

  test('without a comment is read from the text that AWS writes in its stead', () => {
    const outcome = ended(approval(), 'failed', { summary: `Rejected by ${DANA}` })
    expect(outcome).toEqual({ how: 'console', verdict: 'Rejected', by: 'dana', summary: null })
  })

  test('is told without a name where AWS gives none', () => {
    expect(ended(approval(), 'succeeded')).toEqual({ how: 'console', verdict: 'Approved', by: null, summary: null })
    expect(ended(approval(), 'succeeded', { summary: '' })).toMatchObject({ by: null, summary: null })
  })
})

describe('running out', () => {
  const { expiresAt } = approval()

  test.each([
    ['at the minute that was told', expiresAt],
    ['long after it', expiresAt + 60 * MINUTE],
    ['in the seconds before it, with nothing said', expiresAt - MINUTE],
  ])('is a failure %s', (_, at) => {
    expect(ended(approval(), 'failed', { at })).toEqual({ how: 'expired' })
  })

  test('is no failure earlier, nor one that somebody signed in the last minute before', () => {
    expect(ended(approval(), 'failed', { at: expiresAt - MINUTE - 1 })).toMatchObject({ how: 'console' })
    const signed = ended(approval(), 'failed', { at: expiresAt - 1, by: DANA, summary: 'no' })
    expect(signed).toMatchObject({ how: 'console', by: 'dana' })
  })

  test('is never a success', () => {
    expect(ended(approval(), 'succeeded', { at: expiresAt + MINUTE })).toMatchObject({ how: 'console' })
  })
})

test('a stop names who and why, as far as AWS tells; an edit names itself', () => {
  const told = ended(approval(), 'abandoned', { by: DANA, stopReason: 'wrong branch' })
  expect(told).toEqual({ how: 'stopped', by: 'dana', reason: 'wrong branch' })
  expect(ended(approval(), 'abandoned')).toEqual({ how: 'stopped', by: null, reason: null })
  expect(ended(approval(), 'canceled')).toEqual({ how: 'pipeline-edited' })
})

test('a verdict of ours that lost against the pipeline is shown as what really happened', () => {
  const outcome = ended(deciding(), 'abandoned', { by: DANA })
  expect(settled(deciding(), outcome, START).state).toMatchObject({ outcome: { how: 'stopped', by: 'dana' } })
})
