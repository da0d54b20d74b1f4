import type { Approval } from '../../functions/domain/approval.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import { settled } from '../../functions/domain/approval.ts'
import type { NoticeKind } from '../../functions/domain/notice.ts'
import { noticeMessage } from '../../functions/slack/notice-message.ts'
import { MINUTE, POLICY, START, approval, deciding, vote, voted } from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { addresses, answerProblems, people } from '../support/block-kit-limits.ts'
import { GLASS, ROUTE, frozen } from '../support/cards.ts'

const LINK = 'https://slack.example/archives/C0RELEASES/p11'

const placed = (of: Approval = approval()): Approval => ({
  ...of,
  showing: { ...of.showing, place: { channel: 'C0RELEASES', ts: '1.1', link: LINK } },
})

const message = (kind: NoticeKind, of: Approval, mention: readonly string[] = [], channel: string | null = null) => {
  const notice = { kind, key: `${kind}-1`, dueAt: START, channel }
  const said = noticeMessage({ kind: 'notice', notice, approval: of, route: ROUTE, mention })
  expect(answerProblems(said)).toEqual([])
  expect([...new Set(people(said))].length).toBeLessThanOrEqual(21)
  return said
}
const lines = (...args: Parameters<typeof message>) => asText(message(...args)).split('\n')

test('a reminder asks those who are still needed, and tells until when', () => {
  expect(lines('reminder', placed(), ['U0DANA', 'U0ELI'])).toEqual([
    '@U0DANA and @U0ELI: shop-web to Production still waits for an answer, asked 2026-11-23 09:30 UTC.',
    'Still needed: 1 from release managers and 1 from engineers. It expires 2026-11-30 09:30 UTC.',
  ])
})

test('a last call says what happens when nobody answers', () => {
  const of = placed(voted(approval(), POLICY, vote('U0DANA')))
  expect(lines('last-call', of, ['U0CHEN'])).toEqual([
    '@U0CHEN: Last call: shop-web to Production expires 2026-11-30 09:30 UTC.',
    'Still needed: 1 from engineers. Unanswered, CodePipeline rejects it.',
  ])
})

test.each(['reminder', 'last-call', 'escalation'] as const)('in a freeze a %s says that one holds', (kind) => {
  expect(lines(kind, placed(frozen()))).toContain('Frozen until 2026-11-25 09:30 UTC (weekend freeze, Europe/London).')
})

describe('an escalation', () => {
  test('in the thread says who may stand in from now on', () => {
    expect(lines('escalation', placed(), ['U0GIL', 'U0HAL'])).toEqual([
      '@U0GIL and @U0HAL: Escalated: shop-web to Production still waits.',
      'Too few have answered since 2026-11-23 09:30 UTC. Whoever is asked here may stand in for anybody missing.',
      'Still needed: 1 from release managers and 1 from engineers.',
    ])
  })

  test('in another channel says what is asked, and leads to the approval', () => {
    const said = message('escalation', placed(), ['U0GIL'], 'C0LEADS')
    expect(asText(said).split('\n')).toEqual([
      '@U0GIL: Release shop-web to Production? This was escalated to you.',
      '<4f9c2e1>  Fix rounding in basket totals · Ana',
      'Too few have answered since 2026-11-23 09:30 UTC. Whoever is asked here may stand in for anybody missing.',
      'Still needed: 1 from release managers and 1 from engineers. It expires 2026-11-30 09:30 UTC.',
      '<Answer where it was asked>',
    ])
    expect(addresses(said.blocks)).toContain(LINK)
    expect(said.text).toMatch(/^<@U0GIL>: Release shop-web to Production\? This was escalated to you\.\n/)
  })
})

test('broken glass is named with the reason, and those who are needed are called', () => {
  expect(lines('glass-broken', placed({ ...frozen(), override: GLASS }), ['U0DANA'])).toEqual([
    '@U0DANA: 🚨 Glass broken by Eli Brandt 2026-11-23 09:30 UTC: “the shop is down”',
    'The freeze (weekend freeze) does not hold for shop-web to Production any more; its rules still do. ' +
      'Still needed: 1 from release managers and 1 from engineers.',
  ])
})

describe('the outcome', () => {
  const end = (of: Approval, outcome: Outcome) => placed(settled(of, outcome, START + 12 * MINUTE))
  const rejected = () => voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))

  test.each<[string, Approval, string[]]>([
    [
      'approved',
      end(deciding(), { how: 'slack', verdict: 'Approved' }),
      [
        '@U0ANA: shop-web to Production was approved by dana and chen.',
        'chen: “checked on staging”',
        'Started by Ana’s push. It goes on now.',
      ],
    ],
    [
      'rejected',
      end(rejected(), { how: 'slack', verdict: 'Rejected' }),
      [
        '@U0ANA: shop-web to Production was rejected by eli.',
        'eli: “not today”',
        'Started by Ana’s push. It does not go on.',
      ],
    ],
    [
      'rejected in the console',
      end(approval(), { how: 'console', verdict: 'Rejected', by: 'dana', summary: 'no' }),
      [
        '@U0ANA: shop-web to Production was rejected in the AWS console by dana.',
        '“no”',
        'Started by Ana’s push. It does not go on.',
      ],
    ],
    [
      'expired',
      end(approval(), { how: 'expired' }),
      ['@U0ANA: shop-web to Production was not answered in time.', 'Started by Ana’s push. It does not go on.'],
    ],
    [
      'stopped',
      end(approval(), { how: 'stopped', by: 'dana', reason: 'wrong branch' }),
      [
        '@U0ANA: shop-web to Production was stopped in AWS by dana.',
        '“wrong branch”',
        'Started by Ana’s push. It does not go on.',
      ],
    ],
    [
      'edited away',
      end(approval(), { how: 'pipeline-edited' }),
      [
        '@U0ANA: shop-web to Production was canceled, because the pipeline was changed.',
        'Started by Ana’s push. It does not go on.',
      ],
    ],
  ])('%s, is told to whoever started it', (_, of, told) => {
    expect(lines('outcome', of, ['U0ANA'])).toEqual(told)
    expect(message('outcome', of, ['U0ANA']).text.split('\n')[0]).toBe(told[0]!.replace('@U0ANA', '<@U0ANA>'))
  })

  test('pings nobody in quiet hours, nor ever those who decided, and names them all', () => {
    const said = message('outcome', end(deciding(), { how: 'slack', verdict: 'Approved' }))
    expect(people(said)).toEqual([])
    expect(said.text).not.toContain('<@')
    expect(asText(said)).toContain('approved by dana and chen')
    expect(asText(said)).toContain('Started by Ana’s push')
  })
})

test('of a crowd twenty are mentioned, and the rest is counted', () => {
  const crowd = Array.from({ length: 50 }, (_, index) => `U0P${index}`)
  const said = message('reminder', placed(), crowd)
  expect(people(said)).toEqual(crowd.slice(0, 20))
  expect(asText(said)).toContain('@U0P19 and 30 more: shop-web')
})
