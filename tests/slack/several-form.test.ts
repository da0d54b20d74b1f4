import type { Approval } from '../../functions/domain/approval.ts'
import type { Change } from '../../functions/domain/revision.ts'
import type { Judged } from '../../functions/ports/cards.ts'
import {
  missingInSeveral,
  offerIn,
  parseSeveralMetadata,
  severalButton,
  severalFrom,
  severalModal,
  wrongForSeveral,
} from '../../functions/slack/several-form.ts'
import { asText } from '../support/as-text.ts'
import { messageProblems, modalProblems } from '../support/block-kit-limits.ts'
import { ROUTE } from '../support/bot-in-memory.ts'
import { WARNED } from '../support/cards.ts'
import { CARDS, CHANGE, ROUNDING, WHERE, approval } from '../support/records.ts'

const IDS = Array.from({ length: 10 }, (_, index) => String(index).repeat(32))
const OFFER = { approvals: IDS, rest: 4, seal: 'f'.repeat(64) }
const waiting = (route = ROUTE, of: Partial<Approval> = {}) =>
  IDS.map((id) => ({ approval: approval({ id, ...of }), route, refusal: null }))

test('the button carries its offer, which is read back, and keeps Slack’s limits', () => {
  const blocks = severalButton(OFFER)
  expect(messageProblems({ text: 'They wait', blocks })).toEqual([])
  expect(offerIn((blocks[0]!.elements[0] as { value: string }).value)).toEqual(OFFER)
})

test.each(['', '0.f.a', `0.${'f'.repeat(64)}.`, `0.${'f'.repeat(64)}.${IDS.join('')}${'a'.repeat(32)}`])(
  'a value that Greenlight did not write is no offer: %s',
  (value) => {
    expect(offerIn(value)).toBeNull()
    expect(() => parseSeveralMetadata(JSON.stringify({ offer: value, from: null }))).toThrow(
      'not in the documented shape',
    )
  },
)

test('a form of ten keeps Slack’s limits, says how many more wait, and is read back', () => {
  const long = { where: { ...WHERE, pipeline: 'p'.repeat(100), stage: 's'.repeat(100) } }
  const modal = severalModal(OFFER, waiting({ ...ROUTE, environment: 'e'.repeat(200) }, long), 'C0RELEASES')
  expect(modalProblems(modal)).toEqual([])
  expect(asText(modal)).toContain('4 more wait for you')
  expect(parseSeveralMetadata(modal.private_metadata!)).toEqual({ offer: OFFER, from: 'C0RELEASES' })
})

test('each is named with its newest change and how many others it has, as far as there is room', () => {
  const described = (change: Partial<Change>) => {
    const { blocks } = severalModal(OFFER, waiting(ROUTE, { change: { ...CHANGE, ...change } }), null)
    return /"description":\{"type":"plain_text","text":"([^"]*)"/.exec(JSON.stringify(blocks))?.[1]
  }
  expect(described({})).toBe('2 changes: Fix rounding in basket totals and 1 more · 0 of 2 approved')
  const long = { ...ROUNDING, title: 'Fix rounding in the totals of baskets' }
  expect(described({ since: { ...CHANGE.since!, included: [long, CARDS] } })).toBe(
    '2 changes: Fix rounding in the totals of bask… and 1 more · 0 of 2 approved',
  )
  expect(described({ since: null })).toBe('Fix rounding in basket totals · 0 of 2 approved')
  expect(described({ revisions: [{ ...ROUNDING, title: '' }], since: null })).toBe('4f9c2e1 · 0 of 2 approved')
})

test('it warns of the newer changes of each', () => {
  const [one] = waiting(ROUTE, WARNED.approval)
  expect(asText(severalModal(OFFER, [one!], null))).toMatch(
    /- shop-web to Production: A newer change waits: .*\n- shop-web to Production: A newer change is live: /,
  )
})

test('an approval is chosen once, however often the form names it', () => {
  const values = {
    approvals: { which: { selected_options: [{ value: IDS[0]! }, { value: IDS[0]! }] } },
    verdict: { which: { selected_option: { value: 'Approved' } } },
  }
  expect(severalFrom(OFFER, values)).toEqual({ approvals: [IDS[0]], verdict: 'Approved', comment: '' })
  expect(severalFrom(OFFER, { ...values, verdict: { which: { selected_option: { value: 'toString' } } } })).toBeNull()
})

test('a comment is required if one of the checked approvals requires it, in the form that it requires', () => {
  const requires = { ...ROUTE, comment: 'required' as const }
  const filled = { approvals: IDS, verdict: 'Approved' as const, comment: '' }
  expect(missingInSeveral(filled)).toBeNull()
  expect(wrongForSeveral(waiting(), filled)).toBeNull()
  const both = [...waiting(), ...waiting(requires)]
  expect(wrongForSeveral(both, filled)).toEqual({
    comment: 'Enter a comment: shop-web to Production requires one.',
  })
  expect(wrongForSeveral(both, { ...filled, comment: 'Fine' })).toBeNull()
  const five = IDS.slice(0, 5).map((id, index) => {
    const of = approval({ id, where: { ...WHERE, pipeline: `shop-${index}` } })
    return { approval: of, route: index === 0 ? ROUTE : requires, refusal: null }
  })
  const hint = (asked: Judged[]) =>
    asText(severalModal(OFFER, asked, null))
      .split('\n')
      .at(-1)
  expect(hint(five.slice(0, 3))).toMatch(
    /to approve, a comment is required for shop-1 to Production and shop-2 to Production\.$/,
  )
  expect(hint(five)).toMatch(/required for shop-1 to [^,]*, shop-2 to [^,]*, shop-3 to [^,]*, and 1 more\.$/)

  const ticket = { ...requires, commentForm: { isRequired: true, pattern: 'OPS-[0-9]+', hint: null, url: null } }
  expect(wrongForSeveral(waiting(ticket), { ...filled, comment: 'Fine' })).toEqual({
    comment: 'shop-web to Production: Enter a comment with a part of the form OPS-[0-9]+.',
  })
  expect(wrongForSeveral(waiting(ticket), { ...filled, comment: 'OPS-12' })).toBeNull()
  expect(wrongForSeveral(waiting(ticket), { ...filled, verdict: 'Rejected', comment: 'No' })).toBeNull()
})
