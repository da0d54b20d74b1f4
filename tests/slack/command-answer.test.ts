import { emptyJournal } from '../../functions/domain/journal.ts'
import { HOUR } from '../../functions/domain/time-units.ts'
import type { StoredFreeze } from '../../functions/domain/freeze.ts'
import { LONGEST_REASON, MOST_FREEZES, freezeId } from '../../functions/domain/freeze.ts'
import type { Absence } from '../../functions/domain/absence.ts'
import { commandAnswer } from '../../functions/slack/command-answer.ts'
import { asText } from '../support/as-text.ts'
import { answerProblems } from '../support/block-kit-limits.ts'
import { START } from '../support/records.ts'

describe('the list of freezes', () => {
  const freeze = (index: number, patterns: readonly string[], reason: string): StoredFreeze => ({
    kind: 'freeze',
    freeze: {
      version: 1,
      id: freezeId(`command-${index}`),
      patterns,
      reason,
      from: START,
      until: START + HOUR,
      by: { userId: 'U0DANA', name: 'Dana' },
      channels: [],
      notices: {},
      acts: 1,
      appliedActs: 1,
      retention: HOUR,
      journal: emptyJournal,
    },
  })
  const listOf = (count: number, ...of: [readonly string[], string]) => {
    const freezes = Array.from({ length: count }, (_, index) => freeze(index, ...of))
    const answer = commandAnswer({ kind: 'freezes', freezes, now: START }, 'freezes')
    expect(answerProblems(answer)).toEqual([])
    return asText(answer).split('\n')
  }

  test.each<[string, readonly string[], string]>([
    ['short', ['shop-*'], 'incident'],
    [
      'long',
      Array.from({ length: 10 }, (_, index) => `${'a-long-name-of-a-pipeline'}-${index}-*`),
      'x'.repeat(LONGEST_REASON),
    ],
    ['quoted', ['x'.repeat(300)], '"'.repeat(LONGEST_REASON)],
  ])('of as many as there can be is one that Slack takes, and counts what it leaves out: %s', (_, patterns, reason) => {
    const [first, ...lines] = listOf(MOST_FREEZES, patterns, reason)
    expect(first).toBe('50 freezes were set in Slack:')
    expect(lines.length).toBeGreaterThan(12)
    expect(lines.at(-1)).toBe(`- and ${MOST_FREEZES - lines.length + 1} more`)
  })

  test('leaves none out if there is room', () => {
    expect(listOf(20, ['shop-*'], 'incident')).toHaveLength(21)
  })
})

test('the list of those for whom a person stands in counts what it leaves out', () => {
  const theirs = Array.from({ length: 60 }, (_, index) => ({
    by: { userId: `U0P${index}` },
    from: START,
    setAt: START,
    until: START + HOUR,
  })) as unknown as Absence[]
  const answer = commandAnswer({ kind: 'absences', mine: [], theirs }, 'away')
  expect(answerProblems(answer)).toEqual([])
  const lines = asText(answer).split('\n')
  expect(lines.at(-1)).toBe(`and ${60 - lines.length + 1} more`)
})

test.each([
  ['freeze shop-* for 2h because incident', 'freezes'],
  ['lift shop-*', 'freezes'],
  ['mute shop-* for 2h', 'mute'],
  ['unmute', 'mute'],
  ['away until Fri 18:00 <@U0DANA>', 'away'],
  ['back', 'away'],
  ['hold shop-web Production because incident', 'status shop-web'],
  ['resume shop-web Production', 'status shop-web'],
])('a person whose “%s” failed reads the command that shows whether it was done', (typed, shown) => {
  expect(asText(commandAnswer({ kind: 'failed' }, typed))).toContain(`/greenlight ${shown} shows whether it was done.`)
})
