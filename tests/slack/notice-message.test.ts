import type { Approval } from '../../functions/domain/approval.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import { settled } from '../../functions/domain/approval.ts'
import type { NoticeKind } from '../../functions/domain/notice.ts'
import type { Since } from '../../functions/domain/revision.ts'
import { noticeMessage } from '../../functions/slack/notice-message.ts'
import {
  CARDS,
  CHANGE,
  DAY,
  MINUTE,
  POLICY,
  RELEASED,
  ROUNDING,
  START,
  acted,
  actor,
  approval,
  deciding,
  policy,
  rule,
  under,
  vote,
  voted,
} from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { addresses, answerProblems, people } from '../support/block-kit-limits.ts'
import { GLASS, ROUTE, WARNED, frozen } from '../support/cards.ts'

type Reported = Extract<Approval['tests'], { kind: 'reported' }>

const LINK = 'https://slack.example/archives/C0RELEASES/p11'

const placed = (of: Approval = approval()): Approval => ({
  ...of,
  showing: { ...of.showing, place: { channel: 'C0RELEASES', ts: '1.1', link: LINK } },
})

const message = (kind: NoticeKind, of: Approval, mention: readonly string[] = [], channel: string | null = null) => {
  const notice = { kind, key: `${kind}-1`, dueAt: START, channel }
  const said = noticeMessage({
    kind: 'notice',
    notice,
    approval: of,
    route: ROUTE,
    consoleUrl: 'https://console.example/shop-web',
    mention,
  })
  expect(answerProblems(said)).toEqual([])
  expect([...new Set(people(said))].length).toBeLessThanOrEqual(21)
  return said
}
const lines = (...args: Parameters<typeof message>) => asText(message(...args)).split('\n')

/** The time at which it is sent, two days before the end. */
const NOW = START + 5 * DAY
const at = (now: number, of: Approval = approval()): Approval =>
  placed({ ...of, resolvedPolicy: { ...of.resolvedPolicy!, at: now } })

const CHANGES = '2 changes: Fix rounding in basket totals · Ana · <4f9c2e1> and 1 more'

test('a reminder says which approval waits, what is missing and until when, and last whom it is for', () => {
  expect(lines('reminder', placed(), ['U0DANA', 'U0ELI'])).toEqual([
    '⏸ Still waiting since Mon, Nov 23 at 09:30 UTC: shop-web to Production',
    '0 of 2 approved, waiting for release managers and engineers · expires Mon, Nov 30 at 09:30 UTC',
    CHANGES,
    'For @U0DANA and @U0ELI',
  ])
})

test('its text counts from the time at which it is sent, and begins with the news', () => {
  const said = message('reminder', at(NOW), ['U0DANA', 'U0ELI']).text.replaceAll('\u00a0', ' ')
  expect(said.split('\n')).toEqual([
    'Still waiting after 5 days: shop-web to Production',
    '0 of 2 approved, waiting for release managers and engineers · expires in 2 days',
    CHANGES.replace(/[<>]/g, ''),
    'For <@U0DANA> and <@U0ELI>',
  ])
})

test.each<[string, Partial<Since> | null, string]>([
  ['one change', { included: [ROUNDING], count: 1 }, 'Fix rounding in basket totals · Ana · <4f9c2e1>'],
  [
    'more than are known',
    { count: 300, more: true },
    'More than 300 changes: Fix rounding in basket totals · Ana · <4f9c2e1> and 299 more',
  ],
  [
    'the same again, from two sources',
    { included: [], count: 0 },
    'No new change: Fix rounding in basket totals · Ana · <4f9c2e1> and 1 more',
  ],
  ['the first, from two sources', null, '2 changes: Fix rounding in basket totals · Ana · <4f9c2e1> and 1 more'],
])('it names one change and counts the others: %s', (_, since, line) => {
  const of = approval({
    change: { ...CHANGE, revisions: [ROUNDING, CARDS], since: since && { ...CHANGE.since!, ...since } },
  })
  expect(lines('reminder', placed(of))).toContain(line)
})

test.each<[NoticeKind, string]>([
  ['direct', 'U0DANA'],
  ['escalation', 'C0LEADS'],
])('beside its buttons, a notice warns as the request does: %s', (kind, channel) => {
  const of = placed(WARNED.approval)
  const said = message(kind, of, [], channel)
  expect(
    asText(said)
      .split('\n')
      .filter((line) => line.startsWith('⚠')),
  ).toEqual(WARNED.warnings.map((line) => `⚠ ${line}`))
  expect(said.text.replaceAll('\u00a0', ' ').split('\n')).toEqual(
    expect.arrayContaining(WARNED.warnings.map((line) => line.replaceAll(/[<>]/g, ''))),
  )
  const ended = settled(of, { how: 'expired' }, START)
  expect(lines(kind, ended, [], channel).join('\n')).not.toContain('⚠')
})

test('with links too long for a message, a notice keeps the words of its warnings', () => {
  const url = `https://example.com/${'x'.repeat(2_900)}`
  const { tests, changeSets, newer, change } = WARNED.approval
  const said = message(
    'direct',
    placed({
      ...WARNED.approval,
      changeSets: changeSets!.map((one) => ({ ...one, url })),
      tests: { ...(tests as Reported), count: 3, reports: ['a', 'b', 'c'].map((name) => ({ arn: name, name, url })) },
      newer: { ...newer!, revision: { ...newer!.revision!, url } },
      change: { ...change, since: { ...change.since!, newer: { ...RELEASED, url } } },
    }),
    [],
    'U0DANA',
  )
  expect(asText(said)).toContain('⚠ A newer change waits: Hotfix · Ana · 9aa01bc. ')
})

test('in the approval’s own thread, where the warnings are right above, an escalation has none', () => {
  expect(lines('escalation', placed(WARNED.approval)).join('\n')).not.toContain('⚠')
})

test('in a sequence, a later group reads that its turn has come, and what has become of it', () => {
  const inTurn = policy([rule('QA', ['U0ANA']), rule('product owners', ['U0DANA'])], { order: 'sequence' })
  const turn = (of: Approval, mention: string[] = []) => {
    const card = { ...{ route: ROUTE, consoleUrl: 'https://console.example/shop-web', mention }, approval: of }
    return asText(
      noticeMessage({ kind: 'notice', notice: { kind: 'turn', key: 'turn-2', dueAt: START, channel: null }, ...card }),
    )
  }
  const qa = placed(voted(approval(), inTurn, vote('U0ANA')))
  expect(turn(qa, ['U0DANA']).split('\n')).toEqual([
    '⏸ product owners can approve now: shop-web to Production',
    '1 of 2 approved, waiting for product owners · expires Mon, Nov 30 at 09:30 UTC',
    CHANGES,
    'For @U0DANA',
  ])
  const inFreeze = under(frozen([], voted(approval(), inTurn, vote('U0ANA'))), inTurn)
  expect(turn(placed(inFreeze)).split('\n')[0]).toBe('⏸ Waiting for product owners: shop-web to Production')
  const withdrawn = placed(under(approval(), inTurn))
  expect(turn(withdrawn).split('\n')[0]).toBe('⏸ Waiting for QA and product owners: shop-web to Production')
  expect(turn(settled(qa, { how: 'expired' }, START)).split('\n')[0]).toBe('✗ Expired: shop-web to Production')
})

test('a direct message to a person who is not needed any more says what the approval waits for, and is never without a reason', () => {
  const direct = (of: Approval): string[] => {
    const notice = { kind: 'direct', key: 'direct-U0DANA', dueAt: START, channel: 'U0DANA' } as const
    const card = { route: ROUTE, consoleUrl: 'https://console.example/shop-web', mention: [], approval: of }
    return asText(noticeMessage({ kind: 'notice', notice, ...card })).split('\n')
  }
  const night = { notBefore: START + 14 * 3_600_000 }
  const both = placed({ ...under(approval(), POLICY), votes: [vote('U0DANA', 'Approved', night), vote('U0CHEN')] })
  expect(direct(placed())[0]).toBe('⏸ Your approval is needed: shop-web to Production')
  expect(direct(placed(voted(approval(), POLICY, vote('U0DANA'))))[0]).toBe(
    '⏸ Waiting for engineers: shop-web to Production',
  )
  expect(direct(both).slice(0, 3)).toEqual([
    '⏸ Approved, deploys later: shop-web to Production',
    'Approved. Deploys Mon, Nov 23 at 23:30 UTC, if nothing keeps it then.',
    '2 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
  ])
  const newer = { ...both, liveChangedAt: START + DAY }
  expect(direct(newer)[0]).toBe('⚠ Approve again? A newer change has come: shop-web to Production')
  expect(direct({ ...both, votes: both.votes.map(({ notBefore: _, ...given }) => given) })[0]).toBe(
    '⏸ Approved by enough people: shop-web to Production',
  )
})

test('a last call says what happens without the approvals', () => {
  const of = placed(voted(approval(), POLICY, vote('U0DANA')))
  expect(lines('last-call', of, ['U0CHEN'])).toEqual([
    '⏸ Last call: shop-web to Production expires Mon, Nov 30 at 09:30 UTC',
    'Without the required approvals CodePipeline rejects it.',
    '1 of 2 approved, waiting for engineers',
    CHANGES,
    'For @U0CHEN',
  ])
  const soon = message('last-call', at(START + 7 * DAY - 59 * MINUTE), ['U0CHEN'])
  expect(soon.text.replaceAll('\u00a0', ' ')).toMatch(/^Last call: shop-web to Production expires in 59 min\n/)
})

test('a last call of what is approved for a later time says what keeps it', () => {
  const night = { notBefore: START + 14 * 3_600_000 }
  const votes = [vote('U0DANA', 'Approved', night), vote('U0CHEN')]
  const kept = placed({ ...under(approval(), POLICY), votes, liveChangedAt: START + DAY })
  expect(lines('last-call', kept, ['U0DANA']).slice(0, 4)).toEqual([
    '⏸ Last call: shop-web to Production expires Mon, Nov 30 at 09:30 UTC',
    'Approved for Mon, Nov 23 at 23:30 UTC. It is not deployed until a person approves it again: a newer change has come since.',
    'If nothing is done, CodePipeline rejects it then.',
    '2 of 2 approved',
  ])
})

test.each(['reminder', 'last-call', 'escalation'] as const)('during a change freeze a %s says so', (kind) => {
  expect(lines(kind, placed(frozen()))).toContain('Change freeze “weekend freeze” until Wed, Nov 25 at 09:30 UTC.')
})

describe('an escalation', () => {
  test('in the thread tells the stand-ins what they can do', () => {
    expect(lines('escalation', at(START + 30 * MINUTE), ['U0GIL', 'U0HAL'])).toEqual([
      '⏸ Escalated: shop-web to Production has waited 30 min',
      '0 of 2 approved, waiting for release managers and engineers · expires Mon, Nov 30 at 09:30 UTC',
      CHANGES,
      '@U0GIL and @U0HAL, you can now approve for release managers or engineers.',
    ])
  })

  test('in another channel links to the approval, and has its buttons', () => {
    const said = message('escalation', at(START + 30 * MINUTE), ['U0GIL'], 'C0LEADS')
    expect(asText(said).split('\n').slice(-3)).toEqual([
      '@U0GIL, you can now approve for release managers or engineers.',
      '<Open the approval>',
      '[Approve…] [Reject…] [Open in AWS] [Tell me when it is live]',
    ])
    expect(addresses(said.blocks)).toContain(LINK)
    expect(said.text).toMatch(/^Escalated: shop-web to Production has waited /)
  })

  test('during a change freeze tells them that they can once it ends', () => {
    const inFreeze = (of: Approval) => lines('escalation', placed(of), ['U0GIL']).at(-1)
    expect(inFreeze(frozen())).toBe('@U0GIL, you can approve for release managers or engineers once the freeze ends.')
    const enough = [vote('U0DANA'), vote('U0CHEN')]
    expect(inFreeze({ ...frozen(), votes: enough })).toBe('@U0GIL, you can approve once the freeze ends.')
    expect(inFreeze({ ...frozen(), override: GLASS })).toBe(
      '@U0GIL, you can now approve for release managers or engineers.',
    )
  })

  test('in quiet hours mentions no one, and says the rest', () => {
    const said = lines('escalation', placed())
    expect(said[0]).toMatch(/^⏸ Escalated: /)
    expect(said.join('\n')).not.toContain('you can now')
  })
})

test('an override of a freeze is named with its reason, and the approvers who are missing are mentioned', () => {
  expect(lines('glass-broken', placed({ ...frozen(), override: GLASS }), ['U0DANA'])).toEqual([
    '⚠ Freeze overridden by Eli Brandt: shop-web to Production',
    '“the shop is down”',
    'The freeze no longer applies to this approval. The required approvals still do.',
    '0 of 2 approved, waiting for release managers and engineers',
    CHANGES,
    'For @U0DANA',
  ])
})

describe('the outcome', () => {
  const end = (of: Approval, outcome: Outcome) => placed(settled(of, outcome, START + 12 * MINUTE))
  const rejected = () => voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))
  const AGAIN = 'Nothing was deployed. Push a fix, or retry the stage in the AWS console, to request approval again.'
  const RETRY = 'Nothing was deployed. Retry the stage to request approval again.'

  test.each<[string, Approval, string[]]>([
    [
      'approved',
      end(deciding(), { how: 'slack', verdict: 'Approved' }),
      ['✓ Approved by dana and chen: shop-web to Production', 'chen: “checked on staging”', 'Deploying now.'],
    ],
    [
      'rejected',
      end(rejected(), { how: 'slack', verdict: 'Rejected' }),
      ['✗ Rejected by eli: shop-web to Production', '“not today”', AGAIN],
    ],
    [
      'approved in the console by a person whom AWS does not name',
      end(approval(), { how: 'console', verdict: 'Approved', by: null, summary: null }),
      ['✓ Approved in the AWS console: shop-web to Production', 'Deploying now.'],
    ],
    [
      'approved in the console',
      end(approval(), { how: 'console', verdict: 'Approved', by: 'dana', summary: null }),
      ['✓ Approved in the AWS console by dana: shop-web to Production', 'Deploying now.'],
    ],
    [
      'rejected in the console',
      end(approval(), { how: 'console', verdict: 'Rejected', by: 'dana', summary: 'no' }),
      ['✗ Rejected in the AWS console by dana: shop-web to Production', '“no”', AGAIN],
    ],
    [
      'rejected in the console by a person whom AWS does not name',
      end(approval(), { how: 'console', verdict: 'Rejected', by: null, summary: null }),
      ['✗ Rejected in the AWS console: shop-web to Production', AGAIN],
    ],
    [
      'expired with one approval of two',
      end(voted(approval(), POLICY, vote('U0DANA')), { how: 'expired' }),
      ['✗ Expired: shop-web to Production', `1 of 2 approved in time, so CodePipeline rejected it. ${RETRY}`],
    ],
    [
      'expired where no one could approve in Slack',
      end(approval({ resolvedPolicy: null }), { how: 'expired' }),
      ['✗ Expired: shop-web to Production', `Not approved in time, so CodePipeline rejected it. ${RETRY}`],
    ],
    [
      'stopped',
      end(approval(), { how: 'stopped', by: 'dana', reason: 'wrong branch' }),
      ['■ Stopped in AWS by dana: shop-web to Production', '“wrong branch”', 'Nothing was deployed.'],
    ],
    [
      'stopped by a person whom AWS does not name',
      end(approval(), { how: 'stopped', by: null, reason: null }),
      ['■ Stopped in AWS: shop-web to Production', 'Nothing was deployed.'],
    ],
    [
      'edited away',
      end(approval(), { how: 'pipeline-edited' }),
      [
        '■ Canceled: shop-web to Production',
        'The pipeline was edited, so CodePipeline canceled the approval. Nothing was deployed.',
      ],
    ],
    [
      'ended, and CodePipeline does not say how',
      end(approval(), { how: 'unknown', status: '' }),
      ['■ Ended: shop-web to Production', 'CodePipeline does not say how the approval ended. See the AWS console.'],
    ],
    [
      'out of reach',
      end(approval(), { how: 'unknown', status: '', isOutOfReach: true }),
      [
        '■ Closed: shop-web to Production',
        'Greenlight may not read the pipeline any more. The approval may still wait in the AWS console.',
      ],
    ],
  ])('%s, is sent to the person who started it', (_, of, told) => {
    expect(lines('outcome', of, ['U0ANA'])).toEqual([...told, 'For @U0ANA'])
    const spoken = message('outcome', of, ['U0ANA']).text.split('\n')
    expect([spoken[0], spoken.at(-1)]).toEqual([told[0]!.slice('✓ '.length), 'For <@U0ANA>'])
  })

  test('of a rejection or an expiry says that a newer change comes next, if one waited', () => {
    const newer = { executionId: 'e2e2e2e2-9', revision: CARDS, startedAt: null }
    const next = 'Nothing was deployed. Approval of the newer change is requested next: '
    const taken = acted(approval({ newer }), actor('U0ELI'), { do: 'take-newer' }, START)
    expect(lines('outcome', end(taken, { how: 'slack', verdict: 'Rejected' }))[2]).toBe(
      `${next}Add gift cards (<#412>) · Ben · <b01d7aa>`,
    )
    const unnamed = { ...newer, revision: null }
    expect(lines('outcome', end(approval({ newer: unnamed }), { how: 'expired' }))[1]).toBe(
      `0 of 2 approved in time, so CodePipeline rejected it. ${next}execution e2e2e2e2`,
    )
  })

  test('names the AWS console only where no one may retry a stage in Slack', () => {
    const may = { ...ROUTE.may, retry: { people: [], groups: ['S0ONCALL'] } }
    const said = noticeMessage({
      ...{ kind: 'notice', notice: { kind: 'outcome', key: 'outcome', dueAt: START, channel: null }, mention: [] },
      ...{
        approval: end(rejected(), { how: 'slack', verdict: 'Rejected' }),
        route: { ...ROUTE, may },
        consoleUrl: LINK,
      },
    })
    expect(asText(said)).toContain(AGAIN.replace(' in the AWS console', ''))
  })

  test('says that it deploys only where nothing can come before', () => {
    const approved = end(deciding(), { how: 'slack', verdict: 'Approved' })
    const ownStage = { ...approved, change: { ...approved.change, into: ['Live'] } }
    const held = { stage: 'Live', reason: '', since: null, userId: null, name: null }
    const told = (of: Approval) => lines('outcome', of).at(-2)
    expect(told(approved)).toBe('Deploying now.')
    expect(told({ ...approved, mayAskMore: true })).toBe('The pipeline goes on.')
    expect(told(ownStage)).toBe('The pipeline goes on.')
    expect(told({ ...ownStage, held })).toBe('Live is held, so nothing is deployed until it is resumed.')
    expect(told({ ...approved, held })).toBe('Deploying now.')
    const behind = { executionId: '9aa01bc0-4f2e', revision: null }
    expect(told({ ...ownStage, behind })).toBe('It waits behind execution 9aa01bc0.')
    expect(told({ ...approved, behind })).toBe('Deploying now.')
    expect(told({ ...approved, deployment: { name: 'running', waitsFor: ['Sign off'] } })).toBe(
      'The stage still waits for Sign off.',
    )
  })

  test('of many comments five are shown, and the rest is counted', () => {
    const members = Array.from({ length: 7 }, (_, index) => `U0P${index}`)
    const votes = members.map((person) => vote(person, 'Approved', { comment: 'fine' }))
    const many = under(approval({ votes }), policy([rule('all', members, 7)]))
    const told = lines('outcome', end(many, { how: 'slack', verdict: 'Approved' }))
    expect(told.filter((line) => line.endsWith('“fine”'))).toHaveLength(5)
    expect(told).toContain('2 more comments')
  })

  test('mentions no one in quiet hours, and never those who decided; it names them all', () => {
    const said = message('outcome', end(deciding(), { how: 'slack', verdict: 'Approved' }))
    expect(people(said)).toEqual([])
    expect(said.text).not.toContain('<@')
    expect(asText(said)).toContain('Approved by dana and chen')
    expect(asText(said)).toContain('By Ana’s push')
  })
})

test('of a crowd twenty are mentioned, and the rest is counted', () => {
  const crowd = Array.from({ length: 50 }, (_, index) => `U0P${index}`)
  const said = message('reminder', placed(), crowd)
  expect(people(said)).toEqual(crowd.slice(0, 20))
  expect(asText(said)).toContain('@U0P19, and 30 more')
})
