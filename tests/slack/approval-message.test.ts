import type { Approval } from '../../functions/domain/approval.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import { released, settled, withProblem } from '../../functions/domain/approval.ts'
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

const SMALL_PRINT = 'shop-web › Production › Approve · shop-prod (111122223333), eu-west-1'

const message = (of: Approval, more: Partial<ApprovalCard> = {}) => {
  const rendered = approvalMessage(cardOf(of, more))
  expect(messageProblems(rendered)).toEqual([])
  return rendered
}

const lines = (of: Approval, more: Partial<ApprovalCard> = {}) => asText(message(of, more)).split('\n')
const buttons = (of: Approval, more: Partial<ApprovalCard> = {}) => {
  const blocks = message(of, more).blocks.filter((block) => block.type === 'actions')
  return blocks.flatMap(({ elements }) => elements).filter((element) => element.type === 'button')
}

describe('while it waits', () => {
  test('it asks for a decision and tells what, who and until when', () => {
    expect(lines(approval())).toEqual([
      '# Release shop-web to Production?',
      '2 changes since the last release, 2026-11-21 09:30 UTC · <Compare>',
      '- <4f9c2e1>  Fix rounding in basket totals · Ana',
      '- <b01d7aa>  Add gift cards (#412) · Ben',
      'Needs release managers 0 of 1 · still needed: @U0DANA or @U0ELI',
      'Needs engineers 0 of 1 · still needed: @U0ANA or @U0CHEN',
      `(Started by Ana’s push · ${SMALL_PRINT} | Expires <!date^1796031000^{date_short_pretty} at {time}|2026-11-30 09:30 UTC>)`,
      '[Approve…] [Reject…] [Open in AWS]',
    ])
  })

  test('its notification stands alone', () => {
    expect(message(approval()).text).toBe(
      'Release shop-web to Production? 4f9c2e1 Fix rounding in basket totals by Ana. ' +
        'Needs 1 from release managers and 1 from engineers. Expires 2026-11-30 09:30 UTC.',
    )
  })

  test('everybody sees who has approved, and who is still needed', () => {
    const one = voted(approval(), POLICY, vote('U0CHEN', 'Approved', { comment: 'checked on staging' }))
    expect(lines(one)).toEqual(
      expect.arrayContaining([
        'Needs release managers 0 of 1 · still needed: @U0DANA or @U0ELI',
        'Needs engineers 1 of 1 · ✓ @U0CHEN 09:35 “checked on staging” · complete',
      ]),
    )
    expect(message(one).text).toContain('Needs 1 from release managers. Expires')
  })

  test('it quotes what the pipeline’s author wrote, with their link', () => {
    const request = { customData: 'Check the basket first.', reviewUrl: 'https://staging.example/basket' }
    const asked = approval({ request })
    expect(lines(asked)).toContain('> Check the basket first.  <Review link>')
    expect(addresses(message(asked).blocks)).toContain('https://staging.example/basket')
    expect(lines(approval({ request: { customData: null, reviewUrl: 'javascript:alert(1)' } }))).toContain(
      '> Review link',
    )
  })

  test('it warns of a newer change that waits behind it', () => {
    const newer = { executionId: '9aa01bc0-1', revision: revision('9aa01bc', 'Hotfix'), startedAt: START - 4 * MINUTE }
    expect(lines(approval({ newer }))).toContain(
      '⚠ A newer change is waiting behind this approval: <9aa01bc>  Hotfix · Ana, 2026-11-23 09:26 UTC. Approving releases the older one.',
    )
    expect(lines(approval({ newer: { ...newer, revision: null, startedAt: null } }))).toContain(
      '⚠ A newer change is waiting behind this approval: execution 9aa01bc0. Approving releases the older one.',
    )
  })

  test('it says so when it is stuck', () => {
    expect(lines(withProblem(approval(), 'Slack: not_in_channel', START))).toContain(
      'It is stuck. Slack: not_in_channel',
    )
  })
})

describe('what would be released', () => {
  const change = (more: Partial<Approval['change']>) => lines(approval({ change: { ...approval().change, ...more } }))

  test('for the first time', () => {
    expect(change({ since: null })).toEqual(
      expect.arrayContaining([
        'The first release to Production that is on record',
        '- <4f9c2e1>  Fix rounding in basket totals · Ana',
      ]),
    )
  })

  test('once more, or rolled back to', () => {
    const since = { ...approval().change.since!, included: [] }
    expect(change({ since })[1]).toMatch(/^The same revision as the last release, /)
    expect(change({ since })[2]).toBe('- <4f9c2e1>  Fix rounding in basket totals · Ana')
  })

  test('when it is one, or more than fit', () => {
    const since = approval().change.since!
    expect(change({ since: { ...since, included: [ROUNDING] } })[1]).toMatch(/^1 change since the last release/)
    const many = [ROUNDING, CARDS, ROUNDING, CARDS, ROUNDING]
    expect(change({ since: { ...since, included: many, more: true } })[1]).toMatch(/^More than 5 changes since/)
  })

  test('from several sources lists them all, and counts those that do not fit', () => {
    const sources = Array.from({ length: 9 }, (_, index) => revision(`${index}`, `Source ${index}`))
    const told = change({ revisions: sources, since: null })
    expect(told).toContain('- <5000000>  Source 5 · Ana')
    expect(told).toContain('- and 3 more changes')
  })

  test('when no source tells', () => {
    expect(change({ revisions: [], since: null })[1]).toBe('Its source tells nothing about what would be released.')
    expect(message(approval({ change: { revisions: [], since: null, authors: [] } })).text).toMatch(
      /^Release shop-web to Production\? Needs/,
    )
  })
})

describe('who may approve', () => {
  const joined = (of: Approval) => lines(of).join('\n')
  const labels = (of: Approval) => buttons(of).map(({ text }) => text.text)

  test('nobody, where no route matches: there is no button, and the console is named', () => {
    const told = lines(approval({ resolvedPolicy: null }), { route: null })
    expect(told[0]).toBe('# Release shop-web to Production?')
    expect(told).toContain(
      'Nobody may approve this in Slack: no route in greenlight.yml matches it. It can be decided in the AWS console.',
    )
    expect(told.at(-1)).toBe('[Open in AWS]')
    expect(message(approval({ resolvedPolicy: null }), { route: null }).text).toContain(
      'Nobody may approve it in Slack.',
    )
  })

  test('nobody, where the route names nobody', () => {
    const told = lines(under(approval(), policy([])))
    expect(told.join('\n')).toContain('its route in greenlight.yml names no approvers')
    expect(told.at(-1)).toBe('[Open in AWS]')
  })

  test('nobody here, where the stage is decided in the console only: it says why, and nothing else is in the way', () => {
    const of = where({ consoleOnly: 'payments are released by two signatures', unread: ['x'] })
    expect(joined(of)).toContain('Decided in the AWS console only: payments are released by two signatures.')
    expect(joined(of)).not.toMatch(/Needs|Not everybody/)
    expect(labels(of)).toEqual(['Open in AWS'])
    expect(message(of).text).toContain('Decided in the AWS console only: payments are released')
  })

  test.each<[string, Approval, string]>([
    [
      'of two',
      under(approval(), policy([rule('managers', ['U0DANA', 'U0ELI'])])),
      'Needs managers 0 of 1 · still needed: @U0DANA or @U0ELI',
    ],
    ['alone', under(approval(), policy([rule('managers', ['U0DANA'])])), 'still needed: @U0DANA'],
    [
      'all of them',
      under(approval(), policy([rule('managers', ['U0DANA', 'U0ELI'], 2)])),
      'still needed: @U0DANA and @U0ELI',
    ],
    [
      'some of them',
      under(approval(), policy([rule('managers', ['U0A', 'U0B', 'U0C'], 2)])),
      'still needed: 2 of @U0A, @U0B and @U0C',
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
      'still needed: @U0P0, @U0P1, @U0P2, @U0P3 or 46 more',
    ],
    [
      'also who would free somebody for it',
      under(
        approval({ votes: [vote('U0BOTH')] }),
        policy([rule('managers', ['U0BOTH']), rule('engineers', ['U0BOTH', 'U0CHEN'])]),
      ),
      'Needs engineers 0 of 1 · still needed: @U0CHEN',
    ],
    [
      'also who would free somebody, where nobody else is left',
      under(
        approval({ votes: [vote('U0BOTH'), vote('U0ANA')] }),
        policy([rule('engineers', ['U0BOTH', 'U0ANA', 'U0CHEN'], 2), rule('managers', ['U0BOTH'])]),
      ),
      'Needs managers 0 of 1 · @U0CHEN can free somebody for it',
    ],
    [
      'also who would free somebody for it, and not for another group that is missing',
      under(
        approval({ votes: [vote('U0BOTH')] }),
        policy([
          rule('lawyers', ['U0LEA']),
          rule('managers', ['U0BOTH', 'U0ELI']),
          rule('engineers', ['U0BOTH', 'U0ANA']),
        ]),
      ),
      [
        'Needs lawyers 0 of 1 · still needed: @U0LEA',
        'Needs managers 1 of 1 · ✓ @U0BOTH 09:35 · complete',
        'Needs engineers 0 of 1 · still needed: @U0ANA · @U0ELI can free somebody for it',
      ].join('\n'),
    ],
    [
      'also several who would free one, of whom one is enough',
      under(
        approval({ votes: [vote('U0BOTH')] }),
        policy([
          rule('managers', ['U0BOTH', 'U0ELI', 'U0FAY']),
          rule('engineers', ['U0BOTH', 'U0ANA', 'U0CHEN', 'U0DANA'], 2),
        ]),
      ),
      'still needed: 2 of @U0ANA, @U0CHEN and @U0DANA · @U0ELI or @U0FAY can free somebody for it',
    ],
    [
      'all but the author',
      where({ forbidden: [{ userId: 'U0ANA', because: 'author', revision: '4f9c2e1' }] }),
      'Needs engineers 0 of 1 · still needed: @U0CHEN',
    ],
  ])('is named, %s', (_, of, line) => expect(joined(of)).toContain(line))

  test('and who of them may not, though a rule names them', () => {
    const of = where({
      forbidden: [
        { userId: 'U0ANA', because: 'author', revision: '4f9c2e1' },
        { userId: 'U0ANA', because: 'starter', revision: null },
        { userId: 'U0DANA', because: 'starter', revision: null },
        { userId: 'U0NOBODY', because: 'author', revision: null },
      ],
    })
    expect(lines(of)).toContain('May not approve their own change: @U0ANA (wrote 4f9c2e1), @U0DANA (started it)')
  })

  const BEN = { because: 'author', name: 'Ben Okafor', revision: 'b01d7aa' } as const

  test('nobody, where somebody unknown wrote it: it says who, and what opens it, and it can be rejected', () => {
    const of = where({ unidentified: [BEN, { because: 'starter', name: null, revision: null }] })
    expect(lines(of)).toContain(
      'Nobody may approve this in Slack: nobody here is known for whoever wrote b01d7aa (Ben Okafor) and whoever ' +
        'started it, who may not approve their own change. It can be rejected here, or decided in the AWS console. ' +
        'Naming them under “people” in greenlight.yml opens it.',
    )
    expect(labels(of)).toEqual(['Reject…', 'Open in AWS'])
    expect(message(of).text).toContain('Nobody may approve it in Slack.')
  })

  test('anybody, where the route allows an unknown author, and it says what that means', () => {
    const of = where({ whenUnidentified: 'allow', unidentified: [{ ...BEN, name: null, revision: null }] })
    expect(lines(of)).toContain(
      'Nobody in Slack is known for whoever wrote the earlier changes, ' +
        'so nothing keeps them from approving their own change.',
    )
    expect(labels(of)).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
  })

  test('too few: it cannot be approved, and nobody is offered to', () => {
    const author = { because: 'author', revision: '4f9c2e1' } as const
    const of = where({ forbidden: ['U0ANA', 'U0CHEN'].map((userId) => ({ userId, ...author })) })
    expect(joined(of)).toContain('Too few people may approve this, so its rules cannot be met.')
    expect(labels(of)).toEqual(['Reject…', 'Open in AWS'])
  })

  test('more than Slack tells: what it does not tell is named, and whoever is known may go on', () => {
    const of = where({ rules: [rule('managers', [])], unread: ['Slack does not say who is in S0RELMGRS (timeout)'] })
    expect(joined(of)).toContain(
      'Not everybody is known who may approve: Slack does not say who is in S0RELMGRS (timeout).',
    )
    expect(labels(of)).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
  })

  test('more people, once it was escalated', () => {
    const timing = { ...TIMING, escalate: { after: MINUTE, channel: null, people: ['U0GIL', 'U0HAL'] } }
    const line = 'Escalated 2026-11-23 09:30 UTC: @U0GIL and @U0HAL may stand in for anybody missing.'
    expect(lines(where({}, { timing }, approval({ escalatedAt: START })))).toContain(line)
    expect(lines(where({}, { timing }))).not.toContain(line)
  })

  test('is being found out for a click that had to wait', () => {
    const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
    const deferredClicks = [
      { who: actor('U0ANA'), act, at: START },
      { who: actor('U0ELI'), act: { do: 'take-newer' } as const, at: START },
    ]
    expect(lines(approval({ deferredClicks }))).toContain(
      'Being checked: @U0ANA’s approval, @U0ELI’s choice of the newer change. Slack is slow to say who is who.',
    )
  })

  test('many groups and many people are counted where they cannot all be listed', () => {
    const members = Array.from({ length: 40 }, (_, index) => `U0P${index}`)
    const votes = members.map((person) => vote(person, 'Approved', { comment: 'y'.repeat(300) }))
    const rules = [rule('everybody', members, 50), ...Array.from({ length: 9 }, () => rule('more', ['U0X']))]
    const told = lines(under(approval({ votes }), policy(rules))).join('\n')
    expect(told).toContain('Needs everybody 40 of 50 · ✓ @U0P0')
    expect(told).toMatch(/and \d+ more approvals/)
    expect(told).toMatch(/and \d+ more groups of approvers/)
  })
})

describe('while a freeze holds', () => {
  const labels = (of: Approval) => buttons(of).map(({ text }) => text.text)

  test('it says until when, which and where, and who can break glass; nobody is offered to approve', () => {
    expect(lines(frozen())).toContain(
      'Frozen until 2026-11-25 09:30 UTC (weekend freeze, Europe/London). @U0ELI or @U0DANA can break glass.',
    )
    expect(labels(frozen())).toEqual(['Reject…', 'Break glass…', 'Open in AWS'])
    expect(message(frozen()).text).toContain('Frozen until 2026-11-25 09:30 UTC (weekend freeze). Expires')
  })

  test('without an end and without anybody to break glass, it says so', () => {
    const endless = where({}, { frozen: { name: 'audit', zone: 'UTC', until: null } })
    expect(lines(endless)).toContain('Frozen until further notice (audit, UTC). Nobody is named who can break glass.')
    expect(labels(endless)).toEqual(['Reject…', 'Open in AWS'])
  })

  test('broken glass is in sight for good, in words, and it can be approved', () => {
    const broken = { ...frozen(), override: GLASS }
    expect(lines(broken).slice(0, 3)).toEqual([
      '# Release shop-web to Production?',
      '🚨 Glass broken by @U0ELI 2026-11-23 09:30 UTC: “the shop is down”',
      'The freeze (weekend freeze) does not hold for this approval. Its rules still do.',
    ])
    expect(lines(broken).join('\n')).not.toContain('Frozen until')
    expect(labels(broken)).toEqual(['Approve…', 'Reject…', 'Open in AWS'])
    expect(message(broken).text).toMatch(
      /^Release shop-web to Production\? Glass broken by Eli Brandt: the shop is down\./,
    )
    const over = settled({ ...deciding(), override: GLASS }, { how: 'slack', verdict: 'Approved' }, START)
    expect(lines(over)[1]).toMatch(/^🚨 Glass broken by @U0ELI/)
    expect(message(over).text).toMatch(/Glass broken by Eli Brandt: the shop is down\.$/)
  })

  test('glass that was broken for a freeze does not hold in the next', () => {
    const next = where(
      { breakGlass: ['U0ELI'] },
      { frozen: { name: 'audit', zone: 'UTC', until: null }, at: GLASS.frozen.until! },
    )
    expect(lines({ ...next, override: GLASS }).join('\n')).toContain('Frozen until further notice (audit, UTC).')
  })
})

describe('as a new message', () => {
  test.each<[string, Approval]>([
    ['asked', approval()],
    ['frozen', frozen()],
    [
      'escalated, noted and half approved',
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
  ])('it mentions nobody, since it would ping them: %s', (_, of) => {
    const silent = approvalMessage(cardOf(of), { mentions: false })
    expect(messageProblems(silent)).toEqual([])
    expect(people(silent)).toEqual([])
    expect(people(message(of))).not.toEqual([])
    expect(silent.text).toBe(message(of).text)
  })

  test('it tells names that it knows, and how many people else', () => {
    const told = asText(
      approvalMessage(cardOf({ ...voted(frozen(), POLICY, vote('U0DANA')), override: null }), { mentions: false }),
    )
    expect(told).toContain('Needs release managers 1 of 1 · ✓ dana 09:35 · complete')
    expect(asText(approvalMessage(cardOf(frozen()), { mentions: false }))).toContain('2 people can break glass.')
  })
})

describe('the buttons', () => {
  test('carry the approval’s id and no more, and tell a screen reader what they are about', () => {
    expect(
      buttons(approval()).map(({ action_id, value, style, accessibility_label }) => [
        action_id,
        value,
        style,
        accessibility_label,
      ]),
    ).toEqual([
      ['approve', '3f9ac2d1'.repeat(4), 'primary', 'Approve the release of shop-web to Production'],
      ['reject', '3f9ac2d1'.repeat(4), 'danger', 'Reject the release of shop-web to Production'],
      ['open-console', undefined, undefined, 'Open shop-web in the AWS console'],
    ])
  })

  test('ask once more before an approval that takes no comment', () => {
    const [approve, reject] = buttons(approval(), { route: { ...ROUTE, comment: 'none' } })
    expect(approve).toMatchObject({
      text: { text: 'Approve' },
      confirm: { title: { text: 'Release to Production?' }, text: { text: 'This releases shop-web to Production.' } },
    })
    expect(reject).not.toHaveProperty('confirm')
    expect(buttons(approval())[0]).not.toHaveProperty('confirm')
  })

  test('offer to withdraw once somebody has approved, after asking', () => {
    const [, , withdraw] = buttons(voted(approval(), POLICY, vote('U0CHEN')))
    expect(withdraw).toMatchObject({
      action_id: 'withdraw',
      text: { text: 'Withdraw my approval' },
      accessibility_label: 'Withdraw your approval of shop-web to Production',
      confirm: { title: { text: 'Withdraw your approval?' }, confirm: { text: 'Withdraw' } },
    })
  })

  test('offer the newer change where one waits, after asking', () => {
    const newer = { executionId: 'e2', revision: revision('9aa01bc', 'Hotfix'), startedAt: START }
    expect(buttons(approval({ newer }))[0]).toMatchObject({
      action_id: 'take-newer',
      text: { text: 'Reject this, take the newer one' },
      confirm: {
        title: { text: 'Take the newer one?' },
        text: {
          text:
            'This rejects shop-web to Production with 4f9c2e1 Fix rounding in basket totals. ' +
            'The newer change, 9aa01bc Hotfix, is asked about next.',
        },
      },
    })
    const inConsole = where({ consoleOnly: 'so it is' }, {}, approval({ newer }))
    expect(buttons(inConsole).map(({ action_id }) => action_id)).toEqual(['open-console'])
  })

  test('have ids of their own', () => {
    const newer = { executionId: 'e2', revision: null, startedAt: null }
    const all = buttons({ ...frozen(), votes: [vote('U0CHEN')], newer }).map(({ action_id }) => action_id)
    expect(all).toEqual(['take-newer', 'reject', 'break-glass', 'withdraw', 'open-console'])
  })

  test('the token is nowhere', () => {
    expect(JSON.stringify(message(approval()))).not.toContain(approval().token)
  })
})

describe('once it is decided', () => {
  const rejected = () => voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))

  test('it says who decided, and that AWS is being told', () => {
    expect(lines(deciding()).slice(0, 3)).toEqual([
      '# Approving: shop-web to Production',
      'Approved by @U0DANA and @U0CHEN “checked on staging”',
      'Approving… AWS CodePipeline is being told.',
    ])
    expect(lines(deciding()).at(-1)).toBe('[Open in AWS]')
    expect(lines(rejected())[1]).toBe('Rejected by @U0ELI “not today”')
    expect(message(rejected()).text).toBe(
      'Rejecting: shop-web to Production. 4f9c2e1 Fix rounding in basket totals by Ana. Rejected by eli: not today.',
    )
  })

  const end = (of: Approval, outcome: Outcome) => settled(of, outcome, START + 12 * MINUTE)
  const AFTER = ' · 12 m after it was asked'

  test.each<[string, Approval, string, string]>([
    [
      'approved here',
      end(deciding(), { how: 'slack', verdict: 'Approved' }),
      '# Releasing shop-web to Production',
      `Approved by @U0DANA and @U0CHEN “checked on staging”${AFTER}`,
    ],
    [
      'rejected here',
      end(rejected(), { how: 'slack', verdict: 'Rejected' }),
      '# Rejected: shop-web to Production',
      `Rejected by @U0ELI “not today”${AFTER}`,
    ],
    [
      'approved in the console',
      end(approval(), { how: 'console', verdict: 'Approved', by: 'dana', summary: 'fine' }),
      '# Releasing shop-web to Production',
      `Approved in the AWS console by dana “fine”${AFTER}`,
    ],
    [
      'rejected in the console by nobody knows whom',
      end(approval(), { how: 'console', verdict: 'Rejected', by: null, summary: null }),
      '# Rejected: shop-web to Production',
      `Rejected in the AWS console${AFTER}`,
    ],
    [
      'expired',
      end(approval(), { how: 'expired' }),
      '# Expired: shop-web to Production',
      `Nobody answered in time, so CodePipeline rejected it${AFTER}`,
    ],
    [
      'expired with too few approvals',
      end(voted(approval(), POLICY, vote('U0DANA')), { how: 'expired' }),
      '# Expired: shop-web to Production',
      `Not enough people approved in time, so CodePipeline rejected it${AFTER}`,
    ],
    [
      'stopped',
      end(approval(), { how: 'stopped', by: 'dana', reason: 'wrong branch' }),
      '# Stopped: shop-web to Production',
      `The execution was stopped in AWS by dana “wrong branch”${AFTER}`,
    ],
    [
      'edited away',
      end(approval(), { how: 'pipeline-edited' }),
      '# Canceled: shop-web to Production',
      `The pipeline was changed, and CodePipeline canceled the approval${AFTER}`,
    ],
  ])('%s, it is a record without buttons to decide', (_, of, headline, who) => {
    const told = lines(of)
    expect(told.slice(0, 2)).toEqual([headline, who])
    expect(told.at(-1)).toBe('[Open in AWS]')
    expect(told.at(-2)).toContain('Asked <!date^')
    expect(told.join('\n')).not.toMatch(/Needs|Expires|\?/)
  })

  test.each<[Outcome, string]>([
    [{ how: 'console', verdict: 'Rejected', by: 'dana', summary: null }, 'It was rejected in the AWS console by dana.'],
    [{ how: 'expired' }, 'It was not answered in time.'],
    [{ how: 'stopped', by: null, reason: null }, 'It was stopped in AWS.'],
    [{ how: 'pipeline-edited' }, 'It was canceled, because the pipeline was changed.'],
  ])('a screen reader hears how it ended: %j', (outcome, sentence) => {
    expect(message(end(approval(), outcome)).text).toMatch(new RegExp(`Ana\\. ${sentence}$`))
  })

  test('it follows the release to its end', () => {
    const approved = end(deciding(), { how: 'slack', verdict: 'Approved' })
    const at = START + 20 * MINUTE
    expect(lines(approved)[2]).toBe('Deploying…')
    const live = released(approved, { name: 'live', at, summary: null }, at)
    expect([lines(live)[0], lines(live)[2]]).toEqual([
      '# Released shop-web to Production',
      'Live since 2026-11-23 09:50 UTC',
    ])
    const failed = released(approved, { name: 'failed', at, summary: 'validate.sh exited 1' }, at)
    expect([lines(failed)[0], lines(failed)[2]]).toEqual([
      '# Approved, but the release of shop-web to Production failed',
      'Failed 2026-11-23 09:50 UTC: validate.sh exited 1',
    ])
    const stopped = released(approved, { name: 'stopped', at, summary: null }, at)
    expect([lines(stopped)[0], lines(stopped)[2]]).toEqual([
      '# Approved, but the release of shop-web to Production was stopped',
      'Stopped 2026-11-23 09:50 UTC',
    ])
  })
})
