import type { Approval } from '../../functions/domain/approval.ts'
import type { Vote } from '../../functions/domain/policy.ts'
import { MINUTE, START, TIMING, actor, approval, policy, rule, under, vote } from '../support/records.ts'
import { WEEKEND, where } from '../support/cards.ts'
import { labels, lines, message } from './rendered-approval.ts'

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
    expect(told.at(-2)).toBe('[Open in AWS] [Tell me when it is live]')
    expect(message(none, { route: null }).text).toContain(
      'No one can approve this in Slack: greenlight.yml has no route',
    )
  })

  test('no one, if the route names no approvers', () => {
    const none = under(approval(), policy([]))
    expect(joined(none)).toContain('its route in greenlight.yml names no approvers')
    expect(labels(none)).toEqual(['Open in AWS', 'Tell me when it is live'])
  })

  test('no one in Slack, if the AWS console alone decides: it says why, and names no other reason', () => {
    const of = where({ consoleOnly: 'payments are deployed by two signatures', unread: ['x'] })
    const why = 'This is approved or rejected in the AWS console only: payments are deployed by two signatures.'
    expect(lines(of).slice(0, 2)).toEqual(['# ⏸ Approve in the AWS console: shop-web to Production', why])
    expect(joined(of)).not.toMatch(/approved ·|tries again/)
    expect(labels(of)).toEqual(['Open in AWS', 'Tell me when it is live'])
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
      '○ managers (1 of 2): @U0A (Mon, Nov 23 at 09:35 UTC) · @U0B or @U0C',
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
      '✓ managers: @U0BOTH (Mon, Nov 23 at 09:35 UTC)\n○ engineers: @U0CHEN',
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
        '✓ managers: @U0BOTH (Mon, Nov 23 at 09:35 UTC)',
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
  const NAME_THEM = 'Add them under “people” in greenlight.yml, or approve this in the AWS console.'
  const UNNAMED = 'Approve this in the AWS console, or ask the owner of greenlight.yml. You can reject it here.'

  test('no one, if an author has no known Slack account: it says who, and what helps, and it can be rejected', () => {
    const of = where({ unidentified: [BEN, { because: 'starter', name: null, revision: null }] })
    expect(lines(of)[0]).toBe('# ⏸ No approver in Slack: shop-web to Production')
    expect(lines(of)).toContain(
      'No one can approve this in Slack. Ben Okafor wrote b01d7aa and has no known Slack account. ' +
        `AWS does not name who started this. ${UNNAMED}`,
    )
    expect(labels(of)).toEqual(['Reject…', 'Open in AWS', 'Tell me when it is live'])
    expect(message(of).text).toContain('No one can approve this in Slack. Ben Okafor wrote b01d7aa')
  })

  test('of many unknown authors three are named, and the rest is counted', () => {
    const unknown = (revision: string | null, name: string | null = null) =>
      ({ because: 'author', name, revision }) as const
    const of = where({
      unidentified: [unknown('4f9c2e1'), unknown(null, 'Ben Okafor'), unknown(null), unknown('77e0c3d')],
    })
    expect(joined(of)).toContain(
      'The source does not say who wrote 4f9c2e1. ' +
        'Ben Okafor wrote earlier changes and has no known Slack account. ' +
        'CodePipeline does not list all changes of this deployment and their authors. ' +
        `1 more person is not known. ${UNNAMED}`,
    )
  })

  test('no one, if an author is not known: people are to be added if all have a name', () => {
    const named = where({ unidentified: [BEN] })
    expect(joined(named)).toContain(`has no known Slack account. ${NAME_THEM} You can reject it here.`)
    const unlisted = where({ unidentified: [{ ...BEN, name: null, revision: null }] })
    expect(joined(unlisted)).toContain(
      `CodePipeline does not list all changes of this deployment and their authors. ${UNNAMED}`,
    )
  })

  test('no one, and a group alone can reject: no other approver is told that they can', () => {
    const unknown = joined(where({ unidentified: [BEN], rejecters: [rule('security', ['U0SAM'])] }))
    expect(unknown).toContain(NAME_THEM)
    const forbidden = ['U0ANA', 'U0CHEN'].map((userId) => ({ userId, because: 'author' as const, revision: '4f9c2e1' }))
    const few = joined(where({ forbidden, rejecters: [rule('security', ['U0SAM'])] }))
    expect(few).toContain('engineers can give 0 of 1. Approve it in the AWS console.')
    for (const card of [unknown, few]) {
      expect(card).toContain('Only security can reject this.')
      expect(card).not.toContain('You can reject it here.')
    }
  })

  test('every approver, if the route allows an unknown author, and it says what that means', () => {
    const of = where({ whenUnidentified: 'allow', unidentified: [{ ...BEN, name: null, revision: null }] })
    expect(lines(of)).toContain(
      'CodePipeline does not list all changes of this deployment and their authors. ' +
        'So nothing keeps them from approving their own change.',
    )
    expect(labels(of)).toEqual(['Approve…', 'Reject…', 'Open in AWS', 'Tell me when it is live'])
  })

  test('too few: it says which group, and no button asks for an approval', () => {
    const author = { because: 'author', revision: '4f9c2e1' } as const
    const of = where({ forbidden: ['U0ANA', 'U0CHEN'].map((userId) => ({ userId, ...author })) })
    expect(lines(of)[0]).toBe('# ⏸ No approver in Slack: shop-web to Production')
    expect(joined(of)).toContain(
      'Not enough approvers: engineers can give 0 of 1. Approve it in the AWS console. You can reject it here.',
    )
    expect(labels(of)).toEqual(['Reject…', 'Open in AWS', 'Tell me when it is live'])
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
    expect(labels(of)).toEqual(['Approve…', 'Reject…', 'Open in AWS', 'Tell me when it is live'])
  })

  test('stand-ins, once it was escalated', () => {
    const timing = { ...TIMING, escalate: { after: MINUTE, channel: null, people: ['U0GIL', 'U0HAL'] } }
    const line = 'Escalated (Mon, Nov 23 at 09:30 UTC): @U0GIL and @U0HAL can now approve for any group.'
    expect(lines(where({}, { timing }, approval({ escalatedAt: START })))).toContain(line)
    expect(lines(where({}, { timing }))).not.toContain(line)
    expect(lines(where({}, { timing, frozen: WEEKEND }, approval({ escalatedAt: START })))).toContain(
      line.replace('can now approve for any group', 'can approve for any group once the freeze ends'),
    )
  })

  test('stand-ins, in a line of their own and not in each group’s', () => {
    const timing = { ...TIMING, escalate: { after: MINUTE, channel: null, people: ['U0GIL', 'U0ANA', 'U0HAL'] } }
    const rules = [rule('managers', ['U0DANA', 'U0GIL', 'U0ANA', 'U0HAL']), rule('lawyers', ['U0GIL', 'U0HAL'])]
    const forbidden = [{ userId: 'U0ANA', because: 'author', revision: null }] as const
    const of = where({ rules, forbidden }, { timing }, approval({ escalatedAt: START, votes: [vote('U0HAL')] }))
    expect(lines(of).slice(2, 5)).toEqual([
      '✓ managers: @U0HAL (Mon, Nov 23 at 09:35 UTC)',
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

  test('waits because many clicked at once: it says so, and names neither Slack nor KMS', () => {
    const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
    const click = { who: actor('U0ANA'), act, at: START, waitsFor: 'others' } as const
    const told = lines(approval({ deferredClicks: [click] }))
    expect(told).toContain('Checking @U0ANA’s approval: many people clicked at once.')
    expect(told.join()).not.toMatch(/Slack is slow|KMS/)
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
        '✓ QA: @U0CHEN (Mon, Nov 23 at 09:35 UTC)',
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
    expect(told).toContain('○ all (40 of 50): @U0P0 (Mon, Nov 23 at 09:35 UTC)')
    expect(told).toMatch(/\d+ more approvals/)
    expect(told).toMatch(/\d+ more groups/)
    expect(message(of).text).toContain('40 of 59 approved, waiting for all (10), more, more, more, and 6 more groups.')
  })
})
