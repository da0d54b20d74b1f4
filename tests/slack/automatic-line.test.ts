import type { Approval } from '../../functions/domain/approval.ts'
import { settled, withSoak } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import { HOUR } from '../../functions/domain/time-units.ts'
import { POLICY, START, actor, approval, resolvedPolicy } from '../support/records.ts'
import { lines, message } from './rendered-approval.ts'

const RULE = { after: 2 * HOUR, alarms: ['shop-5xx'] }
const automatic = (more: Partial<Policy> = {}): Approval =>
  approval({ resolvedPolicy: resolvedPolicy({ ...POLICY, automatic: RULE, ...more }) })
const first = (of: Approval): string[] => lines(of).slice(0, 3)
const buttons = (of: Approval): string => lines(of).find((line) => line.startsWith('[')) ?? ''

test('it says when it approves itself, and any person can stop that with one click', () => {
  const waiting = automatic()
  expect(first(waiting)).toEqual([
    '# ⏸ Approve shop-web to Production?',
    'It approves itself at 11:30 UTC (Mon, Nov 23), unless an alarm rings.',
    '0 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
  ])
  expect(buttons(waiting)).toBe(
    '[Approve…] [Reject…] [Stop automatic approval] [Open in AWS] [Tell me when it is live]',
  )
  expect(message(waiting).text).toContain('It approves itself at 11:30 UTC (Mon, Nov 23), unless an alarm rings.')
})

test('without approvers it requests nothing that no one can give, and shows the way to stop it', () => {
  const waiting = automatic({ rules: [] })
  expect(first(waiting)[0]).toBe('# ⏸ Approve shop-web to Production?')
  expect(buttons(waiting)).toBe('[Stop automatic approval] [Open in AWS] [Tell me when it is live]')
})

test('without approvers, those who may reject can, before and after a person has stopped it', () => {
  const waiting = automatic({ rules: [], rejecters: [{ name: 'security', people: ['U0FAY'], groups: [] }] })
  expect(buttons(waiting)).toBe('[Reject…] [Stop automatic approval] [Open in AWS] [Tell me when it is live]')
  const reject = { do: 'vote', verdict: 'Rejected', comment: 'not this one' } as const
  const [stopped] = attempt(waiting, actor('U0FINN'), { do: 'stop-automatic' }, START + HOUR)
  expect(buttons(stopped)).toBe('[Reject…] [Open in AWS] [Tell me when it is live]')
  for (const open of [waiting, stopped]) {
    const [rejected, counted] = attempt(open, actor('U0FAY'), reject, START + HOUR)
    expect(counted).toMatchObject({ kind: 'counted', ruling: { kind: 'rejected' } })
    expect(rejected.state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
    const [, refused] = attempt(open, actor('U0FINN'), reject, START + HOUR)
    expect(refused).toMatchObject({ kind: 'refused', refusal: { because: 'not-a-rejecter' } })
  }
})

test('without approvers, it says who may reject, and that people approve in the AWS console once a person has stopped it', () => {
  const rejecters = [{ name: 'security', people: ['U0FAY'], groups: [] }]
  const waiting = automatic({ rules: [], rejecters })
  expect(lines(waiting)).toContain('Only security can reject this.')
  const stop = (of: Approval) => attempt(of, actor('U0FINN'), { do: 'stop-automatic' }, START + HOUR)[0]
  const inSlack = 'No one can approve this in Slack: its route in greenlight.yml names no approvers.'
  const told = lines(stop(waiting))
  expect(told[1]).toMatch(/^Automatic approval stopped by @U0FINN \([^)]*\)\.$/)
  expect(told).toContain(`${inSlack} Approve it in the AWS console.`)
  expect(told).toContain('Only security can reject this.')
  expect(lines(stop(automatic({ rules: [] })))).toContain(`${inSlack} Approve or reject it in the AWS console.`)
})

test('without approvers, it says why its verdict was not sent, and asks no one in Slack to decide again', () => {
  const told = lines({ ...automatic({ rules: [] }), notSent: 'an alarm rang' })
  expect(told).toContain('The verdict was not sent: an alarm rang.')
  expect(message({ ...automatic({ rules: [] }), notSent: 'an alarm rang' }).text).toContain(
    'was not sent: an alarm rang.',
  )
})

test('an author without a Slack account matters only where people approve', () => {
  const unidentified = [{ because: 'author', name: 'Ben', revision: 'b01d7aa' }] as const
  expect(lines(automatic({ rules: [], unidentified })).join()).not.toContain('Ben wrote')
})

test('a rule of empty change sets says what it depends on', () => {
  const waiting = automatic({ automatic: { ...RULE, emptyChangeSet: true } })
  expect(first(waiting)[1]).toBe(
    'It approves itself at 11:30 UTC (Mon, Nov 23), if CloudFormation has nothing to change, unless an alarm rings.',
  )
  const quiet = automatic({ automatic: { after: 2 * HOUR, alarms: [], emptyChangeSet: true } })
  expect(first(quiet)[1]).toBe(
    'It approves itself at 11:30 UTC (Mon, Nov 23), if CloudFormation has nothing to change.',
  )
})

test('it says why it does not approve itself now', () => {
  const ringing = withSoak(automatic(), { kind: 'stopped', because: 'the alarm shop-5xx is in ALARM' }, START + HOUR)
  expect(first(ringing)[1]).toBe('It does not approve itself now: the alarm shop-5xx is in ALARM.')
})

test('it names the person who has stopped it, and offers no button for that any more', () => {
  const [stopped] = attempt(automatic(), actor('U0FINN'), { do: 'stop-automatic' }, START + HOUR)
  expect(first(stopped)[1]).toMatch(/^Automatic approval stopped by @U0FINN .*People must approve\.$/)
  expect(buttons(stopped)).toBe('[Approve…] [Reject…] [Open in AWS] [Tell me when it is live]')
})

test('once it has approved itself, the message names the rule and no person', () => {
  const decided = withSoak(automatic(), { kind: 'passed' }, START + 2 * HOUR)
  const ended = settled(decided, { how: 'slack', verdict: 'Approved' }, START + 2 * HOUR)
  expect(lines(decided).join('\n')).toContain('By the rule autoApprove. Telling CodePipeline…')
  expect(lines(ended).join('\n')).toContain('Approved by the rule autoApprove, 2 hr after the request')
})
