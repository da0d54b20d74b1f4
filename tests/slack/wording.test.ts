import { escaped, cut } from '../../functions/slack/block-kit.ts'
import { namedRevision, revisionBy, startedBy } from '../../functions/slack/wording.ts'
import { revision } from '../support/records.ts'

test.each([
  [{ kind: 'push', name: null }, 'Ana', 'By Ana’s push'],
  [{ kind: 'push', name: null }, null, 'Started by a push'],
  [{ kind: 'person', name: 'dana' }, 'Ana', 'Started by dana'],
  [{ kind: 'person', name: null }, null, 'Started by hand'],
  [{ kind: 'rollback', name: 'dana' }, null, 'Started as a rollback by dana'],
  [{ kind: 'rollback', name: null }, null, 'Started as a rollback'],
  [{ kind: 'schedule-or-rule', name: 'nightly' }, null, 'Started by the rule nightly'],
  [{ kind: 'schedule-or-rule', name: null }, null, 'Started by a rule'],
  [{ kind: 'creation', name: null }, null, 'Started when the pipeline was created'],
  [{ kind: 'automatic-rollback', name: null }, null, 'Started by CodePipeline as a rollback'],
  [{ kind: 'unknown', name: null }, null, 'Started by something that AWS does not name'],
] as const)('%j of %s: %s', (starter, author, words) =>
  expect(startedBy({ ...starter, arn: null }, author)).toBe(words),
)

test('a change is named by its title first, its author or its id last', () => {
  expect(namedRevision(revision('4f9c2e1', 'Hotfix'))).toBe('Hotfix (4f9c2e1)')
  expect(namedRevision(revision('4f9c2e1', 'x'.repeat(99)), 20)).toBe('xxxxxxxxx… (4f9c2e1)')
  expect(namedRevision(revision('4f9c2e1', ''))).toBe('4f9c2e1')
  expect(revisionBy(revision('4f9c2e1', 'Hotfix'))).toBe('Hotfix (Ana)')
  expect(revisionBy(revision('4f9c2e1', '', { author: null }))).toBe('4f9c2e1')
})

describe('cutting', () => {
  test('leaves short texts alone and shortens long ones to the very length', () => {
    expect(cut('four', 4)).toBe('four')
    expect(cut('fives', 4)).toBe('fiv…')
  })

  test('never halves a character, and mends halves in the text', () => {
    expect(cut('ab👩cd', 4)).toBe('ab…')
    expect(cut('a\ud83d', 9)).toBe('a\ufffd')
  })

  test('drops what cannot be seen and what turns text around, but keeps lines and joined emoji', () => {
    expect(cut('a\u0000b\u202ec\u2066d\u200be\nf', 99)).toBe('abcde\nf')
    expect(cut('👩‍💻', 99)).toBe('👩‍💻')
  })

  test('and read only as far as any limit may reach', () => {
    expect(cut('x'.repeat(1_000_000), 4)).toBe('xxx…')
    expect(cut(`${'\u0000'.repeat(19_996)}four`, 4)).toBe('four')
    expect(cut(`${'\u0000'.repeat(19_996)}fives`, 4)).toBe('fiv…')
    expect(cut(`${'\u0000'.repeat(20_000)}x`, 4)).toBe('…')
  })
})

test('escaping leaves nothing that mrkdwn would read as a mention or a link', () => {
  expect(escaped('<!channel> & <@U0ANA>')).toBe('&lt;!channel&gt; &amp; &lt;@U0ANA&gt;')
})
