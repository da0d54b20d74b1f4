import type { Approval } from '../../functions/domain/approval.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import { withDeployment, settled } from '../../functions/domain/approval.ts'
import {
  DAY,
  KEY,
  MINUTE,
  POLICY,
  ROUNDING,
  START,
  approval,
  deciding,
  policy,
  rule,
  under,
  vote,
  voted,
} from '../support/records.ts'
import { SMALL_PRINT, WHAT, lines, message, spoken } from './rendered-approval.ts'

describe('once it is decided', () => {
  const rejected = () => voted(approval(), POLICY, vote('U0ELI', 'Rejected', { comment: 'not today' }))

  test('it says who decided, and that CodePipeline is being told', () => {
    expect(lines(deciding()).slice(0, 3)).toEqual([
      '# ✓ Approved: shop-web to Production',
      'By @U0DANA and @U0CHEN. Telling CodePipeline…',
      '@U0CHEN: “checked on staging”',
    ])
    expect(lines(deciding()).slice(-2)).toEqual(['[Open in AWS] [Tell me when it is live]', SMALL_PRINT])
    expect(lines(rejected()).slice(0, 3)).toEqual([
      '# ✗ Rejected: shop-web to Production',
      'By @U0ELI. Telling CodePipeline…',
      '@U0ELI: “not today”',
    ])
    expect(message(rejected()).text).toBe(
      `Rejected: shop-web to Production. By eli. Telling CodePipeline… eli: “not today”. ${WHAT} By Ana’s push.`,
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
    [
      'ended with a status that is new to the bot',
      end(approval(), { how: 'unknown', status: 'Paused' }),
      '# ■ Ended: shop-web to Production',
      [
        'CodePipeline ended the approval 12 min after the request',
        'Greenlight does not know the status that CodePipeline tells: “Paused”',
      ],
    ],
    [
      'ended, and CodePipeline does not say how',
      end(approval(), { how: 'unknown', status: '' }),
      '# ■ Ended: shop-web to Production',
      ['CodePipeline no longer waits for the approval, and does not say how it ended. See the AWS console'],
    ],
    [
      'out of reach',
      end(approval(), { how: 'unknown', status: '', isOutOfReach: true }),
      '# ■ Ended: shop-web to Production',
      ['Closed 12 min after the request, because Greenlight may not read the pipeline any more. See the AWS console'],
    ],
  ])('%s, it is a record without buttons to decide, and its text says the same', (_, of, headline, who) => {
    const told = lines(of)
    expect(told.slice(0, 1 + who.length)).toEqual([headline, ...who])
    const watch = of.deployment ? ' [Tell me when it is live]' : ''
    expect(told.slice(-2)).toEqual([`[Open in AWS]${watch}`, SMALL_PRINT])
    expect(told.join('\n')).not.toMatch(/Expires|\?/)
    const text = spoken(of)
    expect(text).toMatch(new RegExp(`^${headline.slice('# ✓ '.length)}\\. `))
    for (const line of who) expect(text).toContain(line.replace(/@U0(\w+)/g, (_, name: string) => name.toLowerCase()))
  })

  test('it says that a held stage keeps it from its deployment, unless its own stage deploys', () => {
    const held = { stage: 'Live', reason: 'incident 4711', since: START, userId: 'U0DANA', name: null }
    const approved = end({ ...deciding(), held }, { how: 'slack', verdict: 'Approved' })
    const ownStage = { ...approved, change: { ...approved.change, into: ['Live'] } }
    expect(lines(ownStage)[0]).toBe('# ⏸ Approved, but Live is held: shop-web to Production')
    expect(lines(ownStage)).toContain(
      '⚠ Live is held by @U0DANA since Mon, Nov 23 at 09:30 UTC: “incident 4711”. Nothing goes on to Live until it is resumed.',
    )
    const steering = [{ act: 'resume', stage: 'Live', execution: KEY }] as const
    expect(lines(ownStage, { steering })).toContain('[Resume…]')
    expect(spoken(ownStage)).toMatch(/^Approved, but Live is held: shop-web to Production\. Live is held since /)
    expect(lines(approved)[0]).toBe('# ▶ Deploying shop-web to Production')
    expect(lines(approved).join()).not.toContain('held')
    const others = { ...ownStage, deployment: { name: 'running', waitsFor: ['Sign off'] } as const }
    expect(lines(others).join()).not.toContain('held')
    const live = withDeployment(ownStage, { name: 'live', at: START + DAY, summary: null }, START + DAY, START + DAY)
    expect(lines(live).join()).not.toContain('held')
  })

  test('it says that it waits behind another execution, unless its own stage deploys', () => {
    const [revision] = approval().change.revisions
    const behind = { executionId: '9aa01bc0-4f2e-4c1b-9b1e-0d5a8f0e7c11', revision: revision! }
    const approved = end({ ...deciding(), behind }, { how: 'slack', verdict: 'Approved' })
    const later = { ...approved, change: { ...approved.change, into: ['Live'] } }
    expect(lines(later)[0]).toBe('# ⏸ Approved, waits behind 4f9c2e1: shop-web to Production')
    expect(spoken(later)).toMatch(/^Approved, waits behind 4f9c2e1: shop-web to Production\. /)
    expect(lines({ ...later, behind: { ...behind, revision: null } })[0]).toBe(
      '# ⏸ Approved, waits behind execution 9aa01bc0: shop-web to Production',
    )
    expect(lines(approved)[0]).toBe('# ▶ Deploying shop-web to Production')
    const live = withDeployment(later, { name: 'live', at: START + DAY, summary: null }, START + DAY, START + DAY)
    expect(lines(live).join()).not.toContain('behind')
  })

  test('what was not deployed is called so', () => {
    const since = approval().change.since!
    const over = (change: Partial<Approval['change']> = {}) =>
      lines(end(approval({ change: { ...approval().change, ...change } }), { how: 'expired' }))
    expect(over()).toContain('2 changes, not deployed · <Compare>')
    expect(lines(end(approval(), { how: 'unknown', status: '' })).join('\n')).not.toContain('not deployed')
    expect(over({ since: { ...since, included: [ROUNDING], count: 1 } })).toContain(
      '1 change, not deployed: Fix rounding in basket totals · Ana · <4f9c2e1> · <Compare>',
    )
    expect(over({ since: { ...since, more: true } })).toContain('More than 2 changes, not deployed · <Compare>')
    expect(over({ since: null })).toContain(
      'First deployment to Production, not deployed: Fix rounding in basket totals · Ana · <4f9c2e1>',
    )
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
          `${WHAT} By Ana’s push.`,
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
      expect(lines(rolledBack).slice(0, 4)).toEqual([
        '# ✗ Failed, rolled back: shop-web to Production',
        `Rolled back to ${version}`,
        'Failed 8 min after the approval (Mon, Nov 23 at 09:50 UTC)',
        `\`\`\`${cause}\`\`\``,
      ])
      expect(spoken(rolledBack)).toMatch(
        new RegExp(
          `^Failed, rolled back: shop-web to Production\\. Rolled back to ${version}\\. Failed 8 min after .*\\. ${cause} Approved`,
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
