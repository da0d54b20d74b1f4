import { escaped, cut } from '../../functions/slack/block-kit.ts'
import { duration, inWords, plural, startedBy } from '../../functions/slack/wording.ts'

const NO_BREAK = '\u00a0'

test.each([
  [-5, '0_s'],
  [0, '0_s'],
  [499, '0_s'],
  [59_499, '59_s'],
  [59_500, '1_m'],
  [125_000, '2_m 5_s'],
  [3_600_000, '1_h'],
  [3_605_000, '1_h'],
  [4_800_000, '1_h 20_m'],
  [86_400_000 * 3 + 3_600_000 * 4 + 60_000, '3_d 4_h'],
])('%d ms are %s', (ms, words) => expect(duration(ms)).toBe(words.replaceAll('_', NO_BREAK)))

test.each([
  [[], ''],
  [['Dana'], 'Dana'],
  [['Dana', 'Chen'], 'Dana and Chen'],
  [['Dana', 'Chen', 'Eli'], 'Dana, Chen and Eli'],
])('%j in words', (parts, words) => expect(inWords(parts)).toBe(words))

test('one change, two changes', () =>
  expect([plural(1, 'change'), plural(2, 'change')]).toEqual(['1 change', '2 changes']))

test.each([
  [{ kind: 'push', name: null }, 'Ana', 'Started by Ana’s push'],
  [{ kind: 'push', name: null }, null, 'Started by a push'],
  [{ kind: 'person', name: 'dana' }, 'Ana', 'Started by dana'],
  [{ kind: 'person', name: null }, null, 'Started by somebody'],
  [{ kind: 'rollback', name: 'dana' }, null, 'Started as a rollback by dana'],
  [{ kind: 'rollback', name: null }, null, 'Started as a rollback'],
  [{ kind: 'schedule-or-rule', name: 'nightly' }, null, 'Started by the rule nightly'],
  [{ kind: 'schedule-or-rule', name: null }, null, 'Started by a rule'],
  [{ kind: 'creation', name: null }, null, 'Started when the pipeline was created'],
  [{ kind: 'unknown', name: null }, null, 'Started by something AWS does not name'],
] as const)('%j of %s: %s', (starter, author, words) =>
  expect(startedBy({ ...starter, arn: null }, author)).toBe(words),
)

describe('cutting', () => {
  test('leaves short texts alone and shortens long ones to the very length', () => {
    expect(cut('four', 4)).toBe('four')
    expect(cut('fives', 4)).toBe('fiv…')
  })

  test('never halves a character, and mends those that come halved', () => {
    expect(cut('ab👩cd', 4)).toBe('ab…')
    expect(cut('a\ud83d', 9)).toBe('a\ufffd')
  })

  test('drops what nobody sees and what turns text around, but keeps lines and joined emoji', () => {
    expect(cut('a\u0000b\u202ec\u2066d\u200be\nf', 99)).toBe('abcde\nf')
    expect(cut('👩‍💻', 99)).toBe('👩‍💻')
  })
})

test('escaping leaves nothing that mrkdwn would read as a mention or a link', () => {
  expect(escaped('<!channel> & <@U0ANA>')).toBe('&lt;!channel&gt; &amp; &lt;@U0ANA&gt;')
})
