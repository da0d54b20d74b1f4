import type { Approval } from '../../functions/domain/approval.ts'
import { withProblem } from '../../functions/domain/approval.ts'
import type { Revision } from '../../functions/domain/revision.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import {
  CARDS,
  KEY,
  MINUTE,
  POLICY,
  RELEASED,
  ROUNDING,
  START,
  TIMING,
  actor,
  approval,
  deciding,
  revision,
  vote,
  voted,
} from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { addresses, messageProblems, people } from '../support/block-kit-limits.ts'
import { GLASS, WARNED, cardOf, frozen, where } from '../support/cards.ts'
import { CHANGES, SMALL_PRINT, WHAT, buttons, labels, lines, message, spoken } from './rendered-approval.ts'

/** Both engineers. */
const AUTHORS = ['U0ANA', 'U0CHEN'].map((userId) => ({ userId, because: 'author', revision: null }) as const)

describe('while it waits', () => {
  test('it says what is requested, how many approvals there are, until when, and who is missing', () => {
    expect(lines(approval())).toEqual([
      '# ⏸ Approve shop-web to Production?',
      '0 of 2 approved · expires Mon, Nov 30 at 09:30 UTC',
      '○ release managers: @U0DANA or @U0ELI',
      '○ engineers: @U0ANA or @U0CHEN',
      ...CHANGES,
      '[Approve…] [Reject…] [Open in AWS] [Tell me when it is live]',
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
      '✓ engineers: @U0CHEN (Mon, Nov 23 at 09:35 UTC) “checked on staging”',
      '○ release managers: @U0DANA or @U0ELI',
    ])
    expect(message(one).text).toContain('1 of 2 approved, waiting for release managers. Expires')
  })

  test('a withdrawal is offered to its approver alone, and not here', () => {
    expect(labels(voted(approval(), POLICY, vote('U0CHEN')))).toEqual([
      'Approve…',
      'Reject…',
      'Open in AWS',
      'Tell me when it is live',
    ])
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
    expect(message(approval({ newer })).text).toContain(`Production? ${warning.replace(/[<>]/g, '')} 2 changes: `)
    expect(lines(approval({ newer: { ...newer, revision: null, startedAt: null } }))).toContain(
      '⚠ A newer change waits: execution 9aa01bc0. Approving deploys the older one.',
    )
  })

  test('its text begins with what keeps people from approving: a phone shows its beginning', () => {
    const begins = (of: Approval) => message(of).text.slice(0, 180)
    expect(begins(frozen())).toContain('Change freeze “weekend freeze” until Wed, Nov 25 at 09:30 UTC.')
    expect(begins(where({ rules: [] }))).toContain('No one can approve this in Slack: its route')
    expect(begins(where({ forbidden: AUTHORS }))).toContain('Not enough approvers: engineers can give 0 of 1.')
    expect(begins(WARNED.approval)).toContain('A newer change waits: Hotfix')
  })

  test('its text, if it is cut, has lost none of that', () => {
    const long = (revision: Revision): Revision => ({ ...revision, title: 'x'.repeat(300), author: 'y'.repeat(100) })
    const { change } = WARNED.approval
    const included = [ROUNDING, CARDS, RELEASED].map(long)
    const of = frozen([], {
      ...WARNED.approval,
      change: { ...change, since: { ...change.since!, included, count: 3 } },
      changeSets: ['shop-data', 'shop-jobs'].map((stack) => ({ ...WARNED.approval.changeSets![1]!, stack })),
    })
    const { text } = message(of)
    expect(text).toMatch(/^Frozen: .* Change freeze .* A newer change waits: .* A newer change is live: .*/)
    expect(text).toMatch(/ Stack shop-data removes .* Stack shop-jobs removes .* 3 changes: x+.*…$/)
  })

  test('it says why it cannot be completed', () => {
    const stuck = withProblem(approval(), 'AWS did not accept the verdict: AccessDenied', START)
    expect(lines(stuck)).toContain('Stuck: AWS did not accept the verdict: AccessDenied')
    const said = (of: Approval) => asText(approvalMessage(cardOf(of), { version: '1.2.3' }))
    expect(said(stuck)).toContain(' · Greenlight 1.2.3)')
    expect(said({ ...stuck, problem: null })).not.toContain('1.2.3')
    expect(message(stuck).text).toMatch(/^Approve shop-web to Production\? Stuck: AWS did not accept/)
  })
})

describe('what would be deployed', () => {
  const of = (more: Partial<Approval['change']>) => approval({ change: { ...approval().change, ...more } })
  const change = (more: Partial<Approval['change']>) => lines(of(more)).slice(4)

  test('for the first time', () => {
    expect(change({ since: null })[0]).toBe(
      'First deployment to Production that Greenlight knows: Fix rounding in basket totals · Ana · <4f9c2e1>',
    )
    expect(message(of({ since: null })).text).toContain(
      'First deployment to Production: Fix rounding in basket totals (Ana).',
    )
  })

  test('once more, or as a rollback', () => {
    const since = { ...approval().change.since!, included: [], count: 0 }
    expect(change({ since })[0]).toBe(
      'No new change since Sat, Nov 21, the same one again: Fix rounding in basket totals · Ana · <4f9c2e1> · <Compare>',
    )
    expect(message(of({ since })).text).toContain('No new change: Fix rounding in basket totals (Ana).')
  })

  test('when it is one change, or more than fit', () => {
    const since = approval().change.since!
    expect(change({ since: { ...since, included: [ROUNDING], count: 1 } }).slice(0, 2)).toEqual([
      '1 change since Sat, Nov 21: Fix rounding in basket totals · Ana · <4f9c2e1> · <Compare>',
      '[Approve…] [Reject…] [Open in AWS] [Tell me when it is live]',
    ])
    const many = { ...since, included: [ROUNDING, CARDS, ROUNDING, CARDS, ROUNDING], count: 5, more: true }
    expect(change({ since: many })[0]).toMatch(/^More than 5 changes since/)
    expect(message(of({ since: many })).text).toMatch(/More than 5 changes: .*, .*, .*, and 2 more\./)
  })

  test('says since when once: beside what is live, if that alone is compared', () => {
    const { releasedAt } = approval().change.since!
    const live = { stage: 'Production', executionId: 'e0', since: releasedAt, revisions: [RELEASED], approvedBy: null }
    expect(change({ live: [live] }).filter((line) => /^(?:2 changes|Live)/.test(line))).toEqual([
      '2 changes · <Compare>',
      'Live now: <77e0c3d> since Sat, Nov 21 · no approval on record',
    ])
    expect(change({ live: [live, { ...live, executionId: 'e1' }] })[0]).toBe('2 changes since Sat, Nov 21 · <Compare>')
    expect(change({ live: [{ ...live, since: releasedAt - MINUTE }] })[0]).toBe(
      '2 changes since Sat, Nov 21 · <Compare>',
    )
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
    expect(told).toContain('✓ release managers: dana (Mon, Nov 23 at 09:35 UTC)\n○ engineers\n')
    expect(asText(approvalMessage(cardOf(frozen()), { mentions: false }))).toContain('2 people can override it.')
  })
})

test('a request whose execution is being stopped says that an approval deploys nothing', () => {
  const stopping = approval({ isStopping: true })
  const warning = 'The execution is being stopped: an approval deploys nothing.'
  expect(lines(stopping)).toContain(`⚠ ${warning}`)
  expect(message(stopping).text).toContain(warning)
  expect(message({ ...deciding(), isStopping: true }).text).not.toContain(warning)
})

test.each([
  [{ action: 'Smoke', isApproval: false }, 'Smoke failed in this stage'],
  [{ action: 'Sign off', isApproval: true }, 'Sign off was rejected in this stage'],
])('a request beside what has failed says that an approval deploys nothing: %j', (failedBeside, words) => {
  const failing = approval({ failedBeside })
  const warning = `${words}: an approval deploys nothing until the stage is retried.`
  expect(lines(failing)).toContain(`⚠ ${warning}`)
  expect(message(failing).text).toContain(warning)
  expect(message({ ...deciding(), failedBeside }).text).not.toContain(warning)
})

test('a request whose next stage is held says that nothing goes on to it, with a button that resumes it', () => {
  const held = { stage: 'Live', reason: 'incident 4711', since: START, userId: 'U0DANA', name: null }
  const aim = { act: 'resume', stage: 'Live', execution: { ...KEY } } as const
  const waits = approval({ held })
  expect(lines(waits)).toContain(
    '⚠ Live is held by @U0DANA since Mon, Nov 23 at 09:30 UTC: “incident 4711”. Nothing goes on to Live until it is resumed.',
  )
  expect(buttons(waits, { steering: [aim] }).map(({ text }) => text.text)).toContain('Resume…')
  expect(spoken(waits)).toContain('Live is held')
  expect(lines({ ...deciding(), held }).join()).not.toContain('held')
})
