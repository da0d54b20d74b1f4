import { settled } from '../../functions/domain/approval.ts'
import { START, deciding } from '../support/records.ts'
import { GLASS, frozen, where } from '../support/cards.ts'
import { buttons, labels, lines, message } from './rendered-approval.ts'

describe('during a change freeze', () => {
  test('the heading says so, then until when and who can override it; no button asks for an approval', () => {
    expect(lines(frozen()).slice(0, 3)).toEqual([
      '# ■ Frozen: shop-web to Production',
      'Change freeze “weekend freeze” until Wed, Nov 25 at 09:30 UTC. @U0ELI or @U0DANA can override it.',
      '0 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
    ])
    expect(labels(frozen())).toEqual(['Reject…', 'Override freeze…', 'Open in AWS', 'Tell me when it is live'])
    expect(message(frozen()).text).toMatch(/^Frozen: shop-web to Production\. /)
    expect(message(frozen()).text).toContain('Change freeze “weekend freeze” until Wed, Nov 25 at 09:30 UTC.')
  })

  test('the time is the reader’s own, in lower case after its preposition, without a zone beside it', () => {
    const dates = JSON.stringify(message(frozen()).blocks)
    expect(dates).toContain('"format":"until {date_long_pretty} at {time}"')
    expect(dates).not.toContain('Europe/London')
    expect([...dates.matchAll(/"format":"\{date/g)]).toEqual([])
  })

  test('at most one of several buttons is a warning', () => {
    const newer = { executionId: 'e2', revision: null, startedAt: null }
    const styles = buttons({ ...frozen(), newer }).map(({ style }) => style)
    expect(styles.filter((style) => style === 'danger')).toHaveLength(1)
  })

  test('without an end and without anyone to override it, it says so', () => {
    const endless = where({}, { frozen: { name: 'audit', zone: 'UTC', until: null } })
    expect(lines(endless)).toContain('Change freeze “audit” until further notice. No one is named who can override it.')
    expect(labels(endless)).toEqual(['Reject…', 'Open in AWS', 'Tell me when it is live'])
  })

  test('an override stays visible, in words, and it can be approved', () => {
    const overridden = { ...frozen(), override: GLASS }
    expect(lines(overridden)[0]).toBe('# ⏸ Approve shop-web to Production?')
    expect(lines(overridden).slice(4, 6)).toEqual([
      '⚠ Freeze overridden by @U0ELI (Mon, Nov 23 at 09:30 UTC): “the shop is down”',
      'The freeze no longer applies to this approval. The required approvals still do.',
    ])
    expect(lines(overridden).join('\n')).not.toContain('Change freeze')
    expect(labels(overridden)).toEqual(['Approve…', 'Reject…', 'Open in AWS', 'Tell me when it is live'])
    expect(message(overridden).text).toContain('Freeze overridden by Eli Brandt')
    const over = settled({ ...deciding(), override: GLASS }, { how: 'slack', verdict: 'Approved' }, START)
    expect(lines(over).join('\n')).toContain('⚠ Freeze overridden by @U0ELI')
    expect(message(over).text).toMatch(/Freeze overridden by Eli Brandt .*: “the shop is down”\.$/)
  })

  test('the override of one freeze does not apply to the next', () => {
    const next = where(
      { breakGlass: ['U0ELI'], freezes: [{ name: 'audit', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } }] },
      { frozen: { name: 'audit', zone: 'UTC', until: null }, at: GLASS.frozen.until! },
    )
    expect(lines({ ...next, override: GLASS })[0]).toBe('# ■ Frozen: shop-web to Production')
  })
})
