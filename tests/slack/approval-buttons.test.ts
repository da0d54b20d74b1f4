import { START, approval, revision, vote } from '../support/records.ts'
import { ROUTE, frozen, where } from '../support/cards.ts'
import { buttons, message } from './rendered-approval.ts'

describe('the buttons', () => {
  const newer = { executionId: 'e2', revision: revision('9aa01bc', 'Hotfix'), startedAt: START }

  test('carry the approval’s id and no more', () => {
    expect(buttons(approval()).map(({ action_id, value, style }) => [action_id, value, style])).toEqual([
      ['approve', '3f9ac2d1'.repeat(4), 'primary'],
      ['reject', '3f9ac2d1'.repeat(4), 'danger'],
      ['open-console', undefined, undefined],
      ['tell-when-live', '3f9ac2d1'.repeat(4), undefined],
    ])
  })

  test('are called by their label, and then by their subject', () => {
    const all = [...buttons({ ...frozen(), newer }), ...buttons(approval())]
    for (const { text, accessibility_label } of all) expect(accessibility_label).toMatch(new RegExp(`^${text.text}`))
    expect(all.map(({ accessibility_label }) => accessibility_label)).toEqual([
      'Reject and ask for the newer one: shop-web to Production',
      'Reject… shop-web to Production',
      'Override freeze… for shop-web to Production',
      'Open in AWS: shop-web',
      'Tell me when it is live: shop-web',
      'Approve… shop-web to Production',
      'Reject… shop-web to Production',
      'Open in AWS: shop-web',
      'Tell me when it is live: shop-web',
    ])
  })

  test('confirm an approval that takes no comment', () => {
    const [approve, reject] = buttons(approval(), { route: { ...ROUTE, comment: 'none' } })
    expect(approve).toMatchObject({
      text: { text: 'Approve' },
      accessibility_label: 'Approve shop-web to Production',
      confirm: {
        title: { text: 'Approve?' },
        text: { text: 'Your approval of shop-web to Production counts at once.' },
        confirm: { text: 'Approve' },
      },
    })
    expect(reject).not.toHaveProperty('confirm')
    expect(buttons(approval())[0]).not.toHaveProperty('confirm')
  })

  test('offer the newer change if one waits, with a confirmation', () => {
    expect(buttons(approval({ newer }))[0]).toMatchObject({
      action_id: 'take-newer',
      text: { text: 'Reject and ask for the newer one' },
      confirm: {
        title: { text: 'Reject this one?' },
        text: {
          text:
            'shop-web to Production is rejected with Fix rounding in basket totals (4f9c2e1). ' +
            'The newer change is requested next: Hotfix (9aa01bc).',
        },
        confirm: { text: 'Reject' },
      },
    })
    expect(buttons(approval({ newer: { ...newer, revision: null } }))[0]).toMatchObject({
      confirm: { text: { text: 'shop-web to Production is rejected. The newer change is requested next.' } },
    })
    const inConsole = where({ consoleOnly: 'so it is' }, {}, approval({ newer }))
    expect(buttons(inConsole).map(({ action_id }) => action_id)).toEqual(['open-console', 'tell-when-live'])
  })

  test('have ids of their own', () => {
    const all = buttons({ ...frozen(), votes: [vote('U0CHEN')], newer }).map(({ action_id }) => action_id)
    expect(all).toEqual(['take-newer', 'reject', 'break-glass', 'open-console', 'tell-when-live'])
  })

  test('the token is nowhere', () => {
    expect(JSON.stringify(message(approval()))).not.toContain(approval().token)
  })
})
