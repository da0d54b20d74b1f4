import type { Freeze } from '../../functions/domain/freeze.ts'
import {
  dueFreezeNotices,
  freezeId,
  freezeKeptUntil,
  freezeLengthened,
  freezeLifted,
  freezeSet,
  freezeStatement,
  isFreezeId,
  isInForce,
  needsAttention,
  shortFreezeId,
  wasInForce,
  windowsFrom,
  withItsEnd,
} from '../../functions/domain/freeze.ts'
import { filed } from '../../functions/domain/journal.ts'
import type { NoticeDelivery } from '../../functions/domain/notice.ts'
import { frozenAt } from '../../functions/domain/window.ts'
import { DAY, MINUTE, START, actor } from '../support/records.ts'

const HOUR = 60 * MINUTE
const END = START + 8 * HOUR
const KEPT = 400 * DAY
const DANA = { who: actor('U0DANA'), signed: { key: 'k', value: 'v' } }

const set = freezeSet(
  'freeze-0123456789ab',
  {
    ...DANA,
    act: { what: 'freeze-set', patterns: ['shop-*'], reason: 'incident', from: START, until: END },
    at: START,
  },
  { channels: ['C1', 'C2'], retention: KEPT },
)
const lifted = freezeLifted(set, { ...DANA, act: { what: 'freeze-lifted', reason: 'fixed' }, at: START + HOUR })
const longer = freezeLengthened(set, {
  ...DANA,
  act: { what: 'freeze-lengthened', reason: 'not fixed', until: END + HOUR },
  at: START + HOUR,
})

/** All that is to be done about it has been done. */
const tended = (freeze: Freeze): Freeze => ({
  ...freeze,
  appliedActs: freeze.acts,
  journal: filed(freeze.journal, freeze.journal.count),
})
const told = (freeze: Freeze, ...keys: string[]): Freeze => ({
  ...freeze,
  notices: {
    ...freeze.notices,
    ...Object.fromEntries(keys.map((key): [string, NoticeDelivery] => [key, { name: 'said', at: START }])),
  },
})

test.each<[string, Freeze, number, boolean, boolean]>([
  ['before it was set', set, START - 1, true, false],
  ['when it was set', set, START, true, true],
  ['just before its end', set, END - 1, true, true],
  // A command typed at that moment may be about it, and an approval of that moment is free.
  ['at its end', set, END, false, true],
  ['after its end', set, END + 1, false, false],
  ['when it was lifted', lifted, START + HOUR, false, true],
  ['after it was lifted', lifted, START + HOUR + 1, false, false],
  ['at its first end, once it lasts longer', longer, END, true, true],
])('%s', (_, freeze, at, inForce, wasIn) => {
  expect(isInForce(freeze, at)).toBe(inForce)
  expect(wasInForce(freeze, at)).toBe(wasIn)
})

test('its time is over once, and not if a person has lifted it', () => {
  expect(withItsEnd(set, END - 1)).toBe(set)
  const over = withItsEnd(set, END)
  expect(over.journal.unfiled.at(-1)).toMatchObject({ number: 2, at: END, happened: { what: 'freeze-ended' } })
  expect(withItsEnd(over, END + 1)).toBe(over)
  expect(withItsEnd(lifted, END)).toBe(lifted)
})

test('after each act the approvals that wait are looked at once more', () => {
  expect(set.acts - set.appliedActs).toBe(1)
  const once = tended(set)
  const act = { what: 'freeze-lengthened', reason: '', until: END + HOUR } as const
  for (const next of [
    freezeLengthened(once, { ...DANA, act, at: START }),
    freezeLifted(once, { ...DANA, act: { what: 'freeze-lifted', reason: '' }, at: START }),
    withItsEnd(once, END),
  ])
    expect(next.acts - next.appliedActs).toBe(1)
})

test('its entries are kept for the whole time behind its end', () => {
  expect(set.journal.keptUntil).toBe(END + KEPT)
  expect(longer.journal.keptUntil).toBe(END + HOUR + KEPT)
  expect(withItsEnd(set, END + HOUR).journal.keptUntil).toBe(END + HOUR + KEPT)
})

describe('it is kept for a day behind its end', () => {
  const over = tended(withItsEnd(set, END))
  test('once all is done', () => {
    expect(freezeKeptUntil(over)).toBe(END + DAY)
    expect(freezeKeptUntil(tended(lifted))).toBe(START + HOUR + DAY)
  })
  test.each<[string, Freeze]>([
    ['it lasts', tended(set)],
    ['an entry is not filed', { ...over, journal: withItsEnd(set, END).journal }],
    ['approvals are not looked at again', { ...over, appliedActs: over.acts - 1 }],
  ])('and for a month while %s', (_, freeze) => {
    expect(freezeKeptUntil(freeze)).toBe(END + 30 * DAY)
  })
})

describe('what keeps a pipeline from being deployed', () => {
  const frozen = (freeze: Freeze, pipeline: string, at: number) =>
    frozenAt(windowsFrom([{ kind: 'freeze', freeze }], pipeline, at), at)

  test.each<[string, Freeze, string, number, number | null]>([
    ['a freeze of its name', set, 'shop-web', START, END],
    ['a freeze just before its end', set, 'shop-web', END - 1, END],
    ['no freeze that is over', set, 'shop-web', END, null],
    ['no freeze that was lifted', lifted, 'shop-web', START + HOUR, null],
    ['no freeze of others', set, 'docs', START, null],
    ['a freeze that lasts longer', longer, 'shop-web', END, END + HOUR],
  ])('%s', (_, freeze, pipeline, at, until) => {
    expect(frozen(freeze, pipeline, at)?.until ?? null).toBe(until)
  })

  test('by its reason, from its beginning to its end, in universal time, and by whom', () => {
    expect(windowsFrom([{ kind: 'freeze', freeze: longer }], 'shop-web', START)).toEqual([
      { name: 'incident', zone: 'UTC', span: { every: 'calendar', from: START, to: END + HOUR }, by: 'U0DANA' },
    ])
  })

  test('one that cannot be read, whatever the pipeline, and without an end', () => {
    const [window, ...others] = windowsFrom(
      [{ kind: 'unreadable', because: 'it is of a newer version' }],
      'docs',
      START,
    )
    expect(others).toEqual([])
    expect(window).toEqual({
      ...{ name: 'set in Slack', zone: 'UTC', unread: 'it is of a newer version' },
      span: { every: 'calendar', from: null, to: null },
    })
    expect(frozenAt([window!], START)).not.toBeNull()
    expect(frozenAt([window!], START + 1_000 * DAY)).not.toBeNull()
  })
})

describe('a function looks at it', () => {
  const quiet = told(tended(set), 'begun C1', 'begun C2')
  test.each<[string, Freeze, number, boolean]>([
    ['not while nothing is to be done', quiet, END - 1, false],
    ['when its time is over', quiet, END, true],
    ['for an entry that is not filed', { ...quiet, journal: set.journal }, START, true],
    ['for approvals that were not looked at again', { ...quiet, acts: quiet.acts + 1 }, START, true],
    ['for a channel that was not told', told(tended(set), 'begun C1'), START, true],
    ['no more once all is done and told', told(tended(withItsEnd(quiet, END)), 'over C1', 'over C2'), END, false],
  ])('%s', (_, freeze, at, needs) => {
    expect(needsAttention(freeze, at)).toBe(needs)
  })
})

describe('its channels are told', () => {
  const keys = (freeze: Freeze, at: number) => dueFreezeNotices(freeze, at).map(({ key }) => key)
  const begun = told(set, 'begun C1')

  test.each<[string, Freeze, number, string[]]>([
    ['nothing before it begins', set, START - 1, []],
    ['that it begins', set, START, ['begun C1', 'begun C2']],
    ['that it begins, until its end', set, END - 1, ['begun C1', 'begun C2']],
    ['of no beginning at its end', set, END, []],
    ['of its end where they were told of its beginning', begun, END, ['over C1']],
    ['of its end for twelve hours', begun, END + 12 * HOUR - 1, ['over C1']],
    ['of no end that is older', begun, END + 12 * HOUR, []],
    ['of its end when it was lifted', told(lifted, 'begun C2'), START + HOUR, ['over C2']],
    ['once', told(set, 'begun C1', 'begun C2', 'over C1', 'over C2'), END, []],
  ])('%s', (_, freeze, at, due) => {
    expect(keys(freeze, at)).toEqual(due)
  })

  test('again at the time that Slack’s refusal ends, and not if the notice was left out', () => {
    const until = START + MINUTE
    const refused: Freeze = {
      ...set,
      notices: { 'begun C1': { name: 'refused', since: START, until }, 'begun C2': { name: 'skipped', at: START } },
    }
    expect(keys(refused, until - 1)).toEqual([])
    expect(keys(refused, until)).toEqual(['begun C1'])
    // The second channel knows of no beginning.
    expect(keys({ ...refused, notices: { ...refused.notices, ...begun.notices } }, END)).toEqual(['over C1'])
  })
})

test('it has the same id whenever its command comes, and people call it by six digits of that', () => {
  const id = freezeId('command-1')
  expect(freezeId('command-1')).toBe(id)
  expect(freezeId('command-2')).not.toBe(id)
  expect(isFreezeId(id)).toBe(true)
  expect(shortFreezeId('freeze-0123456789ab')).toBe('012345')
})

test.each([
  'a-freeze-0123456789ab',
  'freeze-0123456789ab0',
  'freeze-0123456789a',
  '0123456789ab',
  'freeze-0123456789AB',
])('%s is no chain of a freeze', (id) => {
  expect(isFreezeId(id)).toBe(false)
})

describe('the signature of an act', () => {
  const act = { what: 'freeze-lengthened', reason: 'not fixed', until: END } as const
  const signed = freezeStatement(set.id, act, 'U0DANA', START)
  test.each<[string, string]>([
    ['another freeze', freezeStatement('freeze-000000000000', act, 'U0DANA', START)],
    ['another person', freezeStatement(set.id, act, 'U0ELI', START)],
    ['another time', freezeStatement(set.id, act, 'U0DANA', START + 1)],
    ['another end', freezeStatement(set.id, { ...act, until: END + 1 }, 'U0DANA', START)],
    ['another reason', freezeStatement(set.id, { ...act, reason: 'fixed' }, 'U0DANA', START)],
    ['another act', freezeStatement(set.id, { what: 'freeze-lifted', reason: act.reason }, 'U0DANA', START)],
  ])('does not hold for %s', (_, other) => {
    expect(other).not.toBe(signed)
  })

  test('names its version, so that a later one can differ', () => {
    expect(signed).toContain('"version":1')
  })

  test('does not say the reason', () => {
    expect(signed).not.toContain('not fixed')
  })
})
