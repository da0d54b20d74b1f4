import type { Approval } from '../../functions/domain/approval.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import type { Vote } from '../../functions/domain/policy.ts'
import { withDeployment, settled, withProblem } from '../../functions/domain/approval.ts'
import type { ApprovalCard } from '../../functions/ports/cards.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import {
  CARDS,
  MINUTE,
  POLICY,
  ROUNDING,
  START,
  TIMING,
  actor,
  approval,
  deciding,
  policy,
  revision,
  rule,
  under,
  vote,
  voted,
} from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { addresses, messageProblems, people } from '../support/block-kit-limits.ts'
import { GLASS, ROUTE, cardOf, frozen, where } from '../support/cards.ts'

const SMALL_PRINT = '(Started by Ana’s push · shop-prod, eu-west-1)'
const CHANGES = [
  '2 changes since Sat, Nov 21 · <Compare>',
  '- Fix rounding in basket totals · Ana · <4f9c2e1>',
  '- Add gift cards (#412) · Ben · <b01d7aa>',
]
const WHAT = '2 changes: Fix rounding in basket totals (Ana) and Add gift cards (#412) (Ben).'

const message = (of: Approval, more: Partial<ApprovalCard> = {}) => {
  const rendered = approvalMessage(cardOf(of, more))
  expect(messageProblems(rendered)).toEqual([])
  return rendered
}

const lines = (of: Approval, more: Partial<ApprovalCard> = {}) => asText(message(of, more)).split('\n')
const spoken = (of: Approval, more: Partial<ApprovalCard> = {}) => message(of, more).text.replaceAll('\u00a0', ' ')
const buttons = (of: Approval, more: Partial<ApprovalCard> = {}) => {
  const blocks = message(of, more).blocks.filter((block) => block.type === 'actions')
  return blocks.flatMap(({ elements }) => elements).filter((element) => element.type === 'button')
}
const labels = (of: Approval) => buttons(of).map(({ text }) => text.text)

describe('while it waits', () => {
  test('it says what is requested, how many approvals there are, until when, and who is missing', () => {
    expect(lines(approval())).toEqual([
      '# ⏸ Approve shop-web to Production?',
      '0 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
      '○ release managers: @U0DANA or @U0ELI',
      '○ engineers: @U0ANA or @U0CHEN',
      ...CHANGES,
      '[Approve…] [Reject…] [Open in AWS]',
      SMALL_PRINT,
    ])
  })

  test('its text stands alone: the news and the counts, without a symbol that a screen reader would read out', () => {
    expect(message(approval()).text).toBe(
      `Approve shop-web to Production? ${WHAT} 0 of 2 approved, waiting for release managers and engineers. ` +
        'Expires Mon, Nov 30 at 09:30 UTC.',
    )
  })

  test('a group that is complete comes first, with who approved and what they said', () => {
    const one = voted(approval(), POLICY, vote('U0CHEN', 'Approved', { comment: 'checked on staging' }))
    expect(lines(one).slice(1, 4)).toEqual([
      '1 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
      '✓ engineers: @U0CHEN at 09:35 UTC “checked on staging”',
      '○ release managers: @U0DANA or @U0ELI',
    ])
    expect(message(one).text).toContain('1 of 2 approved, waiting for release managers. Expires')
  })

  test('a withdrawal is offered to its approver alone, and not here', () => {
    expect(labels(voted(approval(), POLICY, vote('U0CHEN')))).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
  })

  test('it quotes what the pipeline’s author wrote, with their link', () => {
    const request = { customData: 'Check the basket first.', reviewUrl: 'https://staging.example/basket' }
    const asked = approval({ request })
    expect(lines(asked)).toContain('> Check the basket first. · <Review link>')
    expect(addresses(message(asked).blocks)).toContain('https://staging.example/basket')
    expect(lines(approval({ request: { customData: null, reviewUrl: 'javascript:alert(1)' } }))).toContain(
      '> Review link',
    )
  })

  test('a newer change that is made to look like the one asked about has a longer id, as that one has', () => {
    const twin = { ...ROUNDING, id: `${ROUNDING.id.slice(0, 7)}${'f'.repeat(33)}` }
    const words = lines(approval({ newer: { executionId: 'e2', revision: twin, startedAt: null } })).join('\n')
    expect(words).toContain(`<${ROUNDING.id.slice(0, 12)}>`)
    expect(words).toContain(`<${twin.id.slice(0, 12)}>`)
  })

  test('it warns of a newer change that waits behind it, in its text as well', () => {
    const newer = { executionId: '9aa01bc0-1', revision: revision('9aa01bc', 'Hotfix'), startedAt: START - 4 * MINUTE }
    const warning = 'A newer change waits: Hotfix · Ana · <9aa01bc>. Approving deploys the older one.'
    expect(lines(approval({ newer }))).toContain(`⚠ ${warning}`)
    expect(message(approval({ newer })).text).toContain(`UTC. ${warning.replace(/[<>]/g, '')}`)
    expect(lines(approval({ newer: { ...newer, revision: null, startedAt: null } }))).toContain(
      '⚠ A newer change waits: execution 9aa01bc0. Approving deploys the older one.',
    )
  })

  test('it says why it cannot be completed', () => {
    const stuck = withProblem(approval(), 'AWS did not accept the verdict: AccessDenied', START)
    expect(lines(stuck)).toContain('Stuck: AWS did not accept the verdict: AccessDenied')
    expect(message(stuck).text).toMatch(/^Approve shop-web to Production\? Stuck: AWS did not accept/)
  })
})

describe('what would be deployed', () => {
  const of = (more: Partial<Approval['change']>) => approval({ change: { ...approval().change, ...more } })
  const change = (more: Partial<Approval['change']>) => lines(of(more)).slice(4)

  test('for the first time', () => {
    expect(change({ since: null }).slice(0, 2)).toEqual([
      'First deployment to Production that Greenlight knows',
      '- Fix rounding in basket totals · Ana · <4f9c2e1>',
    ])
    expect(message(of({ since: null })).text).toContain(
      'First deployment to Production: Fix rounding in basket totals (Ana).',
    )
  })

  test('once more, or as a rollback', () => {
    const since = { ...approval().change.since!, included: [], count: 0 }
    expect(change({ since }).slice(0, 2)).toEqual([
      'No new change since Sat, Nov 21: the same one again · <Compare>',
      '- Fix rounding in basket totals · Ana · <4f9c2e1>',
    ])
    expect(message(of({ since })).text).toContain('No new change: Fix rounding in basket totals (Ana).')
  })

  test('when it is one change, or more than fit', () => {
    const since = approval().change.since!
    expect(change({ since: { ...since, included: [ROUNDING], count: 1 } })[0]).toMatch(/^1 change since /)
    const many = { ...since, included: [ROUNDING, CARDS, ROUNDING, CARDS, ROUNDING], count: 5, more: true }
    expect(change({ since: many })[0]).toMatch(/^More than 5 changes since/)
    expect(message(of({ since: many })).text).toMatch(/More than 5 changes: .*, .*, .*, and 2 more\./)
  })

  test('since a time of day, if the last deployment was on the day before or later', () => {
    const since = approval().change.since!
    expect(change({ since: { ...since, releasedAt: START - 60 * MINUTE } })[0]).toMatch(
      /^2 changes since Mon, Nov 23 at 08:30 UTC/,
    )
  })

  test('from several sources lists them all, and counts those that do not fit', () => {
    const sources = Array.from({ length: 9 }, (_, index) => revision(`${index}`, `Source ${index}`))
    const told = change({ revisions: sources, since: null })
    expect(told).toContain('- Source 5 · Ana · <5000000>')
    expect(told).toContain('- and 3 more changes')
  })

  test('without a revision from any source', () => {
    const none = { revisions: [], since: null, authors: [] }
    expect(change(none)[0]).toBe('CodePipeline does not say which change this is.')
    expect(message(of(none)).text).toMatch(/^Approve shop-web to Production\? 0 of 2 approved/)
  })
})

describe('who can approve', () => {
  const joined = (of: Approval) => lines(of).join('\n')

  test('no one, if no route matches: no button asks for it, and the AWS console is named', () => {
    const none = approval({ resolvedPolicy: null })
    const told = lines(none, { route: null })
    expect(told.slice(0, 3)).toEqual([
      '# ⏸ No approver in Slack: shop-web to Production',
      'No one can approve this in Slack: greenlight.yml has no route for it. Approve or reject it in the AWS console.',
      'Expires Mon, Nov 30 at 09:30 UTC',
    ])
    expect(told.at(-2)).toBe('[Open in AWS]')
    expect(message(none, { route: null }).text).toContain(
      'No one can approve this in Slack: greenlight.yml has no route',
    )
  })

  test('no one, if the route names no approvers', () => {
    const none = under(approval(), policy([]))
    expect(joined(none)).toContain('its route in greenlight.yml names no approvers')
    expect(labels(none)).toEqual(['Open in AWS'])
  })

  test('no one in Slack, if the AWS console alone decides: it says why, and names no other reason', () => {
    const of = where({ consoleOnly: 'payments are deployed by two signatures', unread: ['x'] })
    const why = 'This is approved or rejected in the AWS console only: payments are deployed by two signatures.'
    expect(lines(of).slice(0, 2)).toEqual(['# ⏸ Approve in the AWS console: shop-web to Production', why])
    expect(joined(of)).not.toMatch(/approved ·|tries again/)
    expect(labels(of)).toEqual(['Open in AWS'])
    expect(message(of).text).toContain(why)
  })

  test.each<[string, Approval, string]>([
    ['of two', under(approval(), policy([rule('managers', ['U0DANA', 'U0ELI'])])), '○ managers: @U0DANA or @U0ELI'],
    ['alone', under(approval(), policy([rule('managers', ['U0DANA'])])), '○ managers: @U0DANA'],
    [
      'all of them',
      under(approval(), policy([rule('managers', ['U0DANA', 'U0ELI'], 2)])),
      '○ managers (0 of 2): @U0DANA and @U0ELI',
    ],
    [
      'some of them',
      under(approval(), policy([rule('managers', ['U0A', 'U0B', 'U0C'], 2)])),
      '○ managers (0 of 2): 2 of @U0A, @U0B, and @U0C',
    ],
    [
      'one more, beside who has approved',
      under(approval({ votes: [vote('U0A')] }), policy([rule('managers', ['U0A', 'U0B', 'U0C'], 2)])),
      '○ managers (1 of 2): @U0A at 09:35 UTC · @U0B or @U0C',
    ],
    [
      'many of them',
      under(
        approval(),
        policy([
          rule(
            'managers',
            Array.from({ length: 50 }, (_, index) => `U0P${index}`),
          ),
        ]),
      ),
      '○ managers: @U0P0, @U0P1, @U0P2, @U0P3, or 46 more',
    ],
    [
      'of one group, where the other is complete',
      under(
        approval({ votes: [vote('U0BOTH')] }),
        policy([rule('managers', ['U0BOTH']), rule('engineers', ['U0BOTH', 'U0CHEN'])]),
      ),
      '✓ managers: @U0BOTH at 09:35 UTC\n○ engineers: @U0CHEN',
    ],
    [
      'also by whom another approver is freed, where no one else is left',
      under(
        approval({ votes: [vote('U0BOTH'), vote('U0ANA')] }),
        policy([rule('engineers', ['U0BOTH', 'U0ANA', 'U0CHEN'], 2), rule('managers', ['U0BOTH'])]),
      ),
      '○ managers: @U0CHEN (then @U0BOTH counts here)',
    ],
    [
      'also by whom another approver is freed, and not for another group that is missing',
      under(
        approval({ votes: [vote('U0BOTH')] }),
        policy([
          rule('lawyers', ['U0LEA']),
          rule('managers', ['U0BOTH', 'U0ELI']),
          rule('engineers', ['U0BOTH', 'U0ANA']),
        ]),
      ),
      [
        '✓ managers: @U0BOTH at 09:35 UTC',
        '○ lawyers: @U0LEA',
        '○ engineers: @U0ANA · @U0ELI (then @U0BOTH counts here)',
      ].join('\n'),
    ],
    [
      'also by whom one approver is freed, of whom one is enough',
      under(
        approval({ votes: [vote('U0BOTH')] }),
        policy([
          rule('managers', ['U0BOTH', 'U0ELI', 'U0FAY']),
          rule('engineers', ['U0BOTH', 'U0ANA', 'U0CHEN', 'U0DANA'], 2),
        ]),
      ),
      '2 of @U0ANA, @U0CHEN, and @U0DANA · @U0ELI or @U0FAY (then @U0BOTH counts here)',
    ],
    [
      'all but the author',
      where({ forbidden: [{ userId: 'U0ANA', because: 'author', revision: '4f9c2e1' }] }),
      '○ engineers: @U0CHEN (not its author)',
    ],
  ])('is named, %s', (_, of, line) => expect(joined(of)).toContain(line))

  test('the reasons why others of the group cannot', () => {
    const author = (userId: string) => ({ userId, because: 'author', revision: null }) as const
    const starter = (userId: string) => ({ userId, because: 'starter', revision: null }) as const
    const of = where({
      forbidden: [author('U0ANA'), author('U0CHEN'), starter('U0ANA'), starter('U0DANA'), author('U0OTHER')],
    })
    expect(lines(of).slice(2, 4)).toEqual([
      '○ release managers: @U0ELI (not who started it)',
      '○ engineers (not its authors)',
    ])
    const both = where({ forbidden: [author('U0ANA'), starter('U0CHEN')] })
    expect(lines(both)).toContain('○ engineers (not its author or who started it)')
  })

  const BEN = { because: 'author', name: 'Ben Okafor', revision: 'b01d7aa' } as const
  const NAME_THEM =
    'Add them under “people” in greenlight.yml, or approve this in the AWS console. You can reject it here.'

  test('no one, if an author has no known Slack account: it says who, and what helps, and it can be rejected', () => {
    const of = where({ unidentified: [BEN, { because: 'starter', name: null, revision: null }] })
    expect(lines(of)[0]).toBe('# ⏸ No approver in Slack: shop-web to Production')
    expect(lines(of)).toContain(
      'No one can approve this in Slack. Ben Okafor wrote b01d7aa and has no known Slack account. ' +
        `AWS does not name who started this. ${NAME_THEM}`,
    )
    expect(labels(of)).toEqual(['Reject…', 'Open in AWS'])
    expect(message(of).text).toContain('No one can approve this in Slack. Ben Okafor wrote b01d7aa')
  })

  test('of many unknown authors three are named, and the rest is counted', () => {
    const unknown = (revision: string | null, name: string | null = null) =>
      ({ because: 'author', name, revision }) as const
    const of = where({
      unidentified: [unknown('4f9c2e1'), unknown(null, 'Ben Okafor'), unknown(null), unknown('77e0c3d')],
    })
    expect(joined(of)).toContain(
      'The author of 4f9c2e1 has no known Slack account. ' +
        'Ben Okafor wrote earlier changes and has no known Slack account. ' +
        'The authors of earlier changes have no known Slack accounts. ' +
        `1 more person has no known Slack account. ${NAME_THEM}`,
    )
  })

  test('every approver, if the route allows an unknown author, and it says what that means', () => {
    const of = where({ whenUnidentified: 'allow', unidentified: [{ ...BEN, name: null, revision: null }] })
    expect(lines(of)).toContain(
      'The authors of earlier changes have no known Slack accounts. ' +
        'So nothing keeps them from approving their own change.',
    )
    expect(labels(of)).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
  })

  test('too few: it says which group, and no button asks for an approval', () => {
    const author = { because: 'author', revision: '4f9c2e1' } as const
    const of = where({ forbidden: ['U0ANA', 'U0CHEN'].map((userId) => ({ userId, ...author })) })
    expect(lines(of)[0]).toBe('# ⏸ No approver in Slack: shop-web to Production')
    expect(joined(of)).toContain(
      'Not enough approvers: engineers can give 0 of 1. You can reject it here, or approve it in the AWS console.',
    )
    expect(labels(of)).toEqual(['Reject…', 'Open in AWS'])
    expect(message(of).text).toContain('Not enough approvers: engineers can give 0 of 1.')
  })

  test('more people than Slack lists: it says which group is unknown, and the known ones can approve', () => {
    const of = where({
      rules: [rule('managers', [])],
      unread: ['Slack did not list the members of S0RELMGRS (timeout)'],
    })
    expect(joined(of)).toContain(
      'Slack did not list the members of S0RELMGRS (timeout). ' +
        'Greenlight tries again at every click and every few minutes.',
    )
    expect(labels(of)).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
  })

  test('stand-ins, once it was escalated', () => {
    const timing = { ...TIMING, escalate: { after: MINUTE, channel: null, people: ['U0GIL', 'U0HAL'] } }
    const line = 'Escalated (Mon, Nov 23 at 09:30 UTC): @U0GIL and @U0HAL can now approve for any group.'
    expect(lines(where({}, { timing }, approval({ escalatedAt: START })))).toContain(line)
    expect(lines(where({}, { timing }))).not.toContain(line)
  })

  test('stand-ins, in a line of their own and not in each group’s', () => {
    const timing = { ...TIMING, escalate: { after: MINUTE, channel: null, people: ['U0GIL', 'U0ANA', 'U0HAL'] } }
    const rules = [rule('managers', ['U0DANA', 'U0GIL', 'U0ANA', 'U0HAL']), rule('lawyers', ['U0GIL', 'U0HAL'])]
    const forbidden = [{ userId: 'U0ANA', because: 'author', revision: null }] as const
    const of = where({ rules, forbidden }, { timing }, approval({ escalatedAt: START, votes: [vote('U0HAL')] }))
    expect(lines(of).slice(2, 5)).toEqual([
      '✓ managers: @U0HAL at 09:35 UTC',
      '○ lawyers: @U0DANA (then @U0HAL counts here)',
      'Escalated (Mon, Nov 23 at 09:30 UTC): @U0GIL can now approve for any group.',
    ])
  })

  test('is looked up for a deferred click', () => {
    const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
    const deferredClicks = [
      { who: actor('U0ANA'), act, at: START },
      { who: actor('U0ELI'), act: { do: 'take-newer' } as const, at: START },
    ]
    expect(lines(approval({ deferredClicks }))).toContain(
      'Checking @U0ANA’s approval and @U0ELI’s rejection for the newer change: Slack is slow.',
    )
  })

  test('waits for a signature: it says so, and does not name Slack', () => {
    const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
    const click = { who: actor('U0ANA'), act, at: START, waitsFor: 'kms' } as const
    const told = lines(approval({ deferredClicks: [click] }))
    expect(told).toContain('Checking @U0ANA’s approval: AWS KMS has not signed yet.')
    expect(told.join()).not.toContain('Slack is slow')
  })

  test('waits again, because its verdict was not sent', () => {
    expect(lines(approval({ notSent: 'a vote was cast in a change freeze' }))).toContain(
      'The verdict was not sent: a vote was cast in a change freeze. Approve or reject it again.',
    )
  })

  test('has votes from before votes were signed, until the person votes again', () => {
    const unsignedVotes = [vote('U0DANA'), vote('U0CHEN', 'Rejected')]
    const said = (votes: Vote[]) =>
      lines(approval({ unsignedVotes, votes })).find((line) => line.startsWith('No longer'))
    expect(said([])).toBe(
      'No longer count: @U0DANA’s approval and @U0CHEN’s rejection, from before votes were signed. Please click again.',
    )
    expect(said([vote('U0DANA')])).toBe(
      'No longer counts: @U0CHEN’s rejection, from before votes were signed. Please click again.',
    )
    expect(said([vote('U0DANA'), vote('U0CHEN')])).toBeUndefined()
  })

  test('alternatives are shown one after the other, each with its count', () => {
    const rules = [rule('engineers', ['U0ANA', 'U0BEN'], 2), rule('QA', ['U0CHEN']), rule('leads', ['U0DANA'])]
    const of = under(approval({ votes: [vote('U0CHEN')] }), policy(rules, { ways: [[0], [1, 2]] }))
    expect(joined(of)).toContain(
      [
        'Either 0 of 2:',
        '○ engineers (0 of 2): @U0ANA and @U0BEN',
        'Or 1 of 2:',
        '✓ QA: @U0CHEN at 09:35 UTC',
        '○ leads: @U0DANA',
      ].join('\n'),
    )
    expect(message(of).text).toContain('1 of 2 approved, waiting for engineers (2) or leads.')
  })

  test('many groups and many people are counted if they cannot all be listed', () => {
    const members = Array.from({ length: 40 }, (_, index) => `U0P${index}`)
    const votes = members.map((person) => vote(person, 'Approved', { comment: 'y'.repeat(300) }))
    const rules = [rule('all', members, 50), ...Array.from({ length: 9 }, () => rule('more', ['U0X']))]
    const of = under(approval({ votes }), policy(rules))
    const told = lines(of).join('\n')
    expect(told).toContain('○ all (40 of 50): @U0P0 at 09:35 UTC')
    expect(told).toMatch(/\d+ more approvals/)
    expect(told).toMatch(/\d+ more groups/)
    expect(message(of).text).toContain('40 of 59 approved, waiting for all (10), more, more, more, and 6 more groups.')
  })
})

describe('during a change freeze', () => {
  test('the heading says so, then until when and who can override it; no button asks for an approval', () => {
    expect(lines(frozen()).slice(0, 3)).toEqual([
      '# ■ Frozen: shop-web to Production',
      'Change freeze “weekend freeze” until Wed, Nov 25 at 09:30 UTC. @U0ELI or @U0DANA can override it.',
      '0 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
    ])
    expect(labels(frozen())).toEqual(['Reject…', 'Override freeze…', 'Open in AWS'])
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
    expect(labels(endless)).toEqual(['Reject…', 'Open in AWS'])
  })

  test('an override stays visible, in words, and it can be approved', () => {
    const overridden = { ...frozen(), override: GLASS }
    expect(lines(overridden)[0]).toBe('# ⏸ Approve shop-web to Production?')
    expect(lines(overridden).slice(4, 6)).toEqual([
      '⚠ Freeze overridden by @U0ELI (Mon, Nov 23 at 09:30 UTC): “the shop is down”',
      'The freeze no longer applies to this approval. The required approvals still do.',
    ])
    expect(lines(overridden).join('\n')).not.toContain('Change freeze')
    expect(labels(overridden)).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
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

describe('as a new message', () => {
  test.each<[string, Approval]>([
    ['asked', approval()],
    ['frozen', frozen()],
    [
      'escalated, being checked and half approved',
      {
        ...voted(
          where({}, { timing: { ...TIMING, escalate: { after: 1, channel: null, people: ['U0GIL'] } } }),
          POLICY,
          vote('U0DANA'),
        ),
        escalatedAt: START,
        deferredClicks: [{ who: actor('U0ELI'), act: { do: 'withdraw' } as const, at: START }],
        override: GLASS,
      },
    ],
    ['decided', deciding()],
  ])('it mentions no one, since it would ping them: %s', (_, of) => {
    const silent = approvalMessage(cardOf(of), { mentions: false })
    expect(messageProblems(silent)).toEqual([])
    expect(people(silent)).toEqual([])
    expect(people(message(of))).not.toEqual([])
    expect(silent.text).toBe(message(of).text)
  })

  test('it names the people that it knows, and counts the others', () => {
    const told = asText(
      approvalMessage(cardOf({ ...voted(frozen(), POLICY, vote('U0DANA')), override: null }), { mentions: false }),
    )
    expect(told).toContain('✓ release managers: dana at 09:35 UTC\n○ engineers\n')
    expect(asText(approvalMessage(cardOf(frozen()), { mentions: false }))).toContain('2 people can override it.')
  })
})

describe('the buttons', () => {
  const newer = { executionId: 'e2', revision: revision('9aa01bc', 'Hotfix'), startedAt: START }

  test('carry the approval’s id and no more', () => {
    expect(buttons(approval()).map(({ action_id, value, style }) => [action_id, value, style])).toEqual([
      ['approve', '3f9ac2d1'.repeat(4), 'primary'],
      ['reject', '3f9ac2d1'.repeat(4), 'danger'],
      ['open-console', undefined, undefined],
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
      'Approve… shop-web to Production',
      'Reject… shop-web to Production',
      'Open in AWS: shop-web',
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
    expect(buttons(inConsole).map(({ action_id }) => action_id)).toEqual(['open-console'])
  })

  test('have ids of their own', () => {
    const all = buttons({ ...frozen(), votes: [vote('U0CHEN')], newer }).map(({ action_id }) => action_id)
    expect(all).toEqual(['take-newer', 'reject', 'break-glass', 'open-console'])
  })

  test('the token is nowhere', () => {
    expect(JSON.stringify(message(approval()))).not.toContain(approval().token)
  })
})

describe('once it is decided', () => {
  const rejected = () => voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))

  test('it says who decided, and that CodePipeline is being told', () => {
    expect(lines(deciding()).slice(0, 3)).toEqual([
      '# ✓ Approved: shop-web to Production',
      'By @U0DANA and @U0CHEN. Telling CodePipeline…',
      '@U0CHEN: “checked on staging”',
    ])
    expect(lines(deciding()).slice(-2)).toEqual(['[Open in AWS]', SMALL_PRINT])
    expect(lines(rejected()).slice(0, 3)).toEqual([
      '# ✗ Rejected: shop-web to Production',
      'By @U0ELI. Telling CodePipeline…',
      '@U0ELI: “not today”',
    ])
    expect(message(rejected()).text).toBe(
      `Rejected: shop-web to Production. By eli. Telling CodePipeline… eli: “not today”. ${WHAT} Started by Ana’s push.`,
    )
  })

  const end = (of: Approval, outcome: Outcome) => settled(of, outcome, START + 12 * MINUTE)

  test.each<[string, Approval, string, string[]]>([
    [
      'approved here',
      end(deciding(), { how: 'slack', verdict: 'Approved' }),
      '# ▶ Deploying shop-web to Production',
      ['Approved by @U0DANA and @U0CHEN, 12 min after the request', '@U0CHEN: “checked on staging”'],
    ],
    [
      'rejected here',
      end(rejected(), { how: 'slack', verdict: 'Rejected' }),
      '# ✗ Rejected: shop-web to Production',
      ['@U0ELI: “not today” · 12 min after the request'],
    ],
    [
      'approved in the console',
      end(approval(), { how: 'console', verdict: 'Approved', by: 'dana', summary: 'fine' }),
      '# ▶ Deploying shop-web to Production',
      ['Approved in the AWS console by dana, 12 min after the request', '“fine”'],
    ],
    [
      'rejected in the console by a person whom AWS does not name',
      end(approval(), { how: 'console', verdict: 'Rejected', by: null, summary: null }),
      '# ✗ Rejected: shop-web to Production',
      ['Rejected in the AWS console, 12 min after the request'],
    ],
    [
      'expired',
      end(approval(), { how: 'expired' }),
      '# ✗ Expired: shop-web to Production',
      ['0 of 2 approved in 12 min, so CodePipeline rejected it'],
    ],
    [
      'expired with too few approvals',
      end(voted(approval(), POLICY, vote('U0DANA')), { how: 'expired' }),
      '# ✗ Expired: shop-web to Production',
      ['1 of 2 approved in 12 min, so CodePipeline rejected it'],
    ],
    [
      'expired where no one could approve in Slack',
      end(approval({ resolvedPolicy: null }), { how: 'expired' }),
      '# ✗ Expired: shop-web to Production',
      ['Not approved in 12 min, so CodePipeline rejected it'],
    ],
    [
      'stopped',
      end(approval(), { how: 'stopped', by: 'dana', reason: 'wrong branch' }),
      '# ■ Stopped: shop-web to Production',
      ['The execution was stopped in AWS by dana, 12 min after the request', '“wrong branch”'],
    ],
    [
      'stopped by a person whom AWS does not name',
      end(approval(), { how: 'stopped', by: null, reason: null }),
      '# ■ Stopped: shop-web to Production',
      ['The execution was stopped in AWS, 12 min after the request'],
    ],
    [
      'edited away',
      end(approval(), { how: 'pipeline-edited' }),
      '# ■ Canceled: shop-web to Production',
      ['The pipeline was edited, so CodePipeline canceled the approval 12 min after the request'],
    ],
  ])('%s, it is a record without buttons to decide, and its text says the same', (_, of, headline, who) => {
    const told = lines(of)
    expect(told.slice(0, 1 + who.length)).toEqual([headline, ...who])
    expect(told.slice(-2)).toEqual(['[Open in AWS]', SMALL_PRINT])
    expect(told.join('\n')).not.toMatch(/Expires|\?/)
    const text = spoken(of)
    expect(text).toMatch(new RegExp(`^${headline.slice('# ✓ '.length)}\\. `))
    for (const line of who) expect(text).toContain(line.replace(/@U0(\w+)/g, (_, name: string) => name.toLowerCase()))
  })

  test('what was not deployed is called so', () => {
    const since = approval().change.since!
    const over = (change: Partial<Approval['change']> = {}) =>
      lines(end(approval({ change: { ...approval().change, ...change } }), { how: 'expired' }))
    expect(over()).toContain('2 changes, not deployed · <Compare>')
    expect(over({ since: { ...since, included: [ROUNDING], count: 1 } })).toContain(
      '1 change, not deployed · <Compare>',
    )
    expect(over({ since: { ...since, more: true } })).toContain('More than 2 changes, not deployed · <Compare>')
    expect(over({ since: null })).toContain('First deployment to Production, not deployed')
  })

  test('several comments have a line each, and those that do not fit are counted', () => {
    const members = Array.from({ length: 12 }, (_, index) => `U0P${index}`)
    const votes = members.map((person) => vote(person, 'Approved', { comment: 'fine' }))
    const many = end(under(approval({ votes }), policy([rule('all', members, 12)])), {
      how: 'slack',
      verdict: 'Approved',
    })
    const told = lines(many)
    expect(told[1]).toMatch(/^Approved by @U0P0, .*, @U0P7, and 4 more, 12 min after the request$/)
    expect(told.slice(2, 4)).toEqual(['@U0P0: “fine”', '@U0P1: “fine”'])
    expect(told).toContain('4 more comments')
  })

  describe('its deployment', () => {
    const approved = end(deciding(), { how: 'slack', verdict: 'Approved' })
    const at = START + 20 * MINUTE
    const ended = (name: 'live' | 'failed' | 'stopped', summary: string | null = null) =>
      withDeployment(approved, { name, at, summary }, at, at)
    const WHO = 'Approved by @U0DANA and @U0CHEN, 12 min after the request'

    test('is live, since when, and how long that took', () => {
      expect(lines(ended('live')).slice(0, 3)).toEqual([
        '# ✓ Live: shop-web to Production',
        'Since Mon, Nov 23 at 09:50 UTC, 8 min after the approval',
        WHO,
      ])
      expect(spoken(ended('live'))).toBe(
        'Live: shop-web to Production. Since Mon, Nov 23 at 09:50 UTC, 8 min after the approval. ' +
          'Approved by dana and chen, 12 min after the request. chen: “checked on staging”. ' +
          `${WHAT} Started by Ana’s push.`,
      )
    })

    test('has failed, and why', () => {
      const failed = ended('failed', 'validate.sh exited 1')
      expect(lines(failed).slice(0, 4)).toEqual([
        '# ✗ Failed: shop-web to Production',
        '8 min after the approval (Mon, Nov 23 at 09:50 UTC)',
        '```validate.sh exited 1```',
        WHO,
      ])
      expect(spoken(failed)).toMatch(
        /^Failed: shop-web to Production\. 8 min after .*\. validate\.sh exited 1\. Approved/,
      )
      expect(lines(ended('failed'))[2]).toBe(WHO)
    })

    test.each([
      ['validate.sh exited 1. Rolled back to 77e0c3d.', '77e0c3d', 'validate.sh exited 1.'],
      ['AllowTraffic failed. Rolled back to 1111111, version 1.', '1111111', 'AllowTraffic failed.'],
    ])('has failed and was rolled back: %s', (summary, version, cause) => {
      const rolledBack = ended('failed', summary)
      expect(lines(rolledBack).slice(0, 3)).toEqual([
        '# ✗ Failed, rolled back: shop-web to Production',
        `${version} is live again · failed 8 min after the approval (Mon, Nov 23 at 09:50 UTC)`,
        `\`\`\`${cause}\`\`\``,
      ])
      expect(spoken(rolledBack)).toMatch(
        new RegExp(
          `^Failed, rolled back: shop-web to Production\\. ${version} is live again · .*\\. ${cause} Approved`,
        ),
      )
    })

    test.each(['Rolling back to 77e0c3d failed too: exit 1.', 'Not rolled back: the workspace is closing.', null])(
      'has failed and was not rolled back: %s',
      (summary) => expect(lines(ended('failed', summary))[0]).toBe('# ✗ Failed: shop-web to Production'),
    )

    test('was stopped', () => {
      expect(lines(ended('stopped')).slice(0, 2)).toEqual([
        '# ■ Stopped after approval: shop-web to Production',
        '8 min after the approval (Mon, Nov 23 at 09:50 UTC)',
      ])
    })
  })
})
