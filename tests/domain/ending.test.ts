import type { Approval } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import type { Ending } from '../../functions/domain/ending.ts'
import { isNearExpiry, isOurs, outcomeOf, signerOf } from '../../functions/domain/ending.ts'
import { summaryOf } from '../../functions/domain/summary.ts'
import { MINUTE, POLICY, START, approval, deciding, vote, voted } from '../support/records.ts'

const DANA = 'arn:aws:sts::111122223333:assumed-role/Console/dana'
const BOT = 'arn:aws:sts::111122223333:assumed-role/greenlight-effect-due/effect-due'

const ended = (of: Approval, status: Ending['status'], more: Partial<Ending> = {}) =>
  outcomeOf(of, { status, at: START + 10 * MINUTE, summary: null, by: null, stopReason: null, ...more })

/** As a function stores it before it sends the verdict. */
const sent = (of: Approval): Approval => {
  if (of.state.name !== 'deciding') throw new Error('no verdict is fixed')
  return { ...of, state: { ...of.state, isVerified: true } }
}

const rejected = voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))

describe('an ending is our own verdict', () => {
  test('if AWS has exactly our summary', () => {
    const summary = summaryOf(deciding(), 'Approved')
    expect(ended(sent(deciding()), 'succeeded', { summary, by: BOT })).toEqual({ how: 'slack', verdict: 'Approved' })
  })

  test('even if the event comes in the minute in which the approval expires', () => {
    const at = rejected.expiresAt + 30_000
    const summary = summaryOf(rejected, 'Rejected')
    const ours = { how: 'slack', verdict: 'Rejected' }
    expect(ended(sent(rejected), 'failed', { at, summary, by: BOT })).toEqual(ours)
    expect(ended(sent(rejected), 'failed', { at, summary })).toEqual(ours)
    expect(ended(sent(rejected), 'failed', { at: at + MINUTE, summary, by: BOT })).toEqual(ours)
  })

  test('never before a verdict is fixed, whatever the summary says', () => {
    expect(isOurs(approval(), 'Approved', summaryOf(approval(), 'Approved'))).toBe(false)
  })

  test('not if the other verdict was sent: a person who may decide in the AWS console wrote our summary there', () => {
    const summary = summaryOf(rejected, 'Approved')
    const outcome = { how: 'console', verdict: 'Approved', by: 'dana', summary, past: 'unknown-person' }
    expect(ended(sent(rejected), 'succeeded', { summary, by: DANA })).toEqual(outcome)
  })

  test('not before a function has verified it, as none has sent it', () => {
    const summary = summaryOf(deciding(), 'Approved')
    const outcome = { how: 'console', verdict: 'Approved', by: 'dana', summary }
    expect(ended(deciding(), 'succeeded', { summary, by: DANA })).toEqual(outcome)
  })

  test('not if another person decided first in the AWS console, with the same verdict or the other', () => {
    const no = ended(deciding(), 'failed', { summary: 'Not today', by: DANA })
    expect(no).toEqual({ how: 'console', verdict: 'Rejected', by: 'dana', summary: 'Not today' })
    const yes = ended(deciding(), 'succeeded', { summary: 'Fine', by: DANA })
    expect(yes).toEqual({ how: 'console', verdict: 'Approved', by: 'dana', summary: 'Fine' })
  })
})

describe('a decision in the AWS console', () => {
  test('names the person and their comment', () => {
    const outcome = ended(approval(), 'succeeded', { summary: 'looks good', by: DANA })
    const past = 'unknown-person'
    expect(outcome).toEqual({ how: 'console', verdict: 'Approved', by: 'dana', summary: 'looks good', past })
  })

  test('without a comment is recognized by the summary that AWS writes instead', () => {
    const outcome = ended(approval(), 'failed', { summary: `Rejected by ${DANA}` })
    expect(outcome).toEqual({ how: 'console', verdict: 'Rejected', by: 'dana', summary: null })
  })

  test.each([`He was Rejected by ${DANA}`, `Rejected by ${DANA} today`])('has %j as its comment', (summary) => {
    expect(ended(approval(), 'failed', { summary })).toMatchObject({ by: null, summary })
  })

  test('has no name if AWS gives none', () => {
    expect(ended(approval(), 'succeeded')).toMatchObject({
      how: 'console',
      verdict: 'Approved',
      by: null,
      summary: null,
    })
    expect(ended(approval(), 'succeeded', { summary: '' })).toMatchObject({ by: null, summary: null })
  })
})

describe('expiry', () => {
  const { expiresAt } = approval()

  test.each([
    ['at the minute of the notification', expiresAt],
    ['long after it', expiresAt + 60 * MINUTE],
    ['in the seconds before it, without a summary', expiresAt - MINUTE],
  ])('is a failure %s', (_, at) => {
    expect(ended(approval(), 'failed', { at })).toEqual({ how: 'expired' })
  })

  test('is not an earlier failure, nor a failure that a person signed in the last minute before', () => {
    expect(ended(approval(), 'failed', { at: expiresAt - MINUTE - 1 })).toMatchObject({ how: 'console' })
    const signed = ended(approval(), 'failed', { at: expiresAt - 1, by: DANA, summary: 'no' })
    expect(signed).toMatchObject({ how: 'console', by: 'dana' })
  })

  test('is a failure from that minute on even with a summary, and a minute later even with a name', () => {
    const expired = { how: 'expired' }
    expect(ended(approval(), 'failed', { at: expiresAt, summary: 'no' })).toEqual(expired)
    expect(ended(approval(), 'failed', { at: expiresAt - 1, summary: 'no' })).toMatchObject({ how: 'console' })
    expect(ended(approval(), 'failed', { at: expiresAt + MINUTE, by: DANA })).toEqual(expired)
    expect(ended(approval(), 'failed', { at: expiresAt + MINUTE - 1, by: DANA })).toMatchObject({ by: 'dana' })
  })

  test('is never a success', () => {
    expect(ended(approval(), 'succeeded', { at: expiresAt + MINUTE })).toMatchObject({ how: 'console' })
  })
})

test('a stop names the person and the reason, as far as AWS gives them; an edit is recognized', () => {
  const told = ended(approval(), 'abandoned', { by: DANA, stopReason: 'wrong branch' })
  expect(told).toEqual({ how: 'stopped', by: 'dana', reason: 'wrong branch' })
  expect(ended(approval(), 'abandoned')).toEqual({ how: 'stopped', by: null, reason: null })
  expect(ended(approval(), 'canceled')).toEqual({ how: 'pipeline-edited' })
})

test('a stop from Slack names who asked for it there', () => {
  const stoppedInSlack = { by: 'Dana', reason: 'wrong branch' }
  expect(ended(approval(), 'abandoned', { by: BOT, stopReason: 'x', stoppedInSlack })).toEqual({
    ...{ how: 'stopped', inSlack: true },
    ...stoppedInSlack,
  })
})

test('a decision in the console names the Slack account of its person, where it is known', () => {
  const outcome = ended(approval(), 'failed', { by: DANA, userId: 'U0DANA' })
  expect(outcome).toEqual({ how: 'console', verdict: 'Rejected', by: 'dana', summary: null, userId: 'U0DANA' })
  expect(ended(approval(), 'failed', { by: DANA, userId: null })).not.toHaveProperty('userId')
})

test('who decided is the ARN that AWS gives, or has in its own summary', () => {
  expect(signerOf({ by: DANA, summary: `Approved by ${BOT}` })).toBe(DANA)
  expect(signerOf({ by: null, summary: `Approved by ${BOT}` })).toBe(BOT)
  expect(signerOf({ by: '', summary: `Rejected by ${BOT}` })).toBe(BOT)
  expect(signerOf({ by: null, summary: 'fine' })).toBeNull()
  expect(signerOf({ by: null, summary: null })).toBeNull()
})

test('an end is near the expiry within a minute before and after it', () => {
  const { expiresAt } = approval()
  const near = [-MINUTE - 1, -MINUTE, 0, MINUTE, MINUTE + 1].map((ms) => isNearExpiry(approval(), expiresAt + ms))
  expect(near).toEqual([false, true, true, true, false])
})

test('an end in a status that the bot does not know keeps CodePipeline’s name for it, if there is one', () => {
  expect(ended(approval(), 'unknown', { statusText: 'Deferred' })).toEqual({ how: 'unknown', status: 'Deferred' })
  expect(ended(approval(), 'unknown')).toEqual({ how: 'unknown', status: '' })
})

test('if our verdict loses against the pipeline, the outcome is what really happened', () => {
  const outcome = ended(deciding(), 'abandoned', { by: DANA })
  expect(settled(deciding(), outcome, START).state).toMatchObject({ outcome: { how: 'stopped', by: 'dana' } })
})

test('a deletion of the pipeline is told as one, and an edit as an edit', () => {
  expect(ended(approval(), 'deleted')).toEqual({ how: 'pipeline-edited', isDeleted: true })
  expect(ended(approval(), 'canceled')).toEqual({ how: 'pipeline-edited' })
})
